import S3DBCore

/// What the footer and the page index say of a column chunk, with offsets relative to its section.
struct ColumnChunkLayout: Sendable {
    /// Where the chunk begins.
    var offset: Int
    /// The bytes of the dictionary page, which comes first; 0 where there is none.
    var dictionaryByteCount: Int
    /// The bytes of all pages before compression, headers included.
    var contentByteCount: Int
    /// The values, nulls and empty lists included: as many as rows in columns that are in no list.
    var valueCount: Int
    /// The values that are not there.
    var nullCount: Int
    /// How often each level occurs; empty for columns of the table itself.
    var levelCounts = LevelCounts()
    /// The smallest and the largest value.
    var bounds: Bounds?
    /// How many of the data pages hold values; the others refer to the dictionary.
    var plainPageCount: Int
    /// How pages encode values that refer to no dictionary.
    var plainEncoding = PageEncoding.plain
    /// The form of the data pages.
    var pageType = PageType.data
    /// Where the Bloom filter stands, header first; nil where there is none.
    var bloomFilter: Range<Int>?
    /// The data pages, one directly behind the other.
    var pages: [Page]
    /// The serialised column index, where there is one.
    var columnIndex: Buffer?

    /// A data page: its bytes, header included, and its rows.
    struct Page: Sendable {
        var byteCount: UInt32
        var rowCount: UInt32
    }

    /// The bytes of all pages, headers included.
    var byteCount: Int { pages.reduce(dictionaryByteCount) { $0 + Int($1.byteCount) } }

    /// The pages that refer to the dictionary.
    var dictionaryEncodedPageCount: Int { pages.count - plainPageCount }
}
