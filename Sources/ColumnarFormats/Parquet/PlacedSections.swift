import S3DBCore

/// Reads back from page index and footer what an assembler was told of the sections in front of them.
///
/// Whether that is all that there is to know of a file shows when it is sealed again: the same bytes must come out.
enum PlacedSections {
    /// The layouts of a file's sections, all of them in order.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where row groups, pages or indexes do not lie where they must.
    static func layouts(
        of sections: [SectionExtent], epilogue: RawSpan, columnCount: Int
    ) throws(S3DBError) -> [ParquetSectionLayout] {
        let start = sections.last?.content.upperBound ?? 0
        let lookup = try ParquetFile.findFooter(inTail: epilogue, fileByteCount: start + epilogue.byteCount)
        guard case .found(let range) = lookup else { throw corrupt("the footer reaches into the row groups") }
        let footer = try ParquetMetadata(footer: epilogue.extracting(range))
        var groups = footer.rowGroups[...]
        var layouts: [ParquetSectionLayout] = []
        for section in sections {
            var layout = ParquetSectionLayout(rowGroups: [])
            var rowsLeft = section.rowCount
            while rowsLeft > 0 {
                guard let group = groups.popFirst(), (1...rowsLeft).contains(group.rowCount),
                    group.columns.count == columnCount
                else { throw corrupt("its row groups are not those of its sections") }
                rowsLeft -= group.rowCount
                layout.rowGroups.append(try self.layout(of: group, in: section.content, epilogue, start: start))
            }
            layouts.append(layout)
        }
        guard groups.isEmpty else { throw corrupt("it has more row groups than its sections") }
        return layouts
    }

    private static func layout(
        of group: ParquetMetadata.RowGroup, in section: Range<Int>, _ epilogue: RawSpan, start: Int
    ) throws(S3DBError) -> RowGroupLayout {
        var columns: [ColumnChunkLayout] = []
        columns.reserveCapacity(group.columns.count)
        var contentByteCount = 0
        for chunk in group.columns {
            let (sum, isOverflow) = contentByteCount.addingReportingOverflow(chunk.contentByteCount)
            guard !isOverflow else { throw corrupt("its column chunks have more bytes than can be counted") }
            contentByteCount = sum
            columns.append(
                try layout(of: chunk, rowCount: group.rowCount, in: section, epilogue, start: start))
        }
        return RowGroupLayout(rowCount: group.rowCount, columns: columns)
    }

    private static func layout(
        of chunk: ParquetMetadata.ColumnChunk, rowCount: Int, in section: Range<Int>, _ epilogue: RawSpan, start: Int
    ) throws(S3DBError) -> ColumnChunkLayout {
        guard section.contains(chunk.offset), chunk.byteCount <= section.upperBound - chunk.offset,
            chunk.dataPageOffset - chunk.offset <= chunk.byteCount
        else { throw corrupt("a column chunk lies outside its section") }
        guard let offsetIndex = chunk.offsetIndex else { throw corrupt("a column chunk has no offset index") }
        let pages = try ParquetOffsetIndex(try bytes(offsetIndex, of: epilogue, start: start)).pages
        let dataPages = chunk.pageEncodings.filter { $0.kind != .dictionary }
        let plain = dataPages.first { $0.encoding != .rleDictionary }
        let columnIndex: Buffer? =
            if let range = chunk.columnIndex {
                Buffer(copying: try bytes(range, of: epilogue, start: start))
            } else {
                nil
            }
        var layout = ColumnChunkLayout(
            offset: chunk.offset - section.lowerBound, dictionaryByteCount: chunk.dataPageOffset - chunk.offset,
            contentByteCount: chunk.contentByteCount, valueCount: chunk.valueCount,
            nullCount: chunk.statistics.nullCount ?? 0,
            bounds: chunk.statistics.bounds, plainPageCount: min(plain?.count ?? 0, pages.count),
            pages: try layouts(of: pages, rowCount: rowCount), columnIndex: columnIndex)
        layout.plainEncoding = plain.flatMap { PageEncoding(rawValue: $0.encoding.rawValue) } ?? .plain
        layout.pageType = dataPages.first.flatMap { PageType(rawValue: $0.kind.rawValue) } ?? .data
        layout.levelCounts = LevelCounts(
            repetitions: chunk.sizes.repetitionLevelCounts.map(Int.init),
            definitions: chunk.sizes.definitionLevelCounts.map(Int.init))
        layout.bloomFilter = try bloomFilter(of: chunk, in: section)
        return layout
    }

    /// Where a chunk's Bloom filter stands in its section.
    private static func bloomFilter(
        of chunk: ParquetMetadata.ColumnChunk, in section: Range<Int>
    ) throws(S3DBError) -> Range<Int>? {
        guard let offset = chunk.bloomFilterOffset, let byteCount = chunk.bloomFilterByteCount else { return nil }
        guard section.contains(offset), byteCount <= section.upperBound - offset else {
            throw corrupt("a Bloom filter lies outside its section")
        }
        let start = offset - section.lowerBound
        return start..<start + byteCount
    }

    private static func layouts(
        of pages: [ParquetOffsetIndex.PageLocation], rowCount: Int
    ) throws(S3DBError) -> [ColumnChunkLayout.Page] {
        let ends = pages.dropFirst().map(\.firstRow) + [rowCount]
        var layouts: [ColumnChunkLayout.Page] = []
        layouts.reserveCapacity(pages.count)
        for (page, end) in zip(pages, ends) {
            guard end >= page.firstRow, let rows = UInt32(exactly: end - page.firstRow),
                let byteCount = UInt32(exactly: page.byteCount)
            else { throw corrupt("a page has no rows") }
            layouts.append(.init(byteCount: byteCount, rowCount: rows))
        }
        return layouts
    }

    /// A range of the file that lies in the epilogue, which begins at `start`.
    @_lifetime(copy epilogue)
    private static func bytes(_ range: Range<Int>, of epilogue: RawSpan, start: Int) throws(S3DBError) -> RawSpan {
        guard range.lowerBound >= start, range.upperBound - start <= epilogue.byteCount else {
            throw corrupt("a part of the page index lies outside the epilogue")
        }
        return epilogue.extracting(range.lowerBound - start..<range.upperBound - start)
    }

    private static func corrupt(_ problem: String) -> S3DBError {
        S3DBError(.corruptFile, "the file is not as it was sealed: \(problem)", remedy: "Make the file anew")
    }
}

extension ParquetStatistics {
    /// The bounds that the writer had; nil where it had none.
    fileprivate var bounds: Bounds? {
        guard let minimum, let maximum else { return nil }
        return Bounds(
            minimum: minimum, maximum: maximum, isMinimumExact: isMinimumExact ?? false,
            isMaximumExact: isMaximumExact ?? false)
    }
}
