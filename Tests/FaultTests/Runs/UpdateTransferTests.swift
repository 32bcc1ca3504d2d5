import FaultProxy
import S3DB
import TestSupport
import Testing

/// What a changed day costs on S3, counted by the proxy, which refuses parts under 5 MiB as AWS does.
@Suite("Updates on S3", .needsServers, .serialized)
struct UpdateTransferTests {
    /// S3's smallest part but for the last.
    private static let partByteCount = 5 << 20

    private static func spec(_ size: PartitionSize) throws -> ValidatedSpec {
        try ConversionSpec(format: "parquet", codec: "none", layout: "athena", size: size).validated(in: .standard)
    }

    private static func access(_ moto: StandIn, through endpoint: HTTPEndpoint) -> S3Access {
        S3Access(
            configuration: S3Configuration(region: moto.region, endpoint: endpoint),
            credentials: StaticCredentials(moto.credentials))
    }

    @Test("a day of a year moves less than 2 % of the year, two neighbours of a part's size and the first part")
    func oneDayOfAYear() async throws {
        let moto = try await StandIn.moto()
        let bucket = try await moto.makeBucket()
        let straight = Self.access(moto, through: moto.endpoint).client(bucket: bucket)
        // A year of 300 MB in full runs, of 64 MB in short ones.
        let year = try await NoiseYear(
            S3Store(straight, prefix: "lake/"), dayCount: 366, dayByteCount: Requirement.isFull ? 840_000 : 176_000,
            seed: 1)
        let spec = try Self.spec(.year)
        let standing = try S3Store(straight, prefix: "out/")
        let first = try await year.convert(spec, to: standing)
        let byteCount = try #require(first.figures?.byteCount, "\(first)")
        #expect(byteCount > (Requirement.isFull ? 300_000_000 : 60_000_000))

        // What is behind the first part, what has neighbours on both sides, and what is in front of the last part.
        for (salt, index) in [0, 182, 365].enumerated() {
            try await year.put(year.days[index], salt: salt + 1)
            try await moto.behindProxy { proxy in
                let client = Self.access(moto, through: proxy.endpoint).client(bucket: bucket)
                let result = try await year.convert(
                    spec, from: try S3Store(client, prefix: "lake/"), to: try S3Store(client, prefix: "out/"))
                await proxy.log.settled()
                #expect(result.figures?.keptSectionCount == 365, "\(result)")
                #expect(result.figures?.rebuildReason == nil)

                let sent = proxy.log.entries.reduce(0) { $0 + $1.requestByteCount }
                let received = proxy.log.entries.reduce(0) { $0 + $1.answerByteCount }
                let limit = byteCount / 50 + 3 * Self.partByteCount
                #expect(sent < limit && received < limit, "day \(index): sent \(sent), received \(received)")
                let copies = proxy.log.entries.filter { $0.kind == "UploadPartCopy" }
                #expect(copies.count == (index == 182 ? 2 : 1) && copies.allSatisfy(\.isApplied))
                #expect(copies.allSatisfy { $0.requestByteCount == 0 })
                #expect(result.cost.copiedByteCount > byteCount - 3 * Self.partByteCount)
                print(
                    "Day \(index) of a year of \(byteCount) bytes: \(sent) bytes sent, \(received) received, "
                        + "\(result.cost.copiedByteCount) copied in place, \(proxy.log.entries.count) requests")
            }
        }
        let fresh = try S3Store(straight, prefix: "fresh/")
        let key = try await ObjectKey(year.convert(spec, to: fresh).key)
        #expect(try await Self.isSame(key, in: standing, fresh), "the year is not what a fresh backfill makes")
    }

    @Test("a copy from a year that a rival has replaced is refused, and the update is planned again")
    func aRivalBetween() async throws {
        let moto = try await StandIn.moto()
        let bucket = try await moto.makeBucket()
        let straight = Self.access(moto, through: moto.endpoint).client(bucket: bucket)
        let year = try await NoiseYear(
            S3Store(straight, prefix: "lake/"), dayCount: 20, dayByteCount: 1 << 20, seed: 2)
        let spec = try Self.spec(.month)
        let standing = try S3Store(straight, prefix: "out/")
        try await year.convert(spec, to: standing)
        try await year.put(year.days[10], salt: 1)
        try await moto.behindProxy { proxy in
            // Long enough for the rival on any machine.
            proxy.arm(FaultRule(.heldBeforeApplied, ["UploadPartCopy"], times: 1, milliseconds: 8000))
            let client = Self.access(moto, through: proxy.endpoint).client(bucket: bucket)
            let ours = try S3Store(client, prefix: "out/")
            async let update = year.convert(spec, to: ours)
            _ = await proxy.log.first { $0.kind == "UploadPartCopy" && $0.fault != nil }
            try await year.put(year.days[15], salt: 2)
            let rival = try await year.convert(spec, to: standing)
            #expect(rival.figures?.keptSectionCount == 18, "\(rival)")
            let result = try await update
            // The rival has made the day that was changed first too: nothing is left to do.
            #expect(result.outcome.name == "unchanged", "\(result)")
            await proxy.log.settled()
            #expect(proxy.log.entries.contains { $0.kind == "UploadPartCopy" && $0.status == 412 })
            #expect(!proxy.log.entries.contains { $0.kind == "CompleteMultipartUpload" && $0.isApplied })
        }
        #expect(try await straight.listUploads(prefix: "out/").elements.isEmpty)
        let fresh = try S3Store(straight, prefix: "fresh/")
        let key = try await ObjectKey(year.convert(spec, to: fresh).key)
        #expect(try await Self.isSame(key, in: standing, fresh))
    }

    /// Whether an object has the same bytes in two stores.
    private static func isSame(_ key: ObjectKey, in a: S3Store, _ b: S3Store) async throws -> Bool {
        let (sizeA, sizeB) = (try await a.head(key)?.byteCount, try await b.head(key)?.byteCount)
        guard let size = sizeA, size == sizeB else { return false }
        for start in stride(from: 0, to: size, by: 16 << 20) {
            let range = start..<min(size, start + 16 << 20)
            guard try await a.read(key, range: range)?.bytes == b.read(key, range: range)?.bytes else { return false }
        }
        return true
    }
}

extension OutputResult {
    /// The figures, if it was written.
    fileprivate var figures: Written? {
        if case .written(let written) = outcome { written } else { nil }
    }
}
