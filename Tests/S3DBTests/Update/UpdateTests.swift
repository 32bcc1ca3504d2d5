import Foundation
import S3DB
import TestSupport
import Testing

/// A partition is kept current for the price of one day, and is then what a fresh backfill makes.
@Suite struct UpdateTests {
    struct Combination: Sendable, CustomTestStringConvertible {
        var format: String
        var codec: String
        var layout: String

        func spec(
            span: SectionSpan = .day, size: PartitionSize = .month, cutting: CuttingLimits = CuttingLimits()
        ) throws -> ValidatedSpec {
            try ConversionSpec(format: format, codec: codec, layout: layout, size: size, span: span, cutting: cutting)
                .validated(in: .standard)
        }

        var testDescription: String { "\(layout) \(format) \(codec)" }
    }

    static let combinations =
        ["none", "br", "gz", "lz4", "sz", "zst"].map { Combination(format: "parquet", codec: $0, layout: "athena") }
        + ["none", "br", "gz", "bz2", "lz4", "sz", "zst"].flatMap { codec in
            ["arrow", "parquet"].map { Combination(format: $0, codec: codec, layout: "dataclient") }
        }

    @Test(arguments: combinations)
    func oneDayMoves(combination: Combination) async throws {
        let test = try await UpdateLake(try combination.spec())
        for day in 1...6 { try await test.put(day, rows: 300, salt: day) }
        let first = try #require(try await test.convert().first)
        #expect(first.written?.keptSectionCount == 0)
        #expect(first.written?.rebuildReason == nil)
        try await test.put(3, rows: 200, salt: 99, hasNulls: true)
        let result = try #require(try await test.convert().first)
        #expect(result.written?.rebuildReason == nil)
        #expect(result.written?.keptSectionCount == 5)
        #expect(result.written?.rowCount == 5 * 300 + 200)
        #expect(result.cost.copiedByteCount > 0)
        #expect(result.cost.sentByteCount + result.cost.copiedByteCount == result.written?.byteCount)
        #expect(try await test.destination.contents() == test.fresh())
        #expect(try await test.convert().isEmpty, "it is current")
    }

    /// Sequences of days that come, change and go, with days cut into sections, without rows, with nulls or with a column
    /// of their own.
    @Test(
        arguments: combinations
            + ["arrow", "parquet"].map { Combination(format: $0, codec: "br", layout: "dataclient") })
    func anyHistoryEndsAsAFreshBackfill(combination: Combination) async throws {
        var generator = SeededGenerator.fresh()
        let cutting = CuttingLimits(batchRowCount: 32, sectionRowCount: 128)
        let span = SectionSpan.allCases.randomElement(using: &generator) ?? .day
        let test = try await UpdateLake(
            try combination.spec(span: span, cutting: cutting),
            minimumPartByteCount: [1, 2000].randomElement(using: &generator) ?? 1)
        var days: Set<Int> = []
        var kept = 0
        for step in 0..<(Requirement.isFull ? 60 : 12) {
            for _ in 0..<(step == 0 ? 8 : Int.random(in: 1...3, using: &generator)) {
                let day = Int.random(in: 1...14, using: &generator)
                if days.contains(day) && days.count > 1 && Bool.random(using: &generator) {
                    days.remove(day)
                    try await test.remove(day)
                } else {
                    days.insert(day)
                    let rows = [0, 1, 100, 300].randomElement(using: &generator) ?? 0
                    try await test.put(
                        day, rows: rows, salt: Int.random(in: 0...999, using: &generator),
                        hasNulls: Int.random(in: 0...3, using: &generator) == 0,
                        hasExtra: Int.random(in: 0...9, using: &generator) == 0)
                }
            }
            for result in try await test.convert() {
                kept += result.written?.keptSectionCount ?? 0
                #expect(result.written != nil, "seed \(generator.seed): \(result)")
            }
            let isFresh = try await test.destination.contents() == test.fresh()
            #expect(isFresh, "seed \(generator.seed), step \(step), span \(span)")
            if !isFresh { return }
        }
        #expect(kept > 0 || span == .month, "seed \(generator.seed): nothing was kept")
    }

    @Test(arguments: combinations)
    func nullabilityFollowsTheSections(combination: Combination) async throws {
        let test = try await UpdateLake(try combination.spec())
        for day in 1...4 { try await test.put(day, rows: 50, salt: day, hasNulls: day == 2) }
        try await test.convert()
        try await test.put(2, rows: 50, salt: 5)
        #expect(try await test.convert().first?.written?.keptSectionCount == 3)
        #expect(try await test.destination.contents() == test.fresh())
        try await test.put(4, rows: 50, salt: 5, hasNulls: true)
        #expect(try await test.convert().first?.written?.keptSectionCount == 3)
        #expect(try await test.destination.contents() == test.fresh())
    }

