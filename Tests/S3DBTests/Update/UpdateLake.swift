import S3DB
import TestSupport
import Testing

/// A lake whose days come, change and go, and a destination that is kept current.
struct UpdateLake {
    let lake: MemoryLake
    let destination: MemoryStore
    let spec: ValidatedSpec

    init(
        _ spec: ValidatedSpec, minimumPartByteCount: Int = 1,
        metadata: String = #"{"type_map": {"target_start": "int", "node": "str", "lmp": "float", "ids": "list"}}"#
    ) async throws {
        lake = try await MemoryLake(metadata: metadata)
        destination = MemoryStore(minimumPartByteCount: minimumPartByteCount)
        self.spec = spec
    }

    /// Writes a day, all of it by `salt`: values, nulls in one column or none, and a column of its own or none.
    func put(_ day: Int, rows: Int, salt: Int, hasNulls: Bool = false, hasExtra: Bool = false) async throws {
        let text = "2020-06-\(day < 10 ? "0" : "")\(day)"
        let start = try #require(UTCDay(text)).startSeconds
        var csv = "target_start,node,lmp,ids\(hasExtra ? ",extra" : "")\n"
        for row in 0..<rows {
            let price = hasNulls && row % 5 == 2 ? "" : "\(row * 3 + salt).25"
            csv += "\(start + Int64(row % 24) * 3600),N\((row + salt) % 7),\(price),\"[\(row),\(salt)]\""
            csv += hasExtra ? ",x\(row % 3)\n" : "\n"
        }
        try await lake.put(day: text, csv: csv)
    }

    func remove(_ day: Int) async throws {
        let day = try #require(UTCDay("2020-06-\(day < 10 ? "0" : "")\(day)"))
        try await lake.store.delete(try ObjectKey(SourceKey.day(MemoryLake.dataset, day).key), if: .none)
    }

    /// Makes the destination current; the results.
    @discardableResult
    func convert(to destination: (any ObjectStore)? = nil, limits: EngineLimits = EngineLimits()) async throws
        -> [OutputResult]
    {
        let converter = Converter(from: lake.store, to: destination ?? self.destination, limits: limits)
        let plan = try await converter.plan(spec, datasets: [MemoryLake.dataset])
        var results: [OutputResult] = []
        for await result in converter.run(plan) { results.append(result) }
        return results
    }

    /// The objects of a destination that was empty.
    func fresh() async throws -> [String: Buffer] {
        let destination = MemoryStore()
        try await convert(to: destination)
        return try await destination.contents()
    }
}

extension OutputResult {
    /// The figures, if it was written.
    var written: Written? {
        if case .written(let written) = outcome { written } else { nil }
    }
}
