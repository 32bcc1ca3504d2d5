import FaultProxy
import S3DB
import TestSupport
import Testing

/// Whole conversions from S3 to S3 while requests of all kinds go wrong at random.
@Suite("Conversions under faults", .needsServers, .serialized)
struct ConversionFaultTests {
    /// What befalls each request with this probability; together about one in four.
    private static let faults: [Fault] = [
        .resetBeforeApplied, .resetAfterApplied, .internalError, .slowDown, .tooManyRequests, .cutBody, .expiredToken,
        .duplicate,
    ]
    private static let probability = 0.04

    private static let dataset = DatasetID("test/prices")

    /// Writes three days that are large enough for uploads in parts.
    private static func makeLake(_ store: S3Store) async throws {
        let metadata = #"{"type_map": {"target_start": "int", "node": "str", "lmp": "float"}}"#
        _ = try await store.put(.known("test/prices/METADATA.json"), [Buffer(metadata.utf8)], if: .none)
        let dataset = try #require(dataset)
        for day in try [UTCDay("2020-01-29"), UTCDay("2020-01-30"), UTCDay("2020-01-31")].map({ try #require($0) }) {
            var csv = "target_start,node,lmp\n"
            for row in 0..<80_000 {
                let start = day.startSeconds + Int64(row % 24) * 3600
                csv += "\(start),NODE WITH A LONG NAME NUMBER \(row % 977),\(row &* 7919 % 100_003).25\n"
            }
            let packed = try Gzip().compress(Array(csv.utf8).span.bytes)
            let key = try ObjectKey(SourceKey.day(dataset, day).key)
            _ = try await store.put(key, [Buffer(Array(packed))], if: .none)
        }
    }

    private static func convert(
        from source: S3Store, to destination: S3Store, _ spec: ValidatedSpec, noting canary: Canary? = nil
    ) async throws -> [String: Buffer] {
        var limits = EngineLimits()
        limits.workerCount = 2
        let converter = Converter(from: source, to: destination, limits: limits)
        let plan = try await converter.plan(spec, datasets: [try #require(dataset)])
        for await result in converter.run(plan) {
            guard case .failed(let error) = result.outcome else { continue }
            canary?.note(error)
            Issue.record("\(result.key): \(error)")
        }
        var keys: [ObjectKey] = []
        try await destination.list(prefix: "", after: nil) { keys += $0.map(\.key) }
        var contents: [String: Buffer] = [:]
        for key in keys { contents[key.text] = try await destination.read(key)?.bytes }
        return contents
    }

    @Test(
        "Every output has the bytes that it has without faults",
        arguments: [
            ("arrow", "none", "dataclient", PartitionSize.month), ("parquet", "zst", "athena", .day),
        ])
    func outputs(_ format: String, _ codec: String, _ layout: String, _ size: PartitionSize) async throws {
        let moto = try await StandIn.moto()
        let bucket = try await moto.makeBucket()
        let canary = Canary()
        var straightConfiguration = S3Configuration(region: moto.region, endpoint: moto.endpoint)
        straightConfiguration.retries = RetryPolicy(attemptLimit: 10, firstDelay: .milliseconds(5))
        let straight = S3Access(
            configuration: straightConfiguration, credentials: StaticCredentials(moto.credentials)
        ).client(bucket: bucket)
        let spec = try ConversionSpec(format: format, codec: codec, layout: layout, size: size)
            .validated(in: .standard)
        try await Self.makeLake(try S3Store(straight, prefix: "lake/"))
        let clean = try await Self.convert(
            from: try S3Store(straight, prefix: "lake/"), to: try S3Store(straight, prefix: "clean/"), spec)
        #expect(!clean.isEmpty)

        let random = SeededGenerator.fresh()
        try await moto.behindProxy(random: random) { proxy in
            let armed = Self.faults.map { fault in
                // A client takes fresh credentials once for a request.
                let times = fault == .expiredToken ? 1 : nil
                return proxy.arm(FaultRule(fault, times: times, probability: Self.probability, milliseconds: 20))
            }
            var configuration = straightConfiguration
            configuration.endpoint = proxy.endpoint
            let access = S3Access(
                configuration: configuration, credentials: canary.provider, logger: canary.log.logger())
            let client = access.client(bucket: bucket)
            let faulted = try await Self.convert(
                from: try S3Store(client, prefix: "lake/"), to: try S3Store(client, prefix: "faulted/"), spec,
                noting: canary)
            await proxy.log.settled()

            #expect(Set(faulted.keys) == Set(clean.keys), "seed \(random.seed)")
            for (key, bytes) in clean { #expect(faulted[key] == bytes, "\(key), seed \(random.seed)") }
            let standing = try await straight.list(prefix: "faulted/").elements
            #expect(standing.count == clean.count, "seed \(random.seed)")
            let fired = armed.reduce(0) { $0 + $1.firedCount }
            #expect(fired > 0, "seed \(random.seed)")
            let created = proxy.log.entries.count { $0.kind == "CreateMultipartUpload" && $0.isApplied }
            let completed = proxy.log.entries.count { $0.kind == "CompleteMultipartUpload" && $0.isApplied }
            let left = try await straight.listUploads(prefix: "faulted/").elements.count
            #expect(left <= created - min(created, completed), "\(left) uploads are left, seed \(random.seed)")
            let totals = proxy.log.totals.map { "\($0.key) \($0.value.requestCount)" }.sorted().joined(separator: ", ")
            print("\(format) \(codec) \(size): \(fired) faults in \(proxy.log.entries.count) requests: \(totals)")
        }
        canary.expectSilence()
    }

    @Test("The store keeps its contract on moto, with the conditions that the proxy adds")
    func contract() async throws {
        let moto = try await StandIn.moto()
        try await moto.behindProxy { proxy in
            let configuration = S3Configuration(region: moto.region, endpoint: proxy.endpoint)
            let access = S3Access(configuration: configuration, credentials: StaticCredentials(moto.credentials))
            // moto says of every upload that it began in 2010.
            try await ObjectStoreConformance { () throws(S3DBError) in
                do {
                    return try S3Store(access.client(bucket: try await moto.makeBucket()), prefix: "p/")
                } catch {
                    throw S3DBError(.ioFailure, "no bucket: \(error)")
                }
            }.run(lacking: [.uploadAges])
        }
    }
}
