import S3DBCore

/// The pages of a chunk for one kind of values: those that wait until their encoding is settled, and those that are
/// written.
final class ChunkPages<Values: ChunkValues> {
    let values: Values

    private let leaf: WrittenLeaf
    private let options: ParquetOptions
    private let compression: PageCompression
    /// Closed pages whose encoding is not settled, with their levels.
    private var waiting: [(page: DataPage, levels: PageLevels)] = []

    private var output = BufferBuilder()
    private var content = BufferBuilder()
    private var written = WrittenPages()

    private let recoding: PlainRecoding
    private var recoded = BufferBuilder()
    /// nil where the options ask for no filter.
    private var filter: BloomFilterBuilder?

    init(_ leaf: WrittenLeaf, _ values: Values, _ options: ParquetOptions, _ compression: PageCompression) {
        self.leaf = leaf
        self.values = values
        self.options = options
        self.compression = compression
        recoding = PlainRecoding(leaf.stored, options)
        if options.bloomFilterMillionths > 0 && leaf.stored.physicalType != .boolean { filter = BloomFilterBuilder() }
    }

    var byteCount: Int { output.count + values.byteCount }

    /// Whether levels in pages stand behind their lengths.
    var hasPrefixedLevels: Bool { options.pageVersion == 1 }

    /// Adds the page whose values were ended.
    func append(_ page: DataPage, _ levels: PageLevels) {
        waiting.append((page, levels))
    }

    /// Writes what waits, where its encoding is settled.
    func settle(isLast: Bool) throws(S3DBError) {
        if values.decide(isLast: isLast) { try writePages() }
    }

    private func writePages() throws(S3DBError) {
        for (index, (page, levels)) in waiting.enumerated() {
            content.removeAll()
            content.append(levels.bytes.bytes)
            let encoding = recode(values.writePage(index, into: &content), from: levels.bytes.count)
            let start = output.count
            let contentByteCount = try content.withSpan { (content) throws(S3DBError) in
                try write(content, page, levels, encoding)
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
        filter?.insert(content, from: start, width: leaf.stored.filteredByteCount)
        guard recoding.encoding != .plain else { return .plain }
        recoded.removeAll()
        content.withBytes { recoding.append(UnsafeRawBufferPointer(rebasing: $0[start...]), to: &recoded) }
        content.truncate(to: start)
        recoded.withBytes { content.appendUnsafe($0) }
        return recoding.encoding
    }

    /// Writes a page of the form that the options ask for.
    private func write(
        _ content: RawSpan, _ page: DataPage, _ levels: PageLevels, _ encoding: PageEncoding
    ) throws(S3DBError) -> Int {
        if options.pageVersion == 1 {
            return try compression.write(content, as: .data, encoding, valueCount: page.valueCount, into: &output)
        }
        return try compression.writeV2(
            levels: content.extracting(0..<levels.bytes.count), repetitionByteCount: levels.repetitionByteCount,
            values: content.extracting(droppingFirst: levels.bytes.count), page, encoding, into: &output)
    }

    /// Appends the chunk, whose last page is settled, to a section, and makes ready for the next one.
    func finish(into section: inout BufferBuilder) throws(S3DBError) -> ColumnChunkLayout {
        let start = section.count
        var dictionaryContentByteCount = 0
        try values.withDictionary { (dictionary, count) throws(S3DBError) in
            unsafe dictionary.withUnsafeBytes { filter?.insert(unsafe $0, width: leaf.stored.filteredByteCount) }
            dictionaryContentByteCount = try compression.write(
                dictionary, as: .dictionary, .plain, valueCount: count, into: &section)
        }
        let dictionaryByteCount = section.count - start
        output.withBytes { section.appendUnsafe($0) }
        var layout = written.layout(
            offset: start, dictionaryByteCount: dictionaryByteCount,
            dictionaryContentByteCount: dictionaryContentByteCount, order: leaf.stored.order)
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
