import TestSupport
import Testing

@testable import S3DBCore

@Suite("Checksums of sections")
struct SectionChecksumsTests {
    private static func batch(_ rows: Range<Int>) throws -> RecordBatch {
        let numbers: [Int64] = rows.map { Int64($0) }
        let texts: [String] = rows.map { "row \($0 % 5)" }
        return try RecordBatch([NamedColumn("number", numbers), NamedColumn("text", texts)])
    }

    /// However batches are cut, a section's checksums are those of its rows.
    @Test func batchesAreCutWhereSectionsEnd() throws {
        var random = SeededGenerator.fresh()
        for _ in 0..<50 {
            let rowCounts = (0..<Int.random(in: 0...6, using: &random)).map { _ in
                [0, 1, 20, 64].randomElement(using: &random) ?? 0
            }
            let total = rowCounts.reduce(0, +)
            let extra = Int.random(in: 0...3, using: &random)
            let sections = SectionChecksums(rowCounts: rowCounts)
            try sections.begin(try Self.batch(0..<0).schema)
            var start = 0
            while start < total + extra {
                let end = min(total + extra, start + Int.random(in: 1...50, using: &random))
                try sections.take(try Self.batch(start..<end))
                start = end
            }
            #expect(sections.extraRowCount == extra, "seed \(random.seed)")
            var position = 0
            for (count, found) in zip(rowCounts, sections.sections) {
                var expected = TableChecksums(found.schema)
                try expected.add(try Self.batch(position..<position + count))
                #expect(found == expected, "seed \(random.seed)")
                position += count
            }
            #expect(sections.sections.count == rowCounts.count)
        }
    }

    @Test func differencesAreNamed() throws {
        func checksums(_ columns: [NamedColumn]) throws -> TableChecksums {
            let batch = try RecordBatch(columns)
            var checksums = TableChecksums(batch.schema)
            try checksums.add(batch)
            return checksums
        }
        let (a, b) = (NamedColumn("a", [1, 2] as [Int64]), NamedColumn("b", ["x", "y"]))
        let table = try checksums([a, b])
        #expect(TableDifference(table, try checksums([a, b])) == nil)
        #expect(TableDifference(table, try checksums([b, a])) == .columns("its columns stand in another order"))
        #expect(TableDifference(table, try checksums([a])) == .columns("it has b"))
        let narrow = NamedColumn("a", [1, 2] as [Int32])
        #expect(TableDifference(table, try checksums([narrow, b])) == .columns("a is int64, not int32"))
        let other = NamedColumn("b", ["y", "x"])
        #expect(TableDifference(table, try checksums([a, other])) == .values(["b"]))
        let three = NamedColumn("a", [1, 2, 3] as [Int64])
        #expect(TableDifference(try checksums([a]), try checksums([three])) == .rowCount(2, 3))
        // Another tree may have its columns in another order.
        #expect(TreeDifference.all(table, try checksums([b, a])).isEmpty)
        #expect(TreeDifference.all(table, try checksums([other, narrow])).map(\.kind) == [.schema, .columnValues])
    }

    @Test(
        "a block of snappy is told from streams and files",
        arguments: [
            ([0x05, 0x10, 1, 2], 5), ([0x80, 0x01, 0xF0, 9], 128), ([0x50, 0x41, 0x52, 0x31], nil), ([], nil),
            ([0x05], nil), ([0x00, 0x00], nil), ([0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], nil),
            ([0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0x00], nil),
        ] as [([UInt8], Int?)])
    func blocks(head: [UInt8], contentByteCount: Int?) {
        #expect(SnappyBlock(head.span.bytes)?.contentByteCount == contentByteCount)
    }
}
