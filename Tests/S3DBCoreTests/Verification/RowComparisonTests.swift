import S3DBCore
import TestSupport
import Testing

@Suite struct RowComparisonTests {
    private static func batch(_ values: [Int64?], _ texts: [String?]) throws -> RecordBatch {
        try RecordBatch(
            schema: try Schema([Field("a", .int64), Field("b", .utf8)]),
            columns: [AnyColumn(values), AnyColumn(texts)], rowCount: values.count)
    }

    private static func comparison(
        _ first: RecordBatch, _ second: RecordBatch, cuts: (Int, Int), shownCount: Int = 3
    ) -> RowComparison {
        var comparison = RowComparison(first.schema, second.schema, shownCount: shownCount)
        var starts = (first: 0, second: 0)
        while let side = comparison.wanted {
            let (batch, start, cut) =
                side == .first ? (first, starts.first, cuts.0) : (second, starts.second, cuts.1)
            guard start < batch.rowCount else {
                comparison.end(side)
                continue
            }
            let end = min(batch.rowCount, start + cut)
            comparison.take(batch.slice(start..<end), of: side)
            if side == .first { starts.first = end } else { starts.second = end }
        }
        return comparison
    }

    @Test("what differs does not depend on where batches end", arguments: [1, 2, 7, 64, 1000])
    func cuts(cut: Int) throws {
        var generator = SeededGenerator.fresh()
        let count = 300
        let values = (0..<count).map { _ in
            Bool.random(using: &generator) ? Int64.random(in: 0..<5, using: &generator) : nil
        }
        var other = values
        let changed = Set((0..<20).map { _ in Int.random(in: 0..<count, using: &generator) }).sorted()
        for row in changed { other[row] = values[row] == nil ? 0 : nil }
        let texts = values.map { $0.map { "\($0)" } }
        let (first, second) = (try Self.batch(values, texts), try Self.batch(other + [1, 2], texts + ["x", "y"]))
        for otherCut in [1, 3, 50, 400] {
            let found = Self.comparison(first, second, cuts: (cut, otherCut))
            #expect(found.rowCounts == (count, count + 2))
            #expect(found.differingRowCount == changed.count && !found.isEqual)
            #expect(found.differences[0].count == changed.count && found.differences[1].count == 0)
            #expect(found.differences[0].shown.map(\.row) == Array(changed.prefix(3)))
        }
        #expect(Self.comparison(first, first, cuts: (cut, 11)).isEqual)
    }

    @Test("the number that stands for null in comparisons is still a number")
    func numberOfNull() throws {
        // The hash of null, as an integer.
        let value = Int64(bitPattern: 0xA409_3822_299F_31D1)
        let found = Self.comparison(
            try Self.batch([value, nil], ["", ""]), try Self.batch([nil, nil], ["", ""]), cuts: (2, 2))
        #expect(found.differences[0].count == 1 && found.differences[0].shown.map(\.row) == [0])
    }

    @Test("columns of nothing have no values that differ")
    func noColumns() throws {
        let empty = try RecordBatch(schema: Schema(anyNames: []), columns: [], rowCount: 5)
        let found = Self.comparison(empty, try Self.batch([1], ["x"]), cuts: (2, 1))
        #expect(found.rowCounts == (5, 1) && !found.isEqual && found.columns.isEmpty)
        #expect(found.schemaDifferences.map(\.kind) == [.onlySecond, .onlySecond])
    }
}
