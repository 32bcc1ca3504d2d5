import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// Text columns: dictionaries that grow from batch to batch, and when they are given up.
@Suite struct CSVDictionaryTests {
    private func columns(_ values: [String], batchRowCount: Int = 100) throws -> [AnyColumn] {
        let bytes = Array(("s\n" + values.map { "\"\($0)\"\n" }.joined()).utf8)
        let limits = RecordLimits(batchRowCount: batchRowCount)
        let batches = try CSV().batches(
            of: bytes.span.bytes, schema: Schema([Field("s", .utf8)]), limits: limits)
        let columns = batches.map { $0.columns[0] }
        let read = try columns.flatMap { try $0.values(as: String.self) }
        #expect(read == values)
        // What a column's maker vouches for, checked.
        for column in columns {
            _ = try AnyColumn(
                type: column.type, count: column.count, validity: column.validity, storage: column.storage)
        }
        return columns
    }

    private func dictionary(_ column: AnyColumn) -> ColumnDictionary? {
        guard case .dictionary(_, let dictionary) = column.storage else { return nil }
        return dictionary
    }

    @Test func dictionariesExtendOneAnother() throws {
        let values = (0..<1000).map { "value \($0 < 500 ? $0 % 7 : $0 % 31)" }
        let dictionaries = try columns(values).map { try #require(dictionary($0)) }
        #expect(dictionaries.map(\.values.count) == [7, 7, 7, 7, 7, 31, 31, 31, 31, 31])
        for (one, next) in zip(dictionaries, dictionaries.dropFirst()) {
            #expect(one.lineage === next.lineage)
            #expect((one === next) == (one.values.count == next.values.count))
            let shorter = try one.values.values(as: String.self)
            let longer = try next.values.values(as: String.self)
            #expect(shorter == Array(longer.prefix(shorter.count)))
            #expect(Set(longer).count == longer.count)
        }
    }

    @Test func valuesThatLookAlikeStayApart() throws {
        var generator = SeededGenerator.fresh()
        let long = String(repeating: "x", count: 8)
        let alike = (0..<50).map { long + "\($0 % 10)\($0 / 10)" + String(repeating: "-", count: $0 % 13) + long }
        let short = ["", "\u{0}", "\u{0}\u{0}", "a", "a\u{0}", "aaaaaaa", "aaaaaaaa", "aaaaaaaaa", "aaaaaaaaaaaaaaaa"]
        let values = (0..<3000).map { _ in (alike + short).randomElement(using: &generator) ?? "" }
        let last = try #require(try columns(values).last)
        #expect(dictionary(last)?.values.count == Set(values).count)
    }

    @Test func manyValuesForFewRowsArePlain() throws {
        let distinct = try columns((0..<3000).map { "value \($0)" }, batchRowCount: 1000)
        #expect(distinct.map { dictionary($0) != nil } == [true, false, false])
        let twice = try columns((0..<8000).map { "value \($0 % 2000)" }, batchRowCount: 4000)
        #expect(twice.map { dictionary($0) != nil } == [true, true])
    }

    @Test func tooManyValuesAreWrittenOutWithinABatch() throws {
        let values = (0..<70_000).flatMap { ["\($0)", "same", "same"] }
        let plainFrom = try columns(values, batchRowCount: 100_000).map { dictionary($0) == nil }
        #expect(plainFrom == [false, true, true])
    }

    @Test func tooManyBytesAreWrittenOut() throws {
        let values = (0..<40).flatMap { number in
            repeatElement(String(repeating: "\(number % 10)", count: 30_000 + number), count: 5)
        }
        let plainFrom = try columns(values, batchRowCount: 50).map { dictionary($0) == nil }
        #expect(plainFrom == [false, false, false, true])
    }

    @Test func nullsHaveNoEntry() throws {
        let bytes = Array("s,t\n,\n,\n".utf8)
        let schema = try Schema([Field("s", .utf8), Field("t", .utf8)])
        let batch = try #require(try CSV().batches(of: bytes.span.bytes, schema: schema, emptyIsNull: ["s"]).first)
        #expect(batch.columns.map(\.nullCount) == [2, 0])
        #expect(batch.columns.map { dictionary($0)?.values.count } == [0, 1])
    }
}
