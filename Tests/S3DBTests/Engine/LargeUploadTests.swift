import S3DB
import TestSupport
import Testing

/// Outputs beyond one part.
@Suite struct LargeUploadTests {
    /// Text that no codec shrinks, so that a file of `byteCount` needs several parts.
    private func lake(byteCount: Int) async throws -> MemoryLake {
        let lake = try await MemoryLake()
        var generator = SeededGenerator(seed: 3)
        let start = try #require(UTCDay("2020-01-30")).startSeconds
        for day in 0..<2 {
            var csv = "target_start,node,lmp\n"
            let dayStart = start + Int64(day) * 86_400
            while csv.utf8.count < byteCount / 2 {
                var text = ""
                for _ in 0..<64 { text += String(generator.next(), radix: 36) }
                csv += "\(dayStart),\(text),1\n"
            }
            try await lake.put(day: day == 0 ? "2020-01-30" : "2020-01-31", csv: csv)
        }
        return lake
    }

    @Test func partsMakeTheSameFileAsOnePut() async throws {
        let lake = try await lake(byteCount: 16 << 20)
        let spec = try MemoryLake.spec("arrow", "none", "dataclient", size: .month)
        var outputs: [[String: Buffer]] = []
        for partByteCount in [1 << 20, 64 << 20] {
            let parts = Counter()
            let base = MemoryStore()
            let destination = HookedStore(base) { (request) async throws(S3DBError) in
                if case .uploadPart = request { _ = parts.increment() }
            }
            let limits = EngineLimits(partByteCount: partByteCount)
            _ = try await Converter(from: lake.store, to: destination, limits: limits).convert(spec)
            let partCount = parts.increment() - 1
            #expect(partByteCount == 1 << 20 ? partCount > 5 : partCount == 0)
            outputs.append(try await base.contents())
        }
        #expect(outputs[0].keys.contains("test/prices/year=2020/1577836800.arrow"))
        #expect(outputs[0] == outputs[1])
    }

    @Test func aFailedPartAbortsTheUpload() async throws {
        let lake = try await lake(byteCount: 16 << 20)
        let base = MemoryStore()
        let destination = HookedStore(base) { (request) async throws(S3DBError) in
            if case .uploadPart(_, let number) = request, number == 4 { throw S3DBError(.ioFailure, "the line is cut") }
        }
        let limits = EngineLimits(partByteCount: 1 << 20)
        let spec = try MemoryLake.spec("arrow", "none", "dataclient", size: .month)
        let outcomes = try await Converter(from: lake.store, to: destination, limits: limits).convert(spec)
        guard case .failed(let error)? = outcomes["test/prices/year=2020/1577836800.arrow"] else {
            Issue.record("it did not fail: \(outcomes)")
            return
        }
        #expect(error.code == .ioFailure)
        #expect(try await base.sweepUploads(olderThan: .zero) == 0, "an upload was left")
        #expect(try await base.contents().keys.allSatisfy { $0.hasSuffix("METADATA.json") })
    }
}
