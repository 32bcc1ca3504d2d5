import S3DBCore

/// Encodes one leaf column of a row group after the other. One owner.
protocol ColumnChunkEncoder: AnyObject {
    /// About how many bytes the chunk has so far, those that wait to be encoded included.
    var byteCount: Int { get }

    /// Appends the chunk to a section, and makes ready for the next one.
    func finish(into section: inout BufferBuilder) throws(S3DBError) -> ColumnChunkLayout
}

/// Encodes a column of the table itself: each row has one value, or a null.
protocol FlatChunkEncoder: ColumnChunkEncoder {
    /// Encodes the rows `rows` of a column of stored values.
    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError)
}

/// Encodes a column within others.
protocol NestedChunkEncoder: ColumnChunkEncoder {
    /// Encodes whole rows.
    func append(_ leaf: ShreddedLeaf) throws(S3DBError)
}

/// A flat chunk encoder for one kind of values.
///
/// Where pages end depends on the rows and the options alone, not on how rows come in batches.
final class PagedChunkEncoder<Values: ChunkValues>: FlatChunkEncoder {
    private let isNullable: Bool
    private let options: ParquetOptions

    private let values: Values
    private let pages: ChunkPages<Values>
    private var levels = DefinitionLevels()

    init(_ leaf: WrittenLeaf, _ values: Values, _ options: ParquetOptions, _ compression: PageCompression) {
        isNullable = leaf.isNullable
        self.values = values
        self.options = options
        pages = ChunkPages(leaf, values, options, compression)
    }

    var byteCount: Int { pages.byteCount }

    /// The rows of the current page at most; more once it is settled that values become dictionary positions.
    private var pageRowLimit: Int {
        max(1, min(options.pageRowLimit, options.pageByteLimit / values.rowByteCount))
    }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) {
        var start = rows.lowerBound
        while start < rows.upperBound {
            let end = min(rows.upperBound, start + pageRowLimit - levels.rowCount)
            let taken = try values.append(column, start..<end)
            levels.append(column.validity, start..<start + taken)
            start += taken
            if levels.rowCount >= pageRowLimit || values.isPageFull { try endPage() }
        }
    }

    /// Closes the page, unless a dictionary that proves to pay makes room for more rows.
    private func endPage() throws(S3DBError) {
        if !values.isPageFull && values.decide(isLast: false) && levels.rowCount < pageRowLimit { return }
        try closePage(isLast: false)
    }

    private func closePage(isLast: Bool) throws(S3DBError) {
        if levels.rowCount > 0 {
            var page = DataPage(
                rowCount: levels.rowCount, valueCount: levels.rowCount, nullCount: levels.nullCount)
            page.bounds = values.closePage()
            var encoded = BufferBuilder()
            if isNullable {
                levels.writePage(isPrefixed: pages.hasPrefixedLevels, into: &encoded)
            } else {
                levels.removeAll()
            }
            pages.append(page, PageLevels(bytes: encoded.freeze()))
        }
        try pages.settle(isLast: isLast)
    }

    func finish(into section: inout BufferBuilder) throws(S3DBError) -> ColumnChunkLayout {
        try closePage(isLast: true)
        return try pages.finish(into: &section)
    }
}
