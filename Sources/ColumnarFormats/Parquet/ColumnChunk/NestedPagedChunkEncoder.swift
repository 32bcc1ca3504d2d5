import S3DBCore

/// Feeds the values of a column within others, and the levels beside them, to the pages of one kind of values.
///
/// Pages begin where rows begin, as page indexes and pages of the second form need it. Where a page ends within a row that
/// was begun, the row moves to the next page as a whole.
final class NestedPagedChunkEncoder<Values: ChunkValues>: NestedChunkEncoder {
    private let options: ParquetOptions
    private let values: Values
    private let pages: ChunkPages<Values>
    private let maximumDefinition: UInt16

    private var levels: NestedLevels
    private var pageRowCount = 0

    init(_ leaf: WrittenLeaf, _ values: Values, _ options: ParquetOptions, _ compression: PageCompression) {
        self.options = options
        self.values = values
        pages = ChunkPages(leaf, values, options, compression)
        maximumDefinition = UInt16(truncatingIfNeeded: leaf.leaf.maximumDefinitionLevel)
        levels = NestedLevels(leaf.leaf)
    }

    var byteCount: Int { pages.byteCount + levels.byteCount }

    /// The levels of the current page at most, unless one row alone has more.
    private var pageLevelLimit: Int {
        max(1, options.pageByteLimit / values.rowByteCount)
    }

    func append(_ leaf: ShreddedLeaf) throws(S3DBError) {
        let rows = LeafRows(leaf, maximumDefinition: maximumDefinition)
        var row = 0
        while row < rows.count {
            let levelLimit = pageLevelLimit
            let isFull: Bool
            (row, isFull) = try append(leaf, rows, from: row)
            if isFull || pageRowCount >= options.pageRowLimit {
                try closePage(isLast: false)
            } else if row < rows.count || levels.count >= levelLimit {
                // A dictionary that proves to pay makes room for more.
                if values.decide(isLast: false) && pageLevelLimit > levelLimit { continue }
                try closePage(isLast: false)
            }
        }
    }

    /// Appends rows to the current page as far as its limits allow; returns the first that it did not take, and whether
    /// values have no more room.
    private func append(
        _ leaf: ShreddedLeaf, _ rows: LeafRows, from start: Int
    ) throws(S3DBError) -> (row: Int, isFull: Bool) {
        let limit = rows.end(
            from: start, rowLimit: options.pageRowLimit - pageRowCount, levelLimit: pageLevelLimit - levels.count)
        var end = atLeastOneRow(limit, from: start)
        let first = rows.value(start)
        let room = try values.room(for: leaf.values, first..<rows.value(end))
        if room < rows.value(end) - first {
            end = atLeastOneRow(rows.lastEnd(from: start, valueEnd: first + room), from: start)
        }
        var isFull = end < limit
        if first < rows.value(end) {
            let taken = try values.appendWhole(leaf.values, first..<rows.value(end))
            if taken < rows.value(end) - first {
                // The dictionary is full: what has begun of a row goes to the next page.
                end = rows.lastEnd(from: start, valueEnd: first + taken)
                values.removeLast(first + taken - rows.value(end))
                isFull = true
            }
        }
        levels.append(leaf, rows.level(start)..<rows.level(end), valueCount: rows.value(end) - first)
        pageRowCount += end - start
        return (end, isFull)
    }

    /// One row more where the page would stay empty.
    private func atLeastOneRow(_ end: Int, from start: Int) -> Int {
        end == start && pageRowCount == 0 ? start + 1 : end
    }

    private func closePage(isLast: Bool) throws(S3DBError) {
        if pageRowCount > 0 {
            var page = DataPage(
                rowCount: pageRowCount, valueCount: levels.count, nullCount: levels.count - levels.valueCount)
            page.levelCounts = levels.counts
            let bounds = values.closePage()
            // Bounds may be those of a row that has moved to the next page.
            if !page.isAllNull { page.bounds = bounds }
            pages.append(page, levels.takePage(isPrefixed: pages.hasPrefixedLevels))
            pageRowCount = 0
        }
        try pages.settle(isLast: isLast)
    }

    func finish(into section: inout BufferBuilder) throws(S3DBError) -> ColumnChunkLayout {
        try closePage(isLast: true)
        return try pages.finish(into: &section)
    }
}

/// Where the rows of a leaf begin and end.
struct LeafRows {
    private let ends: [ShreddedLeaf.RowEnd]

    init(_ leaf: ShreddedLeaf, maximumDefinition: UInt16) {
        ends = leaf.rowEnds(maximum: maximumDefinition)
    }

    /// The number of rows.
    var count: Int { ends.count }

    /// The first level of a row, or of the one behind the last.
    func level(_ row: Int) -> Int { row == 0 ? 0 : ends[row - 1].level }

    /// The first value of a row, or of the one behind the last.
    func value(_ row: Int) -> Int { row == 0 ? 0 : ends[row - 1].value }

    /// Behind the last row of those from `start` on that are within limits. O(rows).
    func end(from start: Int, rowLimit: Int, levelLimit: Int) -> Int {
        let first = level(start)
        var end = start
        while end < count && end - start < rowLimit && ends[end].level - first <= levelLimit { end += 1 }
        return end
    }

    /// Behind the last row of those from `start` on whose values end at `valueEnd` or before.
    func lastEnd(from start: Int, valueEnd: Int) -> Int {
        var end = start
        while end < count && ends[end].value <= valueEnd { end += 1 }
        return end
    }
}
