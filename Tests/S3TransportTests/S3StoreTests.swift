import Crypto
import FaultProxy
import Foundation
import Logging
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// The S3 store against servers that others wrote, judged by boto3.
@Suite(.needsServers, .timeLimit(.minutes(5))) struct S3StoreTests {
    private static func access(_ server: StandIn, logger: Logger? = nil) -> S3Access {
        var configuration = S3Configuration(region: server.region, endpoint: server.endpoint)
        configuration.retries = RetryPolicy(attemptLimit: 4, firstDelay: .milliseconds(20), delayLimit: .seconds(1))
        var access = S3Access(configuration: configuration, credentials: StaticCredentials(server.credentials))
        if let logger { access.logger = logger }
        return access
    }

    private static func store(_ server: StandIn, prefix: String = "p/") async throws -> S3Store {
        try S3Store(access(server).client(bucket: try await server.makeBucket()), prefix: prefix)
    }

    // MARK: Contract

    /// What moto does not do as AWS does: it decides conditions and writes in two steps, ignores `If-Match` on
    /// CompleteMultipartUpload and on copies, copies ranges that are not there, and says of every upload that it began
    /// in 2010.
    @Test func motoKeepsTheContractButForWhatItLacks() async throws {
        let moto = try await StandIn.moto()
        try await ObjectStoreConformance { () throws(S3DBError) in try await Self.fresh(moto) }
            .run(lacking: Self.motoLacks.union([.concurrentWriters, .conditionalCompletion, .conditionalCopies]))
    }

    /// The proxy decides conditions and writes in one step, as AWS does.
    @Test func motoBehindTheProxyKeepsTheContract() async throws {
        let moto = try await StandIn.moto()
        try await moto.behindProxy { proxy in
            var access = Self.access(moto)
            access.configuration.endpoint = proxy.endpoint
            let made = access
            try await ObjectStoreConformance { () throws(S3DBError) in try await Self.fresh(moto, made) }
                .run(lacking: Self.motoLacks)
            let store = try await Self.fresh(moto, made)
            #expect(try await store.probeConditions().ignored.isEmpty)
            #expect(try await store.publishing(.conditional) is S3Store)
        }
    }

    private static let motoLacks: Set<ObjectStoreConformance.Feature> = [.uploadAges, .boundedCopies]

    @Test func rcloneKeepsTheContractButForWhatItLacks() async throws {
        let rclone = try await StandIn.rclone()
        try await ObjectStoreConformance { () throws(S3DBError) in
            UnconditionalStore(try await Self.fresh(rclone))
        }.run(lacking: [.concurrentWriters, .freeKeys, .freeParts, .hiddenUploads, .copiedParts])
    }

    private static func fresh(_ server: StandIn, _ access: S3Access? = nil) async throws(S3DBError) -> S3Store {
        do {
            let access = access ?? Self.access(server)
            return try S3Store(access.client(bucket: try await server.makeBucket()), prefix: "la ke/é=1/")
        } catch {
            throw S3DBError(.ioFailure, "no bucket: \(error)")
        }
    }

    @Test func theProbeFindsOutWhichConditionsAreKept() async throws {
        let moto = try await Self.store(StandIn.moto())
        #expect(try await moto.probeConditions().ignored == [.completeIfVersion])
        let rclone = try await Self.store(StandIn.rclone(), prefix: "p/")
        #expect(try await rclone.probeConditions().kept.isEmpty)
        for store in [moto, rclone] {
            var names: [String] = []
            try await store.list(prefix: "", after: nil) { names += $0.map(\.key.text) }
            #expect(names.isEmpty)
            let error = await #expect(throws: S3DBError.self) { try await store.publishing(.conditional) }
            #expect(error?.code == .conditionsIgnored)
            #expect(try await store.publishing(.unconditional) is UnconditionalStore)
        }
        #expect(try await MemoryStore().probeConditions().ignored.isEmpty)
    }

    @Test func aProbeRemovesWhatKilledOnesHaveLeft() async throws {
        let store = try await Self.store(StandIn.moto())
        let hour = 3_600_000_000_000 as Int64
        let now = Int64(Date().timeIntervalSince1970 * 1e9)
        let old = try ObjectKey("\(ConditionProbe.namePrefix)\(now - 2 * hour)-00000000000000ff")
        // A probe that may be at work, and what is none.
        let stay = try ["\(ConditionProbe.namePrefix)\(now)-00000000000000ff", "\(ConditionProbe.namePrefix)1", "x"]
            .map { try ObjectKey($0) }
        for key in [old] + stay { _ = try await store.put(key, [Buffer([1])], if: .none) }
        _ = try await store.probeConditions()
        var keys: [ObjectKey] = []
        try await store.list(prefix: "", after: nil) { keys += $0.map(\.key) }
        #expect(keys == stay.sorted())
    }

    // MARK: boto3

    private static let oddKeys = [
        "hour_partition=2021-06-15 20:00:00/1.parquet", "a+b", "a%2Fb", "100%", "a#b?c&d=e;f", "é/日本/😀", "~x", "a'b\"c",
        "<>|^!@,", "*[x]{y}(z)", "a  b", "$x",
    ]

    @Test(arguments: StandIn.Kind.allCases)
    func boto3ReadsWhatIsWritten(kind: StandIn.Kind) async throws {
        let server = try await StandIn.shared(kind)
        let store = try await Self.store(server, prefix: "out/")
        let keys = kind == .moto ? Self.oddKeys : Self.oddKeys.filter { !$0.contains("%2F") }
        for (index, key) in keys.enumerated() {
            _ = try await store.put(ObjectKey(key), [Buffer("body \(index)".utf8)], if: .none)
        }
        _ = try await store.put(ObjectKey("empty"), [], if: .none)
        let content = Self.content(23 << 20)
        try await store.upload(to: "large", partByteCount: 6 << 20) { up in
            for start in stride(from: 0, to: content.count, by: 1_000_003) {
                try await up.write(content.slice(start..<min(start + 1_000_003, content.count)))
            }
        }
        let printed = try await server.boto3(
            """
            import hashlib
            s3, bucket = client("s3"), sys.argv[1]
            found = {}
            for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket):
                for entry in page["Contents"]:
                    body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
                    assert len(body) == entry["Size"]
                    found[entry["Key"]] = body.decode() if len(body) < 100 else hashlib.sha256(body).hexdigest()
            print(json.dumps(found))
            """, [store.client.bucket])
        var expected = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ("out/\($1)", "body \($0)") })
        expected["out/empty"] = ""
        expected["out/large"] = Self.sha256(content)
        let found = try JSONDecoder().decode([String: String].self, from: Data(printed.utf8))
        #expect(found == expected)
    }

    @Test(arguments: StandIn.Kind.allCases)
    func whatBoto3WritesIsRead(kind: StandIn.Kind) async throws {
        let server = try await StandIn.shared(kind)
        let store = try await Self.store(server, prefix: "in/")
        let keys = kind == .moto ? Self.oddKeys : Self.oddKeys.filter { !$0.contains("%2F") }
        try await server.boto3(
            """
            import io
            from boto3.s3.transfer import TransferConfig
            s3, bucket = client("s3"), sys.argv[1]
            for index, key in enumerate(json.loads(sys.argv[2])):
                s3.put_object(Bucket=bucket, Key="in/" + key, Body=f"body {index}".encode())
            for name in ["CRC32", "SHA256", "SHA1"]:
                s3.put_object(Bucket=bucket, Key=f"in/sums/{name}", Body=b"x" * 1000, ChecksumAlgorithm=name)
            body = bytes((i * 31 ^ i >> 8) & 255 for i in range(1 << 16)) * 200
            s3.upload_fileobj(io.BytesIO(body), bucket, "in/large", Config=TransferConfig(multipart_threshold=5 << 20))
            """, [store.client.bucket, String(decoding: try JSONEncoder().encode(keys), as: UTF8.self)])
        for (index, key) in keys.enumerated() {
            let object = try #require(try await store.read(ObjectKey(key)))
            #expect(String(decoding: object.bytes, as: UTF8.self) == "body \(index)")
        }
        for name in ["CRC32", "SHA256", "SHA1"] {
            #expect(try await store.read(ObjectKey("sums/\(name)"))?.bytes == Buffer(repeatElement(0x78, count: 1000)))
        }
        let large = try #require(try await store.read(ObjectKey("large")))
        let block = Buffer((0..<1 << 16).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
        #expect(large.bytes.count == 200 << 16)
        for index in 0..<200 { #expect(large.bytes.slice(index << 16..<(index + 1) << 16) == block) }
    }

    @Test func whatIsWrittenWithObjectsArrives() async throws {
        let server = try await StandIn.moto()
        var access = Self.access(server)
        access.configuration.writeOptions.storageClass = "STANDARD_IA"
        access.configuration.writeOptions.tags = ["cost centre": "a/b:1 2", "é": "1+1"]
        access.configuration.writeOptions.encryption = "aws:kms"
        let store = try S3Store(access.client(bucket: try await server.makeBucket()))
        _ = try await store.put(ObjectKey("put"), [Buffer("x".utf8)], if: .absent)
        let content = Self.content(6 << 20)
        try await store.upload(to: "parts", partByteCount: 5 << 20) { try await $0.write(content) }
        try await store.client.copy("copy", from: "put")
        let printed = try await server.boto3(
            """
            s3, bucket = client("s3"), sys.argv[1]
            for key in ["put", "parts", "copy"]:
                head = s3.head_object(Bucket=bucket, Key=key)
                tags = s3.get_object_tagging(Bucket=bucket, Key=key)["TagSet"]
                print(key, head["StorageClass"], head["ServerSideEncryption"], sorted(f'{t["Key"]}={t["Value"]}' for t in tags))
            """, [store.client.bucket])
        #expect(
            printed.split(separator: "\n")
                == ["put", "parts", "copy"].map {
                    "\($0) STANDARD_IA aws:kms ['cost centre=a/b:1 2', 'é=1+1']"
                })
    }

    // MARK: Uploads

    @Test(arguments: StandIn.Kind.allCases)
    func anUploadThatThrowsLeavesNothing(kind: StandIn.Kind) async throws {
        struct Enough: Error {}
        let store = try await Self.store(StandIn.shared(kind), prefix: "up/")
        let content = Self.content(12 << 20)
        await #expect(throws: Enough.self) {
            try await store.upload(to: "k", if: .absent, partByteCount: 5 << 20) { up in
                try await up.write(content)
                throw Enough()
            }
        }
        #expect(try await store.head(ObjectKey("k")) == nil)
        #expect(try await store.client.listUploads(prefix: "up/").elements.isEmpty)
    }

    @Test func aCancelledUploadLeavesNothing() async throws {
        let store = try await Self.store(StandIn.moto(), prefix: "up/")
        let content = Self.content(12 << 20)
        let task = Task {
            try await store.upload(to: "k", partByteCount: 5 << 20) { up in
                try await up.write(content)
                withUnsafeCurrentTask { $0?.cancel() }
            }
        }
        await #expect(throws: (any Error).self) { try await task.value }
        #expect(try await store.head(ObjectKey("k")) == nil)
        #expect(try await store.client.listUploads(prefix: "up/").elements.isEmpty)
    }

    @Test func partsAreCopiedInsideTheStore() async throws {
        let store = try await Self.store(StandIn.moto(), prefix: "from/")
        let content = Self.content(11 << 20)
        let source = try await store.put(ObjectKey("source +é"), [content], if: .none)
        let upload = try await store.createUpload(ObjectKey("k"))
        let range = 3..<(5 << 20) + 7
        let copied = try await store.copyPart(
            upload, number: 2, from: source.key, version: source.version, range: range)
        let sent = try await store.uploadPart(upload, number: 1, [content])
        let info = try await store.complete(upload, parts: [copied, sent], if: .absent)
        #expect(info.byteCount == content.count + range.count)
        let read = try #require(try await store.read(ObjectKey("k"), range: content.count..<info.byteCount))
        #expect(read.bytes == content.slice(range))
    }

    @Test func objectsAreRemovedTogether() async throws {
        let store = try await Self.store(StandIn.moto(), prefix: "d/")
        for key in ["a", "b<&>", "c c"] { _ = try await store.put(ObjectKey(key), [Buffer("x".utf8)], if: .none) }
        try await store.client.delete(["d/a", "d/b<&>", "d/nothing"])
        var names: [String] = []
        try await store.list(prefix: "", after: nil) { names += $0.map(\.key.text) }
        #expect(names == ["c c"])
    }

    // MARK: Refusals

    @Test func signaturesAreVerified() async throws {
        let server = try await StandIn.rclone()
        let bucket = try await server.makeBucket()
        var access = Self.access(server)
        for key in [server.credentials.accessKeyID, "AKIAUNKNOWN"] {
            access.credentials = StaticCredentials(Credentials(accessKeyID: key, secretAccessKey: "wrong"))
            let store = try S3Store(access.client(bucket: bucket))
            let error = await #expect(throws: S3DBError.self) { try await store.put(ObjectKey("k"), [], if: .none) }
            #expect(error?.code == .permissionDenied)
            #expect("\(String(describing: error))".contains("wrong") == false)
        }
    }

    @Test func aMissingBucketIsNamed() async throws {
        let access = Self.access(try await StandIn.moto())
        let store = try S3Store(access.client(bucket: "no-such-bucket-here"))
        let error = await #expect(throws: S3DBError.self) { try await store.list(prefix: "", after: nil) { _ in } }
        #expect(error?.code == .noSuchBucket)
    }

    @Test func nothingListensThere() async throws {
        var access = Self.access(try await StandIn.moto())
        access.configuration.endpoint = HTTPEndpoint(isSecure: false, host: "127.0.0.1", port: 1)
        access.configuration.retries.attemptLimit = 2
        let error = await #expect(throws: S3DBError.self) {
            try await S3Store(access.client(bucket: "bucket")).head(ObjectKey("k"))
        }
        #expect(error?.code == .unreachable)
    }

    // MARK: Content

    private static func content(_ byteCount: Int) -> Buffer {
        let block = Buffer((0..<65_521).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) })
        var content = BufferBuilder(capacity: byteCount)
        while content.count < byteCount {
            content.append(block.slice(0..<min(block.count, byteCount - content.count)).bytes)
        }
        return content.freeze()
    }

    private static func sha256(_ content: Buffer) -> String {
        var hasher = SHA256()
        content.withUnsafeBytes { hasher.update(bufferPointer: $0) }
        return hasher.finalize().hexadecimal
    }
}
