import Foundation
import S3DB
import Synchronization
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

    /// A large file's prologue has a fixed size, whatever is in it, so that a directory's file is written once.
    @Test(arguments: ["zst", "none"]) func partsStandInPlace(codec: String) async throws {
        let lake = try await lake(byteCount: codec == "none" ? 34 << 20 : 54 << 20)
        let spec = try MemoryLake.spec("arrow", codec, "dataclient", size: .month)
        let key = try ObjectKey("test/prices/year=2020/1577836800.arrow" + (codec == "none" ? "" : ".zst"))
        let memory = MemoryStore()
        _ = try await Converter(from: lake.store, to: memory).convert(spec)
        let expected = try #require(try await memory.read(key)?.bytes)

        let directory = try TemporaryDirectory()
        let store = try DirectoryStore(root: directory.url.path)
        let written = Written()
        let hooked = HookedStore(store) { (request) async throws(S3DBError) in
            if case .complete = request { written.note(directory.url) }
        }
        _ = try await Converter(from: lake.store, to: hooked).convert(spec)
        let object = try #require(try await store.read(key)?.bytes)
        #expect(object == expected)
        #expect(written.byteCounts == [object.count], "the parts did not stand in place")
        // Behind that prologue the update of a day finds them.
        try await lake.put(day: "2020-01-31", rows: 100)
        let outcomes = try await Converter(from: lake.store, to: store).convert(spec)
        guard case .written(let result)? = outcomes[key.text] else {
            Issue.record("not written: \(outcomes)")
            return
        }
        #expect(result.keptSectionCount > 0)
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

/// The sizes of the files in which the parts of uploads stand in place.
private final class Written: Sendable {
    private let found = Mutex<[Int]>([])

    var byteCounts: [Int] { found.withLock { $0 } }

    func note(_ root: URL) {
        let uploads = root.appending(path: DirectoryStore.uploadsName)
        let names = (try? FileManager.default.contentsOfDirectory(atPath: uploads.path)) ?? []
        for name in names {
            let path = uploads.appending(path: name).appending(path: "whole").path
            guard let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int else { continue }
            found.withLock { $0.append(size) }
        }
    }
}
