@testable import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Row groups and pages are left out where no row is wanted, and never where one is.
@Suite struct ParquetPruningTests {
    /// 10,000 rows in row groups of 2,500 and pages of 100 or so.
    static let file: Result<Buffer, any Error> = Result {
        let directory = try TemporaryDirectory()
        let path = directory.url.appending(path: "file.parquet").path
        try Python.run(
            """
            import sys, pyarrow as pa, pyarrow.parquet as pq
            n = 10000
            table = pa.table({
                "row": pa.array(range(n), pa.int64()),
                "half": pa.array([i / 2 for i in range(n)]),
                "text": pa.array([f"k{i:06}" for i in range(n)]),
                "small": pa.array([i % 7 for i in range(n)], pa.uint8()),
                "nulls": pa.array([None if 3000 <= i < 6000 else i for i in range(n)], pa.int32()),
                "list": pa.array([[i] * (i % 4) for i in range(n)], pa.list_(pa.int32())),
                "pair": pa.array([{"a": i, "b": None} for i in range(n)],
                                 pa.struct([("a", pa.int32()), ("b", pa.string())])),
            })
            pq.write_table(table, sys.argv[1], row_group_size=2500, data_page_size=400, write_batch_size=100,
                           write_page_index=True, use_dictionary=["small"], compression="snappy")
            """, [path])
        return try ParquetReading.bytes(URL(filePath: path))
    }

    private func read(_ predicates: [ParquetPredicate]) throws -> (rows: [Int64], batches: [RecordBatch]) {
        let reader = try ParquetReading.reader(try Self.file.get()) { $0.predicates = predicates }
        let batches = try reader.readBatches()
        return (try batches.flatMap { try $0.column("row").values(as: Int64.self).compactMap { $0 } }, batches)
    }

    static let cases: [(ParquetPredicate, wanted: ClosedRange<Int64>, atMost: Int)] = [
        (.equal("row", 4321), 4321...4321, 400),
        (.equal("half", 2160.5), 4321...4321, 400),
        (.equal("text", "k004321"), 4321...4321, 400),
        (ParquetPredicate("row", .isBelow(150, orEqual: false)), 0...149, 500),
        (ParquetPredicate("row", .isAbove(9_900, orEqual: true)), 9_900...9_999, 500),
        (ParquetPredicate("pair.a", .isIn([7_777])), 7_777...7_777, 400),
        (ParquetPredicate("nulls", .isNull), 3_000...5_999, 3_800),
        (ParquetPredicate("nulls", .isAbove(6_500, orEqual: false)), 6_501...9_999, 3_700),
    ]

    @Test(.needsPython, arguments: cases.indices) func pagesAreLeftOut(_ index: Int) throws {
        let (predicate, wanted, atMost) = Self.cases[index]
        let (rows, batches) = try read([predicate])
        #expect(Set(rows).isSuperset(of: wanted))
        #expect(rows.count <= atMost, "\(rows.count) rows")
        #expect(rows == rows.sorted())
        // All columns have the values of the same rows.
        for batch in batches {
            let rows = try batch.column("row").values(as: Int64.self).compactMap { $0 }
            #expect(try batch.column("text").values(as: String.self) == rows.map { "k" + String(format: "%06d", $0) })
            #expect(
                CanonicalText.values(of: try batch.column("list"))
                    == rows.map { row in
                        "[" + repeatElement("\(row)", count: Int(row % 4)).joined(separator: ",") + "]"
                    })
            #expect(CanonicalText.values(of: try batch.column("pair")) == rows.map { "{\($0),null}" })
            #expect(CanonicalText.values(of: try batch.column("small")) == rows.map { "\($0 % 7)" })
        }
    }

    @Test(
        .needsPython,
        arguments: [0..<1, 99..<101, 2_400..<2_600, 2_500..<7_500, 4_321..<4_322, 9_990..<10_500, 0..<Int.max])
    func rowsAreReadByTheirNumbers(_ wanted: Range<Int>) throws {
        let reader = try ParquetReading.reader(try Self.file.get()) { $0.rows = wanted }
        let batches = try reader.readBatches()
        let rows = try batches.flatMap { try $0.column("row").values(as: Int64.self).compactMap { $0 } }
        #expect(rows == wanted.clamped(to: 0..<10_000).map(Int64.init))
        #expect(
            try batches.flatMap { try $0.column("text").values(as: String.self) }
                == rows.map { "k" + String(format: "%06d", $0) })
        #expect(
            try batches.flatMap { CanonicalText.values(of: try $0.column("list")) }
                == rows.map { row in "[" + repeatElement("\(row)", count: Int(row % 4)).joined(separator: ",") + "]" })
        // With predicates, of those rows the ones for which they may hold.
        let both = try ParquetReading.reader(try Self.file.get()) {
            $0.rows = wanted
            $0.predicates = [ParquetPredicate("row", .isBelow(150, orEqual: false))]
        }
        let found = try both.readBatches().flatMap { try $0.column("row").values(as: Int64.self).compactMap { $0 } }
        #expect(Set(found).isSubset(of: rows) && Set(found).isSuperset(of: rows.filter { $0 < 150 }))
    }

    @Test(.needsPython) func nothingIsReadWhereNothingIsWanted() throws {
        for predicate: ParquetPredicate in [
            .equal("row", -1), .equal("row", 10_000), .equal("text", "a"), .equal("half", 1e9),
            ParquetPredicate("row", .isNull), ParquetPredicate("small", .isAbove(7, orEqual: true)),
        ] {
            #expect(try read([predicate]).rows.isEmpty, "\(predicate)")
        }
    }

    @Test(.needsPython) func severalPredicatesMustHoldTogether() throws {
        let rows = try read([
            ParquetPredicate("row", .isAbove(5_000, orEqual: true)),
            ParquetPredicate("row", .isBelow(5_100, orEqual: true)),
        ]).rows
        #expect(Set(rows).isSuperset(of: 5_000...5_100) && rows.count <= 600)
        #expect(
            try read([
                ParquetPredicate("row", .isAbove(9_000, orEqual: true)),
                ParquetPredicate("row", .isBelow(10, orEqual: true)),
            ]).rows.isEmpty)
    }

    @Test(.needsPython) func wrongPredicatesAreRefused() throws {
        let file = try Self.file.get()
        let missing = #expect(throws: S3DBError.self) {
            try ParquetReading.reader(file) { $0.predicates = [.equal("nobody", 1)] }
        }
        #expect(missing?.code == .missingColumn)
        let list = #expect(throws: S3DBError.self) {
            try ParquetReading.reader(file) { $0.predicates = [.equal("list.list.element", 1)] }
        }
        #expect(list?.code == .invalidArgument)
    }

    @Test(.needsPython) func asynchronousReadingLeavesOutTheSame() async throws {
        var options = ParquetReadOptions()
        options.predicates = [.equal("row", 4321)]
        options.columns = ["row", "list"]
        let reader = try await ParquetReader(try Self.file.get(), codecs: ParquetReading.codecs, options: options)
        var rows: [Int64?] = []
        for try await batch in reader.batches {
            #expect(batch.schema.fields.map(\.name) == ["row", "list"])
            rows += try batch.column("row").values(as: Int64.self)
        }
        #expect(rows.contains(4321) && rows.count < 400)
    }

    @Test func rowRangesIntersect() {
        func ranges(_ all: [Range<Int>]) -> RowRanges {
            var ranges = RowRanges()
            for range in all { ranges.append(range) }
            return ranges
        }
        let a = ranges([0..<10, 20..<30, 30..<35])
        #expect(a.ranges == [0..<10, 20..<35])
        #expect(a.intersection(ranges([5..<22, 34..<50])).ranges == [5..<10, 20..<22, 34..<35])
        #expect(a.overlaps(9..<12) && !a.overlaps(10..<20) && a.overlaps(34..<99) && !a.overlaps(35..<36))
    }
}

