import FaultProxy
import Foundation
import S3DB
import TestSupport
import Testing

/// The built `backfill` between two buckets of moto, the second behind a proxy that keeps S3's conditions.
@Suite(.needsServers, .needsPython) struct BucketBackfillTests {
    private let lake: SmallLake
    private let days = Days.from2020(Requirement.isFull ? 60 : 6)

    init() throws {
        lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: days, rowCount: 240)
        try lake.fill("pjm/offers", days: Array(days.prefix(2)), offset: 5)
    }

    @Test(
        "a bucket's outputs hold what a directory's do, and are made the same to the byte each time",
        arguments: [
            SpecWords.athena, .client,
            SpecWords(format: "parquet", codec: "zst", layout: "dataclient", partition: "month"),
        ])
    func run(spec: SpecWords) async throws {
        let moto = try await StandIn.moto()
        try await moto.behindProxy { proxy in
            let bucket = try await BucketLake(lake, moto, through: proxy.endpoint)
            try await bucket.upload()
            // The source straight from the server, the destination through the proxy.
            let first = try await bucket.run(
                "backfill",
                ["run", "--json", "--source-endpoint-url", "\(moto.endpoint)"] + bucket.options(spec, to: "first"))
            #expect(first.status == 0, "\(first.output)\(first.errors)")
            #expect(proxy.log.entries.contains { $0.kind == "PutObject" && $0.resource.hasPrefix(bucket.results) })
            #expect(!proxy.log.entries.contains { $0.resource.hasPrefix("\(bucket.bucket)/") })
            let outputs = try await bucket.download("first")
            let second = try await bucket.backfill(spec, to: "second").differences(from: outputs)
            #expect(second == [])
            let directory = try await bucket.backfillDirectory(spec)
            let rowCount = (days.count * 240) + 2 * 48
            #expect(try await outputs.valueCount(comparedTo: directory, spec).hasSuffix(" \(rowCount)"))

            let again = try await bucket.run("backfill", ["run", "--json"] + bucket.options(spec, to: "first"))
            #expect(again.status == 0, "\(again.errors)")
            #expect(try again.jsonLines().last?["written"]?.intValue == 0)
            let unchanged = try await bucket.download("first").differences(from: outputs)
            #expect(unchanged == [])
            try await expectSameStatus(bucket, spec, "first", directory)
        }
    }

    @Test("exits and status are those of a directory, also where a day cannot be read")
    func failure() async throws {
        let moto = try await StandIn.moto()
        try lake.write(
            try SmallLake.gzip("target_start,lmp\n1577836800,cheap\n"), of: "miso/realtime_price", on: days[0])
        try await moto.behindProxy { proxy in
            let bucket = try await BucketLake(lake, moto, through: proxy.endpoint)
            try await bucket.upload()
            let spec = SpecWords.athena
            let directory = try Tree()
            for more in [["--latest", "1"], [], []] {
                let inBucket = try await bucket.run(
                    "backfill", ["run", "--json"] + bucket.options(spec, to: "out") + more)
                let onDisk = try await bucket.run(
                    "backfill", ["run", "--json"] + bucket.directoryOptions(spec, to: directory) + more)
                #expect(inBucket.status == (more.isEmpty ? 1 : 0), "\(inBucket.errors)")
                #expect(inBucket.status == onDisk.status)
                for name in ["written", "failed", "unchanged", "rows"] {
                    #expect(
                        try inBucket.jsonLines().last?[name]?.intValue == onDisk.jsonLines().last?[name]?.intValue,
                        "\(name)")
                }
                try await expectSameStatus(bucket, spec, "out", directory)
            }
            _ = try await bucket.download("out").valueCount(comparedTo: directory, spec)
        }
    }

    @Test("storage class, encryption and tags arrive with every object")
    func writeOptions() async throws {
        let moto = try await StandIn.moto()
        // Outputs of one part and of several.
        try lake.describe("big/noise", LargeDays.metadata)
        try lake.write(try LargeDays(seed: 7).object(on: days[0]), of: "big/noise", on: days[0])
        try await moto.behindProxy { proxy in
            let bucket = try await BucketLake(lake, moto, through: proxy.endpoint)
            try await bucket.upload()
            let outcome = try await bucket.run(
                "backfill",
                ["run", "--json", "--storage-class", "STANDARD_IA", "--sse", "AES256", "--tag", "team=prices", "a=b c"]
                    + bucket.options(.athena, to: "out"))
            #expect(outcome.status == 0, "\(outcome.output)\(outcome.errors)")
            #expect(
                proxy.log.entries.contains {
                    $0.kind == "CompleteMultipartUpload" && $0.resource.contains("/big/noise/")
                })
            let heads = try await moto.boto3(
                """
                s3 = client("s3")
                for item in s3.list_objects_v2(Bucket=sys.argv[1])["Contents"]:
                    head = s3.head_object(Bucket=sys.argv[1], Key=item["Key"])
                    tags = s3.get_object_tagging(Bucket=sys.argv[1], Key=item["Key"])["TagSet"]
                    tags = sorted(f"{tag['Key']}={tag['Value']}" for tag in tags)
                    print(head.get("StorageClass"), head.get("ServerSideEncryption"), *tags)
                """, [bucket.results])
            let lines = heads.split(separator: "\n")
            #expect(lines.count >= days.count + 3)
            #expect(Set(lines) == ["STANDARD_IA AES256 a=b c team=prices"])
        }
    }

    private func expectSameStatus(_ bucket: BucketLake, _ spec: SpecWords, _ name: String, _ tree: Tree) async throws {
        let inBucket = try await bucket.run("backfill", ["status", "--json"] + bucket.options(spec, to: name))
        let onDisk = try await bucket.run("backfill", ["status", "--json"] + bucket.directoryOptions(spec, to: tree))
        #expect(inBucket.status == 0 && onDisk.status == 0, "\(inBucket.errors)\(onDisk.errors)")
        #expect(inBucket.output == onDisk.output)
    }
}