    @Test func aChangedSchemaKeepsNothingAndSaysSo() async throws {
        let test = try await UpdateLake(try Combination(format: "parquet", codec: "zst", layout: "athena").spec())
        for day in 1...4 { try await test.put(day, rows: 50, salt: day) }
        try await test.convert()
        try await test.put(2, rows: 50, salt: 5, hasExtra: true)
        let written = try #require(try await test.convert().first?.written)
        #expect(written.keptSectionCount == 0)
        #expect(written.rebuildReason?.contains("columns") == true)
        #expect(try await test.destination.contents() == test.fresh())
        // Now that the column is there, another day can have it too, and lose it again.
        try await test.put(3, rows: 50, salt: 5, hasExtra: true)
        #expect(try await test.convert().first?.written?.keptSectionCount == 3)
        #expect(try await test.destination.contents() == test.fresh())
        try await test.put(2, rows: 50, salt: 5)
        #expect(try await test.convert().first?.written?.keptSectionCount == 3)
        #expect(try await test.destination.contents() == test.fresh())
        try await test.remove(3)
        #expect(try await test.convert().first?.written?.keptSectionCount == 0)
        #expect(try await test.destination.contents() == test.fresh())
    }

    @Test(
        .needsPython,
        arguments: [("parquet", "none"), ("arrow", "none"), ("arrow", "zst"), ("arrow", "br"), ("parquet", "br")])
    func pyarrowReadsAnUpdatedMonth(format: String, codec: String) async throws {
        let test = try await UpdateLake(try Combination(format: format, codec: codec, layout: "dataclient").spec())
        for day in 1...5 { try await test.put(day, rows: 40, salt: day) }
        try await test.convert()
        try await test.put(3, rows: 10, salt: 1000, hasNulls: true)
        try await test.remove(5)
        try await test.put(7, rows: 20, salt: 7)
        #expect(try await test.convert().first?.written?.keptSectionCount == 3)
        let object = try #require(try await test.destination.contents().first { !$0.key.hasSuffix(".json") })
        let directory = try TemporaryDirectory()
        let path = try directory.write(object.value, to: "file").path
        try Python.run(
            """
            import sys, brotli, pyarrow as pa, pyarrow.ipc, pyarrow.parquet
            path, format, codec = sys.argv[1:]
            data = open(path, 'rb').read()
            if codec == 'br': data = brotli.decompress(data)
            if format == 'parquet':
                table = pyarrow.parquet.ParquetFile(pa.BufferReader(data), page_checksum_verification=True).read()
            else:
                stream = pa.BufferReader(data) if codec != 'zst' else pa.CompressedInputStream(path, 'zstd')
                table = pyarrow.ipc.open_stream(stream).read_all()
            days = [(1, 40, 1, False), (2, 40, 2, False), (3, 10, 1000, True), (4, 40, 4, False), (7, 20, 7, False)]
            prices = [None if nulls and row % 5 == 2 else row * 3 + salt + 0.25
                      for _, rows, salt, nulls in days for row in range(rows)]
            assert table['lmp'].to_pylist() == prices, table['lmp'].to_pylist()
            nodes = [f'N{(row + salt) % 7}' for _, rows, salt, _ in days for row in range(rows)]
            assert table['node'].to_pylist() == nodes, table['node'].to_pylist()
            """, [path, format, codec])
    }

    /// Where the ends do not say the same as the provenance, nothing is kept.
    @Test(arguments: ["none", "br", "gz", "zst", "lz4", "sz", "bz2"])
    func damagedFilesAreMadeAnew(codec: String) async throws {
        let damages: [(name: String, damage: (inout [UInt8]) -> Void)] = [
            ("a byte is missing", { $0.remove(at: $0.count / 2) }),
            ("the end is another", { $0[$0.count - (codec == "none" ? 6 : 20)] ^= 0x10 }),
        ]
        for (name, damage) in damages {
            let combination = Combination(
                format: codec == "none" ? "arrow" : "parquet", codec: codec, layout: "dataclient")
            let test = try await UpdateLake(try combination.spec())
            for day in 1...4 { try await test.put(day, rows: 50, salt: day) }
            try await test.convert()
            let key = try #require(try await test.destination.contents().keys.first { !$0.hasSuffix(".json") })
            var bytes = Array(try #require(try await test.destination.read(try ObjectKey(key))).bytes)
            damage(&bytes)
            _ = try await test.destination.put(try ObjectKey(key), [Buffer(bytes)], if: .none)
            try await test.put(3, rows: 50, salt: 55)
            let written = try #require(try await test.convert().first?.written, "\(codec): \(name)")
            #expect(written.keptSectionCount == 0, "\(codec): \(name)")
            #expect(written.rebuildReason?.contains("seal") == true)
            #expect(try await test.destination.contents() == test.fresh(), "\(codec): \(name)")
        }
    }
}
