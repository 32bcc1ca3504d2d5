import FaultProxy
import Foundation
import S3DB
import TestSupport
import Testing

/// `backfill verify` of a bucket behind a proxy that keeps S3's conditions.
@Suite(.needsServers, .needsPython) struct BucketVerifyTests {
    private let lake: SmallLake

    init() throws {
        lake = try SmallLake()
        let days = [0, 1, 31, 32].compactMap { UTCDay(number: Days.first.number + $0) }
        try lake.fill("miso/realtime_price", days: days, rowCount: 240)
    }

    @Test(
        "what is wrong in a bucket is found and set right",
        arguments: [
            SpecWords(format: "parquet", codec: "sz", layout: "athena", partition: "day"),
            SpecWords(format: "arrow", codec: "zst", layout: "dataclient", partition: "day"),
            SpecWords(format: "arrow", codec: "zst", layout: "dataclient", partition: "month"),
        ])
    func damageIsFoundAndRepaired(spec: SpecWords) async throws {
        let moto = try await StandIn.moto()
        try await moto.behindProxy { proxy in
            let bucket = try await BucketLake(lake, moto, through: proxy.endpoint)
            try await bucket.upload()
            let options = bucket.options(spec, to: "out")
            try await bucket.backfill(spec, to: "out")
            let good = try await bucket.run("backfill", ["verify", "--json"] + options)
            #expect(good.status == 0, "\(good.output)\(good.errors)")

            let store = try bucket.store("out")
            let keys = try await bucket.keys("out").filter { !$0.hasSuffix(".json") }.map { try ObjectKey($0) }
            let (first, last) = (keys[0], try #require(keys.last))
            let whole = try #require(try await store.read(first)).bytes
            _ = try await store.put(first, [whole.slice(0..<whole.count - 5)], if: .none)
            if spec.partition == "day" { try await store.delete(keys[1], if: .none) }
            let moved = try #require(try await store.read(keys[keys.count - 2])).bytes
            _ = try await store.put(last, [moved], if: .none)

            let found = try await bucket.run("backfill", ["verify", "--json"] + options)
            #expect(found.status == 1, "\(found.errors)")
            let document = try found.json()
            let expected =
                spec.partition == "day"
                ? ["damaged-file", "missing-partition", "missing-source", "source-gone"]
                // The first of two files that is cut short stands in the place of the second one too.
                : ["damaged-file", "missing-source", "source-gone"]
            #expect(document.findingKinds == expected, "\(found.output)")
            let environment = bucket.environment
            for command in document.repairs {
                let repair = try await onOwnThread { try command.run(environment: environment) }
                #expect(repair.status == 0, "\(command.text): \(repair.output)\(repair.errors)")
            }
            let again = try await bucket.run("backfill", ["verify", "--json"] + options)
            #expect(again.status == 0, "\(again.output)\(again.errors)")
        }
    }
}
