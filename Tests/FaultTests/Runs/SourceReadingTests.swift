import FaultProxy
import S3DB
import TestSupport
import Testing

/// How the sources of a conversion are read from a bucket, as the proxy before it counts.
@Suite("Reading of sources", .needsServers, .serialized)
struct SourceReadingTests {
    private static let metadata = #"{"type_map": {"target_start": "int", "noise": "str"}}"#
    private static let dayCount = 3

    /// Days of text that hardly shrinks, of some 500 KB each.
    private static func makeLake(_ store: S3Store, _ random: inout SeededGenerator) async throws -> [Int] {
        _ = try await store.put(.known("test/noise/METADATA.json"), [Buffer(metadata.utf8)], if: .none)
        let dataset = try #require(DatasetID("test/noise"))
        var sizes: [Int] = []
        for number in 0..<dayCount {
            let day = try #require(UTCDay(number: 18_262 + number))
            var csv = "target_start,noise\n"
            for row in 0..<2000 {
                csv += "\(day.startSeconds + Int64(row)),"
                for _ in 0..<30 { csv += String(random.next(), radix: 16) }
                csv += "\n"
            }
            let packed = Buffer(Array(try Gzip().compress(Array(csv.utf8).span.bytes)))
            _ = try await store.put(ObjectKey(SourceKey.day(dataset, day).key), [packed], if: .none)
            sizes.append(packed.count)
        }
        return sizes
    }

    /// Runs `body` with a converter whose source is behind a proxy; outputs stay in memory.
    private func withLake(
        _ body: (FaultProxy, Converter, _ sizes: [Int], _ random: SeededGenerator) async throws -> Void
    ) async throws {
        let moto = try await StandIn.moto()
        let bucket = try await moto.makeBucket()
        var random = SeededGenerator.fresh()
        func store(_ endpoint: HTTPEndpoint) throws -> S3Store {
            let access = S3Access(
                configuration: S3Configuration(region: moto.region, endpoint: endpoint),
                credentials: StaticCredentials(moto.credentials))
            return try S3Store(access.client(bucket: bucket), prefix: "lake/")
        }
        let sizes = try await Self.makeLake(try store(moto.endpoint), &random)
        let seeded = random
        try await moto.behindProxy { proxy in
            let converter = Converter(
                from: try store(proxy.endpoint), to: MemoryStore("out"), limits: EngineLimits(workerCount: 1))
            try await body(proxy, converter, sizes, seeded)
        }
    }

    private static func spec() throws -> ValidatedSpec {
        try ConversionSpec(format: "parquet", codec: "zst", layout: "athena", size: .month).validated(in: .standard)
    }

    @Test("headers are read by small ranges: a conversion fetches its sources once, and little more")
    func headers() async throws {
        try await withLake { proxy, converter, sizes, _ in
            let plan = try await converter.plan(Self.spec(), datasets: try await converter.datasets())
            await proxy.log.settled()
            let planned = try #require(proxy.log.totals["GetObject"])
            // METADATA.json, and the head of the newest day.
            #expect(planned.requestCount == 2)
            #expect(planned.answerByteCount <= (64 << 10) + Self.metadata.utf8.count)

            for await result in converter.run(plan) {
                guard case .written = result.outcome else {
                    Issue.record("\(result)")
                    continue
                }
            }
            await proxy.log.settled()
            let all = try #require(proxy.log.totals["GetObject"])
            let total = sizes.reduce(0, +)
            print("\(Self.dayCount) days of \(total) bytes: \(all.requestCount) GETs of \(all.answerByteCount) bytes")
            #expect(sizes.allSatisfy { $0 > 256 << 10 }, "days must be larger than the ranges: \(sizes)")
            #expect(all.requestCount <= 2 + 2 * Self.dayCount)
            #expect(all.answerByteCount - planned.answerByteCount <= total + Self.dayCount * (64 << 10))
        }
    }

    @Test("a source that is damaged on its way is read again once, and then fails its job", arguments: [1, nil])
    func damage(times: Int?) async throws {
        try await withLake { proxy, converter, _, random in
            let plan = try await converter.plan(Self.spec(), datasets: try await converter.datasets())
            // Behind the heads of all days the first day itself is read.
            let rule = FaultRule(
                .flippedBit, ["GetObject"], resource: ".csv.gz", skip: Self.dayCount, times: times)
            let armed = proxy.arm(rule)
            var results: [OutputResult] = []
            for await result in converter.run(plan) { results.append(result) }
            await proxy.log.settled()
            #expect(results.count == 1 && armed.firedCount >= 1, "seed \(random.seed)")
            switch try #require(results.first).outcome {
            case .written(let written): #expect(times == 1 && written.rowCount == 2000 * Self.dayCount)
            case .failed(let error):
                let codes: Set<S3DBError.Code> = [.corruptStream, .checksumMismatch, .inflateLimit]
                #expect(times == nil && codes.contains(error.code), "\(error), seed \(random.seed)")
            default: Issue.record("\(results)")
            }
            let gets = try #require(proxy.log.totals["GetObject"]).requestCount
            #expect(gets <= 2 + 2 * 2 * Self.dayCount, "\(gets) requests, seed \(random.seed)")
        }
    }
}