/// Bloom filters of others.
@Suite struct ParquetBloomFilterTests {
    @Test(.needsConformance("parquet")) func xxHashFilter() throws {
        let file = Requirement.conformance("parquet/data").appending(path: "bloom_filter.xxhash.bin")
        let filter = try ParquetBloomFilter(try ParquetReading.bytes(file))
        for word in ["hello", "parquet", "bloom", "filter"] { #expect(filter.mayContain(Array(word.utf8))) }
        let strangers = (0..<1000).filter { filter.mayContain(Array("stranger \($0)".utf8)) }
        #expect(strangers.count < 50)
    }

    @Test(.needsConformance("parquet")) func otherFiltersAreRefused() throws {
        let file = Requirement.conformance("parquet/data").appending(path: "bloom_filter.bin")
        #expect(throws: S3DBError.self) { try ParquetBloomFilter(try ParquetReading.bytes(file)) }
    }

    @Test(
        .needsConformance("parquet"),
        arguments: ["data_index_bloom_encoding_stats", "data_index_bloom_encoding_with_length"])
    func filtersOfFiles(_ name: String) async throws {
        let file = Requirement.conformance("parquet/data").appending(path: "\(name).parquet")
        let bytes = try ParquetReading.bytes(file)
        let reader = try ParquetReading.reader(bytes)
        let filter = try #require(try await reader.bloomFilter(rowGroup: 0, column: 0))
        let values = try reader.readBatches().flatMap { try $0.columns[0].values(as: String.self) }.compactMap { $0 }
        #expect(!values.isEmpty && values.allSatisfy { filter.mayContain(Array($0.utf8)) })
        // Between the bounds, so that statistics do not tell.
        let between = (0..<200).map { "Hello\($0)" }.filter { !filter.mayContain(Array($0.utf8)) }
        #expect(between.count > 150)
        for text in between.prefix(5) {
            let pruned = try ParquetReading.reader(bytes) { $0.predicates = [.equal("String", .text(text))] }
            #expect(try pruned.readBatches().isEmpty)
        }
        let kept = try ParquetReading.reader(bytes) { $0.predicates = [.equal("String", .text(values[0]))] }
        #expect(try kept.readBatches().reduce(0) { $0 + $1.rowCount } == 14)
    }

    @Test(
        arguments: [
            ("", 0xEF46_DB37_51D8_E999), ("a", 0xD24E_C4F1_A98C_6E5B), ("abc", 0x44BC_2CF5_AD77_0999),
            (
                "The quick brown fox jumps over the lazy dog", 0x0B24_2D36_1FDA_71BC
            ),
        ] as [(String, UInt64)]) func xxHash(_ text: String, _ hash: UInt64)
    {
        #expect(Array(text.utf8).withUnsafeBytes { XXHash64.hash($0) } == hash)
    }
}
