import S3DBCore

/// Finds out what must be read of row groups, in steps: each step says which bytes of the file the next one needs.
///
///     statistics -> Bloom filters -> page indexes -> plan
struct RowGroupPruner: Sendable {
    let layout: FileLayout
    let predicates: [LeafPredicate]
    /// The leaf columns that are read.
    let leaves: [Int]
    /// For each row group the rows that are asked for, whatever they hold; nil for all.
    let wanted: [RowRanges]?

    /// Whether statistics leave room for rows that are wanted.
    func mayHold(_ group: Int) -> Bool {
        if let wanted, wanted[group].isEmpty { return false }
        let columns = layout.metadata.rowGroups[group].columns
        return predicates.allSatisfy { $0.mayHold($0.knowledge(columns[$0.leaf])) }
    }

    // MARK: Bloom filters

    /// The predicates that Bloom filters can tell of, with the places of these.
    private func filtered(_ group: Int) -> [(values: [[UInt8]], range: Range<Int>)] {
        predicates.compactMap { predicate in
            guard let values = predicate.filteredValues,
                let range = layout.bloomFilter(ofColumn: predicate.leaf, in: group)
            else { return nil }
            return (values, range)
        }
    }

    /// Where the Bloom filters stand that are needed.
    func filterRanges(_ group: Int) -> [Range<Int>] { filtered(group).map(\.range) }

    /// Whether Bloom filters leave room for rows that are wanted.
    func mayHold(_ group: Int, _ filters: [Buffer]) throws(S3DBError) -> Bool {
        for ((values, _), bytes) in zip(filtered(group), filters) {
            let filter = try ParquetBloomFilter(bytes)
            if !values.contains(where: filter.mayContain) { return false }
        }
        return true
    }

    // MARK: Page indexes

    /// The columns by whose page index pages can be left out.
    private func indexed(_ group: Int) -> [LeafPredicate] {
        let columns = layout.metadata.rowGroups[group].columns
        return predicates.filter { columns[$0.leaf].columnIndex != nil && columns[$0.leaf].offsetIndex != nil }
    }

    /// The columns whose offset indexes are needed.
    private func located(_ group: Int) -> [Int] {
        if indexed(group).isEmpty && isWhole(group) { return [] }
        let columns = layout.metadata.rowGroups[group].columns
        return Set(leaves + indexed(group).map(\.leaf)).filter { columns[$0].offsetIndex != nil }.sorted()
    }

    /// Whether all rows of a group are asked for.
    private func isWhole(_ group: Int) -> Bool {
        wanted.map { $0[group] == RowRanges(all: layout.metadata.rowGroups[group].rowCount) } ?? true
    }

    /// Where the parts of the page index stand that are needed.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where one lies outside the file.
    func indexRanges(_ group: Int) throws(S3DBError) -> [Range<Int>] {
        let columns = layout.metadata.rowGroups[group].columns
        let ranges =
            indexed(group).compactMap { columns[$0.leaf].columnIndex }
            + located(group).compactMap { columns[$0].offsetIndex }
        for range in ranges { try layout.check(range, "a page index") }
        return ranges
    }

    /// What is read of a row group; nil where no page has a row that is wanted.
    func plan(_ group: Int, _ indexes: [Buffer]) throws(S3DBError) -> RowGroupPlan? {
        let rowCount = layout.metadata.rowGroups[group].rowCount
        let indexed = self.indexed(group)
        var offsetIndexes: [Int: ParquetOffsetIndex] = [:]
        for (leaf, bytes) in zip(located(group), indexes.dropFirst(indexed.count)) {
            let index = try ParquetOffsetIndex(bytes.bytes)
            try layout.check(index, ofColumn: leaf, in: group)
            offsetIndexes[leaf] = index
        }
        var rows = wanted?[group] ?? RowRanges(all: rowCount)
        for (predicate, bytes) in zip(indexed, indexes) {
            guard let pages = offsetIndexes[predicate.leaf]?.pages else { continue }
            let columnIndex = try ParquetColumnIndex(bytes.bytes)
            guard columnIndex.nullPages.count == pages.count else {
                throw S3DBError(.corruptFile, "the two parts of a page index tell of different pages")
            }
            var wanted = RowRanges()
            for page in pages.indices {
                let range = Self.rows(of: page, pages, rowCount)
                let known = predicate.knowledge(columnIndex, page: page, rowCount: range.count)
                if predicate.mayHold(known) { wanted.append(range) }
            }
            rows = rows.intersection(wanted)
        }
        if rows.isEmpty && rowCount > 0 { return nil }
        var chunks: [RowGroupPlan.Chunk] = []
        for leaf in leaves {
            let pieces = try self.pieces(leaf, group, rows, offsetIndexes[leaf])
            chunks.append(RowGroupPlan.Chunk(leaf: leaf, pieces: pieces))
        }
        return RowGroupPlan(group: group, rows: rows, chunks: chunks)
    }

    /// The rows of a page.
    private static func rows(
        of page: Int, _ pages: [ParquetOffsetIndex.PageLocation], _ rowCount: Int
    ) -> Range<Int> {
        pages[page].firstRow..<(page + 1 < pages.count ? pages[page + 1].firstRow : rowCount)
    }

    /// The stretches of a column chunk that hold some rows: all of it, or its dictionary and the pages with these rows.
    private func pieces(
        _ leaf: Int, _ group: Int, _ rows: RowRanges, _ index: ParquetOffsetIndex?
    ) throws(S3DBError) -> [RowGroupPlan.Piece] {
        let rowCount = layout.metadata.rowGroups[group].rowCount
        let range = try layout.chunk(ofColumn: leaf, in: group)
        guard let pages = index?.pages, let first = pages.first, rows != RowRanges(all: rowCount) else {
            return [RowGroupPlan.Piece(range: range, firstRow: 0)]
        }
        var pieces: [RowGroupPlan.Piece] = []
        if first.offset > range.lowerBound {
            pieces.append(RowGroupPlan.Piece(range: range.lowerBound..<first.offset, firstRow: 0))
        }
        var isAdjacent = false
        for page in pages.indices {
            let pageRows = Self.rows(of: page, pages, rowCount)
            guard rows.overlaps(pageRows) else {
                isAdjacent = false
                continue
            }
            let range = pages[page].offset..<pages[page].offset + pages[page].byteCount
            if isAdjacent, let last = pieces.last, last.range.upperBound == range.lowerBound {
                pieces[pieces.count - 1].range = last.range.lowerBound..<range.upperBound
            } else {
                pieces.append(RowGroupPlan.Piece(range: range, firstRow: pageRows.lowerBound))
            }
            isAdjacent = true
        }
        return pieces
    }
}
