import S3DB
import TestSupport
import Testing

/// A lake of some days of May and June 2020, with a gap, a day without rows, nulls, and columns that come and go; and
/// trees that are made of it.
struct TableLake {
    let lake: UpdateLake

    /// How a tree is made.
    struct Packing: Sendable, CustomTestStringConvertible {
        var format: String
        var codec: String
        var layout: String
        var size: PartitionSize
        var options: [String: String] = [:]
        var span = SectionSpan.day
        var types: [String: S3DBType] = [:]
        var cutting = CuttingLimits()

        init(_ format: String, _ codec: String, _ layout: String, _ size: PartitionSize) {
            self.format = format
            self.codec = codec
            self.layout = layout
            self.size = size
        }

        /// The packing in all four sizes.
        func resized(_ size: PartitionSize) -> Packing {
            var copy = self
            copy.size = size
            return copy
        }

        func spec(reading format: SourceFormat = .csv) throws -> ValidatedSpec {
            try ConversionSpec(
                format: self.format, codec: codec, layout: layout, size: size, types: types, options: options,
                span: span, cutting: cutting
            ).validated(in: .standard, reading: format)
        }

        var testDescription: String { "\(layout) \(format) \(codec) \(size)" }
    }

    static let packings =
        [Packing("parquet", "zst", "athena", .day), Packing("parquet", "none", "athena", .day)]
        + ["none", "br", "bz2", "gz", "lz4", "sz", "zst"].flatMap { codec in
            ["arrow", "parquet"].map { Packing($0, codec, "dataclient", .day) }
        }

    init(rows: Int = 96) async throws {
        lake = try await UpdateLake(try Packing("parquet", "none", "athena", .day).spec())
        for day in [1, 2, 5, 9] {
            try await lake.put(
                day, rows: day == 5 ? 0 : rows + day, salt: day, hasNulls: day == 2, hasExtra: day > 2)
        }
        // Rows in the order of their hours, as only such days are the same again when their hours are put together.
        let start = try #require(UTCDay("2020-05-31")).startSeconds
        var csv = "target_start,node,lmp,ids\n"
        for row in 0..<rows { csv += "\(start + Int64(row * 86_400 / rows)),N\(row % 5),\(row)5e-1,\n" }
        try await lake.lake.put(day: "2020-05-31", csv: csv)
    }

    /// A lake of days whose rows are in the order of their hours, all with rows.
    static func sorted(rows: Int = 96) async throws -> TableLake {
        let lake = try await TableLake(rows: rows)
        for day in [1, 2, 5, 9] { try await lake.lake.remove(day) }
        for day in 1...3 {
            let start = try #require(UTCDay("2020-06-0\(day)")).startSeconds
            var csv = "target_start,node,lmp,ids\n"
            for row in 0..<rows where day != 2 || row * 24 / rows != 7 {
                csv += "\(start + Int64(row * 86_400 / rows)),N\(row % 3),\(row % 4 == 0 ? "" : "\(row)"),[\(day)]\n"
            }
            try await lake.lake.lake.put(day: "2020-06-0\(day)", csv: csv)
        }
        return lake
    }

    var source: MemoryStore { lake.lake.store }

    /// What a packing makes of the lake.
    func tree(_ packing: Packing) async throws -> MemoryStore {
        let tree = MemoryStore()
        try await Self.convert(source, to: tree, packing)
        return tree
    }

    /// Converts, and expects every output to be written.
    static func convert(
        _ source: any ObjectStore, to destination: MemoryStore, _ packing: Packing, reading format: SourceFormat = .csv,
        limits: EngineLimits = EngineLimits()
    ) async throws {
        for result in try await results(source, to: destination, packing, reading: format, limits: limits) {
            if case .failed(let error) = result.outcome { Issue.record("\(result.key): \(error)") }
        }
    }

    /// Converts.
    static func results(
        _ source: any ObjectStore, to destination: MemoryStore, _ packing: Packing, reading format: SourceFormat = .csv,
        limits: EngineLimits = EngineLimits()
    ) async throws -> [OutputResult] {
        var days = source
        if format.isTables { days = try TableStore(source, as: format, registry: .standard, limits: limits) }
        let converter = Converter(from: days, to: destination, limits: limits)
        let plan = try await converter.plan(try packing.spec(reading: format), datasets: [MemoryLake.dataset])
        var results: [OutputResult] = []
        for await result in converter.run(plan) { results.append(result) }
        return results
    }

    /// The contents of a store but for METADATA.json, which layouts have or have not.
    static func files(of store: any ObjectStore) async throws -> [String: Buffer] {
        try await store.contents().filter { !$0.key.hasSuffix(".json") }
    }
}
