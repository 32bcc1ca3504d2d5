import S3DBCore

/// Encodes one column of a row group after the other. One owner.
protocol ColumnChunkEncoder: AnyObject {
    /// About how many bytes the chunk has so far, those that wait to be encoded included.
    var byteCount: Int { get }

    /// Encodes the rows `rows` of a column.
    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError)

    /// Appends the chunk to a section, and makes ready for the next one.
    func finish(into section: inout BufferBuilder) throws(S3DBError) -> ColumnChunkLayout
}

/// A chunk encoder for one kind of values.
///
/// Where pages end depends on the rows and the options alone, not on how rows come in batches.
final class PagedChunkEncoder<Values: ChunkValues>: ColumnChunkEncoder {
    private let field: Field
    private let options: ParquetOptions
    private let compression: PageCompression

    private let values: Values
    private var levels = DefinitionLevels()
    /// Closed pages whose encoding is not settled, with their levels.
    private var waiting: [(page: DataPage, levels: Buffer)] = []

    private var output = BufferBuilder()
    private var content = BufferBuilder()
    private var written = WrittenPages()

    private let recoding: PlainRecoding
    private var recoded = BufferBuilder()
    /// nil where the options ask for no filter.
    private var filter: BloomFilterBuilder?

    init(_ field: Field, _ values: Values, _ options: ParquetOptions, _ compression: PageCompression) {
        self.field = field
        self.values = values
        self.options = options
        self.compression = compression
        recoding = PlainRecoding(field.type, options)
        if options.bloomFilterMillionths > 0 && field.type != .bool { filter = BloomFilterBuilder() }
    }

    var byteCount: Int { output.count + values.byteCount }

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
            var page = DataPage(rowCount: levels.rowCount, nullCount: levels.nullCount)
            page.bounds = values.closePage()
            var encoded = BufferBuilder()
            if field.isNullable { levels.writePage(into: &encoded) } else { levels.removeAll() }
            waiting.append((page, encoded.freeze()))
        }
        if values.decide(isLast: isLast) { try writePages() }
    }

    private func writePages() throws(S3DBError) {
        for (index, (page, levels)) in waiting.enumerated() {
            content.removeAll()
            content.append(levels.bytes)
            let encoding = recode(values.writePage(index, into: &content), from: levels.count)
            let start = output.count
            let contentByteCount = try content.withSpan { (content) throws(S3DBError) in
                try write(content, page, levelByteCount: levels.count, encoding)
            }
            var page = page
            page.byteCount = output.count - start
            written.append(page, encoding, contentByteCount: contentByteCount)
        }
        waiting.removeAll(keepingCapacity: true)
        values.removePages()
    }

    /// Brings the values of a page, which stand from byte `start` of the content on, into the encoding that the options
    /// ask for, and notes them for the Bloom filter.
    private func recode(_ encoding: PageEncoding, from start: Int) -> PageEncoding {
        guard encoding == .plain else { return encoding }
        filter?.insert(content, from: start, width: field.type.bloomFilterWidth)
        guard recoding.encoding != .plain else { return .plain }
        recoded.removeAll()
        content.withBytes { recoding.append(UnsafeRawBufferPointer(rebasing: $0[start...]), to: &recoded) }
        content.truncate(to: start)
        recoded.withBytes { content.appendUnsafe($0) }
        return recoding.encoding
    }

    /// Writes a page of the form that the options ask for.
    private func write(
        _ content: RawSpan, _ page: DataPage, levelByteCount: Int, _ encoding: PageEncoding
    ) throws(S3DBError) -> Int {
        if options.pageVersion == 1 {
            return try compression.write(content, as: .data, encoding, valueCount: page.rowCount, into: &output)
        }
        // The second form tells the length of levels in the header rather than in front of them.
        let lengthByteCount = min(4, levelByteCount)
        return try compression.writeV2(
            levels: content.extracting(lengthByteCount..<levelByteCount),
            values: content.extracting(droppingFirst: levelByteCount), page, encoding, into: &output)
    }

    func finish(into section: inout BufferBuilder) throws(S3DBError) -> ColumnChunkLayout {
        try closePage(isLast: true)
        let start = section.count
        var dictionaryContentByteCount = 0
        try values.withDictionary { (dictionary, count) throws(S3DBError) in
            unsafe dictionary.withUnsafeBytes { filter?.insert(unsafe $0, width: field.type.bloomFilterWidth) }
            dictionaryContentByteCount = try compression.write(
                dictionary, as: .dictionary, .plain, valueCount: count, into: &section)
        }
        let dictionaryByteCount = section.count - start
        output.withBytes { section.appendUnsafe($0) }
        var layout = written.layout(
            offset: start, dictionaryByteCount: dictionaryByteCount,
            dictionaryContentByteCount: dictionaryContentByteCount, order: field.type.boundOrder)
        layout.plainEncoding = recoding.encoding
        layout.pageType = options.pageVersion == 1 ? .data : .dataV2
        if let bytes = filter?.finish(rate: Double(options.bloomFilterMillionths) / 1_000_000) {
            layout.bloomFilter = section.count..<section.count + bytes.count
            section.append(bytes.bytes)
        }
        values.removeAll()
        output.removeAll()
        written = WrittenPages()
        return layout
    }
}
