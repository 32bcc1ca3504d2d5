/// The data pages of a chunk that are written, and sums over them.
struct WrittenPages {
    private var pages: [DataPage] = []
    private var contentByteCount = 0
    private var plainPageCount = 0

    /// Adds a page; `contentByteCount` are its bytes before compression.
    mutating func append(_ page: DataPage, _ encoding: PageEncoding, contentByteCount: Int) {
        pages.append(page)
        self.contentByteCount += contentByteCount
        if encoding != .rleDictionary { plainPageCount += 1 }
    }

    /// What the assembler must know of the chunk.
    func layout(
        offset: Int, dictionaryByteCount: Int, dictionaryContentByteCount: Int, order: BoundOrder
    ) -> ColumnChunkLayout {
        var layout = ColumnChunkLayout(
            offset: offset, dictionaryByteCount: dictionaryByteCount,
            contentByteCount: contentByteCount + dictionaryContentByteCount,
            valueCount: pages.map(\.valueCount).sum(), nullCount: pages.map(\.nullCount).sum(),
            bounds: bounds(by: order), plainPageCount: plainPageCount,
            pages: pages.map { .init(byteCount: UInt32($0.byteCount), rowCount: UInt32($0.rowCount)) },
            columnIndex: ColumnIndex.serialize(pages, order: order))
        for page in pages { layout.levelCounts += page.levelCounts }
        return layout
    }

    /// The bounds of all pages; nil where one has values that its bounds do not hold, and where none has values.
    ///
    /// A page of NaNs holds nothing that bounds speak of.
    private func bounds(by order: BoundOrder) -> Bounds? {
        var union: Bounds?
        for page in pages {
            guard let bounds = page.bounds else {
                if !page.isAllNull && !order.hasValuesBeyondBounds { return nil }
                continue
            }
            if union == nil { union = bounds } else { union?.formUnion(bounds, by: order) }
        }
        return union
    }
}

extension [Int] {
    fileprivate func sum() -> Int { reduce(0, +) }
}
