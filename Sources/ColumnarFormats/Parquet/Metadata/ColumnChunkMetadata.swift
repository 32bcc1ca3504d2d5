import S3DBCore

/// A column chunk in the footer (parquet.thrift, `ColumnChunk` and `ColumnMetaData`).
struct ColumnChunkMetadata {
    var leaf: WrittenLeaf
    var layout: ColumnChunkLayout
    /// What the layout's offsets are relative to.
    var base: Int
    var codecCode: Int32

    /// Writes the fields of a `ColumnChunk`. Indexes are left out where their ranges are empty.
    func write(columnIndex: Range<Int>, offsetIndex: Range<Int>, to chunk: inout CompactWriter) {
        // Deprecated: 0 says that the column's metadata stands in the footer alone.
        chunk.field(2, i64: 0)
        chunk.field(3, structure: { write(to: &$0) })
        if !offsetIndex.isEmpty {
            chunk.field(4, i64: offsetIndex.lowerBound)
            chunk.field(5, i32: Int32(truncatingIfNeeded: offsetIndex.count))
        }
        if !columnIndex.isEmpty {
            chunk.field(6, i64: columnIndex.lowerBound)
            chunk.field(7, i32: Int32(truncatingIfNeeded: columnIndex.count))
        }
    }

    private var hasDictionary: Bool { layout.dictionaryByteCount > 0 }

    private func write(to metadata: inout CompactWriter) {
        let start = base + layout.offset
        metadata.field(1, i32: leaf.stored.physicalType.rawValue)
        metadata.field(2, list: encodings, of: .i32) { $0.integer(Int($1.rawValue)) }
        metadata.field(3, list: leaf.leaf.path, of: .binary) { $0.string($1) }
        metadata.field(4, i32: codecCode)
        metadata.field(5, i64: layout.valueCount)
        metadata.field(6, i64: layout.contentByteCount)
        metadata.field(7, i64: layout.byteCount)
        metadata.field(9, i64: start + layout.dictionaryByteCount)
        if hasDictionary { metadata.field(11, i64: start) }
        metadata.field(12, structure: { writeStatistics(to: &$0) })
        metadata.field(13, structures: pageEncodings) { statistics, pages in
            statistics.field(1, i32: pages.type.rawValue)
            statistics.field(2, i32: pages.encoding.rawValue)
            statistics.field(3, i32: Int32(truncatingIfNeeded: pages.count))
        }
        if let bloomFilter = layout.bloomFilter {
            metadata.field(14, i64: base + bloomFilter.lowerBound)
            metadata.field(15, i32: Int32(truncatingIfNeeded: bloomFilter.count))
        }
        if layout.levelCounts != LevelCounts() { metadata.field(16, structure: { writeSizes(to: &$0) }) }
    }

    /// Writes the fields of `SizeStatistics`.
    private func writeSizes(to sizes: inout CompactWriter) {
        let counts = layout.levelCounts
        if !counts.repetitions.isEmpty { sizes.field(2, list: counts.repetitions, of: .i64) { $0.integer($1) } }
        if !counts.definitions.isEmpty { sizes.field(3, list: counts.definitions, of: .i64) { $0.integer($1) } }
    }

    /// Every encoding in the chunk, that of the levels included.
    private var encodings: [PageEncoding] {
        var encodings: [PageEncoding] = []
        let hasPlainPages = layout.plainPageCount > 0
        if hasDictionary || (hasPlainPages && layout.plainEncoding == .plain) { encodings.append(.plain) }
        encodings.append(.rle)
        if hasPlainPages && layout.plainEncoding != .plain { encodings.append(layout.plainEncoding) }
        if layout.dictionaryEncodedPageCount > 0 { encodings.append(.rleDictionary) }
        return encodings
    }

    /// How many pages of each kind there are (`PageEncodingStats`).
    private var pageEncodings: [(type: PageType, encoding: PageEncoding, count: Int)] {
        let all: [(type: PageType, encoding: PageEncoding, count: Int)] = [
            (.dictionary, .plain, hasDictionary ? 1 : 0),
            (layout.pageType, .rleDictionary, layout.dictionaryEncodedPageCount),
            (layout.pageType, layout.plainEncoding, layout.plainPageCount),
        ]
        return all.filter { $0.count > 0 }
    }

    /// Writes the fields of `Statistics`. The deprecated `min` and `max` are left out: their order was never
    /// defined.
    private func writeStatistics(to statistics: inout CompactWriter) {
        statistics.field(3, i64: layout.nullCount)
        guard let bounds = layout.bounds else { return }
        statistics.field(5, binary: bounds.maximum)
        statistics.field(6, binary: bounds.minimum)
        statistics.field(7, bool: bounds.isMaximumExact)
        statistics.field(8, bool: bounds.isMinimumExact)
    }
}
