import S3DB
import TestSupport
import Testing

/// A dataset whose days are text that no codec shrinks to less than half, in a store that every client can read.
struct NoiseYear: Sendable {
    static let dataset: DatasetID = {
        guard let dataset = DatasetID("test/noise") else { preconditionFailure("a dataset's name") }
        return dataset
    }()

    let store: S3Store
    let days: [UTCDay]
    private let rowCount: Int
    private let noise: [String]

    /// Fills a store with days from 2020-01-01 on, each of about `dayByteCount` bytes of text.
    init(_ store: S3Store, dayCount: Int, dayByteCount: Int, seed: UInt64) async throws {
        self.store = store
        let first = try #require(UTCDay("2020-01-01"))
        days = (0..<dayCount).compactMap { UTCDay(number: first.number + $0) }
        rowCount = max(1, dayByteCount / Self.textByteCount)
        var generator = SeededGenerator(seed: seed)
        noise = (0..<251).map { _ in
            var text = ""
            while text.utf8.count < Self.textByteCount { text += String(generator.next() | 1 << 63, radix: 16) }
            return text
        }
        _ = try await store.put(.known("\(Self.dataset)/METADATA.json"), [Buffer(Self.metadata.utf8)], if: .none)
        let year = self
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (index, day) in days.enumerated() {
                if index >= 4 { _ = try await group.next() }
                group.addTask { try await year.put(day, salt: 0) }
            }
            try await group.waitForAll()
        }
    }

    private static let textByteCount = 4096
    private static let metadata = #"{"type_map": {"target_start": "int", "noise": "str"}}"#

    /// Writes a day; `salt` changes its values and not its size.
    func put(_ day: UTCDay, salt: Int) async throws {
        var csv = "target_start,noise\n"
        for row in 0..<rowCount {
            csv += "\(day.startSeconds + Int64(row)),\(noise[(day.number * 31 + row * 7 + salt) % noise.count])\n"
        }
        let packed = try Gzip().compress(csv.utf8Span.span.bytes, level: 1)
        _ = try await store.put(
            try ObjectKey(SourceKey.day(Self.dataset, day).key), [Buffer(Array(packed))], if: .none)
    }

    /// Makes a destination current, reading the days through `source`; the only output's result.
    @discardableResult
    func convert(
        _ spec: ValidatedSpec, from source: S3Store? = nil, to destination: S3Store
    ) async throws -> OutputResult {
        let converter = Converter(from: source ?? store, to: destination)
        let plan = try await converter.plan(spec, dataset: Self.dataset, containing: [days[0]])
        var results: [OutputResult] = []
        for await result in converter.run(plan) { results.append(result) }
        try #require(results.count == 1, "\(results)")
        return results[0]
    }
}
