/// Compares two tables row by row, whose batches come in order and are cut anywhere. One owner at a time.
///
/// Columns belong together by their names. Values are equal where ``ColumnChecksum`` says so: whatever width integers,
/// floats and offsets are stored in; NaNs are all the same, 0 and -0 are not, a null equals nothing but a null. They are
/// compared by hashes of 64 bits, which for numbers are the numbers themselves.
///
/// Its memory is that of one batch of each table and of the differences that are shown.
public struct RowComparison: Sendable {
    /// The columns that both tables have and whose values can be compared, in the order of the first.
    public let columns: [Pair]
    /// What differs between the columns of the two tables.
    public let schemaDifferences: [SchemaDifference]

    /// The rows of each table so far.
    public private(set) var rowCounts = (first: 0, second: 0)
    /// The rows that both have and that differ in some column.
    public private(set) var differingRowCount = 0
    /// The differences of each of ``columns``.
    public private(set) var differences: [ColumnDifferences]

    private let shownCount: Int
    private var waiting = (first: [HashedBatch](), second: [HashedBatch]())
    private var isEnded = (first: false, second: false)
    /// The rows that have been compared.
    private var comparedCount = 0

    /// Columns that are compared.
    public struct Pair: Hashable, Sendable {
        /// The name.
        public let name: String
        /// The column's number in each table.
        public let indices: [Int]
    }

    /// The values that differ in a column.
    public struct ColumnDifferences: Hashable, Sendable {
        /// How many.
        public var count = 0
        /// The first of them.
        public var shown: [Shown] = []

        /// Two values that differ.
        public struct Shown: Hashable, Sendable {
            /// The row, counted from 0.
            public let row: Int
            /// The value in each table, as JSON.
            public let values: [JSONValue]
        }
    }

    /// Begins without rows.
    ///
    /// - Parameter shownCount: How many differences of each column are kept at most.
    public init(_ first: Schema, _ second: Schema, shownCount: Int = 10) {
        let matching = ColumnMatching(first, second)
        columns = matching.pairs
        schemaDifferences = matching.differences
        differences = matching.pairs.map { _ in ColumnDifferences() }
        self.shownCount = shownCount
    }

    /// Whether nothing differs.
    public var isEqual: Bool {
        schemaDifferences.isEmpty && differingRowCount == 0 && rowCounts.first == rowCounts.second
    }

    /// One of the two tables.
    public enum Side: Hashable, Sendable {
        case first, second
    }

    /// The table whose next rows, or end, are wanted: the one that is behind. nil where both have ended.
    public var wanted: Side? {
        if isEnded.first { return isEnded.second ? nil : .second }
        if isEnded.second { return .first }
        return waiting.first.isEmpty ? .first : .second
    }

    /// Takes the next rows of a table. Those behind the end of the other are only counted.
    public mutating func take(_ batch: RecordBatch, of side: Side) {
        let isAlone = side == .first ? isEnded.second && waiting.second.isEmpty : isEnded.first && waiting.first.isEmpty
        switch side {
        case .first:
            rowCounts.first += batch.rowCount
            if batch.rowCount > 0, !isAlone {
                waiting.first.append(HashedBatch(batch, columns.map { $0.indices[0] }))
            }
        case .second:
            rowCounts.second += batch.rowCount
            if batch.rowCount > 0, !isAlone {
                waiting.second.append(HashedBatch(batch, columns.map { $0.indices[1] }))
            }
        }
        compare()
    }

    /// Says that a table has no further rows.
    public mutating func end(_ side: Side) {
        switch side {
        case .first: isEnded.first = true
        case .second: isEnded.second = true
        }
    }

    private mutating func compare() {
        while let first = waiting.first.first, let second = waiting.second.first {
            let count = min(first.leftCount, second.leftCount)
            compare(first, second, count)
            comparedCount += count
            waiting.first[0].start += count
            waiting.second[0].start += count
            if waiting.first[0].leftCount == 0 { waiting.first.removeFirst() }
            if waiting.second[0].leftCount == 0 { waiting.second.removeFirst() }
        }
    }

    private mutating func compare(_ first: HashedBatch, _ second: HashedBatch, _ count: Int) {
        var differing = [Bool](repeating: false, count: count)
        for column in columns.indices {
            let a = first.columns[column]
            let b = second.columns[column]
            var rows: [Int] = []
            for row in 0..<count {
                let (here, there) = (first.start + row, second.start + row)
                if HashedColumn.areEqual(a, here, b, there) { continue }
                differing[row] = true
                differences[column].count += 1
                if differences[column].shown.count + rows.count < shownCount { rows.append(row) }
            }
            for row in rows {
                let values = [a.values.json(first.start + row), b.values.json(second.start + row)]
                differences[column].shown.append(.init(row: comparedCount + row, values: values))
            }
        }
        differingRowCount += differing.count { $0 }
    }
}

/// A batch with what its values are compared by.
private struct HashedBatch: Sendable {
    let columns: [HashedColumn]
    let rowCount: Int
    /// The first row that has not been compared.
    var start = 0

    var leftCount: Int { rowCount - start }

    init(_ batch: RecordBatch, _ indices: [Int]) {
        columns = indices.map { HashedColumn(batch.columns[$0]) }
        rowCount = batch.rowCount
    }
}

private struct HashedColumn: Sendable {
    let values: ValueWriter
    let hashes: [UInt64]

    init(_ column: AnyColumn) {
        values = ValueWriter(column)
        hashes = ValueHash.hashes(of: column)
    }

    /// Whether two values are equal. That of null is the one hash that also a number has.
    @inline(__always)
    static func areEqual(_ a: HashedColumn, _ row: Int, _ b: HashedColumn, _ otherRow: Int) -> Bool {
        let hash = a.hashes[row]
        guard hash == b.hashes[otherRow] else { return false }
        return hash != ValueHash.null || a.values.isNull(row) == b.values.isNull(otherRow)
    }
}
