import S3DBCore

extension ParquetMetadata {
    /// A column chunk (parquet.thrift, `ColumnChunk` and `ColumnMetaData`).
    public struct ColumnChunk: Sendable {
        /// The physical type's number in parquet.thrift, ``ParquetPhysicalType`` where it is valid.
        public var type: Int32 = 0
        /// Every encoding in the chunk.
        public var encodings: [ParquetEncoding] = []
        /// The path of the column in the schema.
        public var path: [String] = []
        /// What the pages are compressed with.
        public var compression = ParquetCompression.uncompressed
        /// The values, nulls and empty lists included.
        public var valueCount = 0
        /// The bytes of all pages before compression, headers included.
        public var contentByteCount = 0
        /// The bytes of all pages, headers included.
        public var byteCount = 0
        /// Where the first data page stands.
        public var dataPageOffset = 0
        /// Where the dictionary page stands, where the file says so.
        public var dictionaryPageOffset: Int?
        /// What is known of the values.
        public var statistics = ParquetStatistics()
        /// How many pages of each kind there are.
        public var pageEncodings: [PageEncodingCount] = []
        /// Where the bounds of the pages stand; nil where there are none.
        public var columnIndex: Range<Int>?
        /// Where the places of the pages stand; nil where there are none.
        public var offsetIndex: Range<Int>?
        /// Where the Bloom filter begins; nil where there is none.
        public var bloomFilterOffset: Int?
        /// The bytes of the Bloom filter, header included, where the file says so.
        public var bloomFilterByteCount: Int?
        /// The bytes of the values before they were encoded, and how often each level occurs.
        public var sizes = ParquetSizeStatistics()
        /// Key-value pairs of the chunk.
        public var keyValues: [MetadataEntry] = []
        /// The file that has the chunk, where it is another one.
        public var filePath: String?

        /// Where the chunk begins: its dictionary page comes first. An offset of 0 is none, as some writers mean it.
        public var offset: Int {
            guard let dictionaryPageOffset, dictionaryPageOffset > 0 else { return dataPageOffset }
            return min(dictionaryPageOffset, dataPageOffset)
        }
    }

    /// How many pages of a kind and an encoding a chunk has (`PageEncodingStats`).
    public struct PageEncodingCount: Hashable, Sendable {
        /// What the pages hold.
        public var kind = ParquetPageKind.data
        /// How.
        public var encoding = ParquetEncoding.plain
        /// How many there are.
        public var count = 0
    }
}

extension ParquetMetadata.ColumnChunk {
    init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var offsets: (offsetIndex: Int?, columnIndex: Int?)
        var byteCounts: (offsetIndex: Int?, columnIndex: Int?)
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .binary): filePath = try reader.string()
            case (3, .structure): try readMetadata(&reader)
            case (4, .i64): offsets.offsetIndex = try reader.count()
            case (5, .i32): byteCounts.offsetIndex = try reader.count()
            case (6, .i64): offsets.columnIndex = try reader.count()
            case (7, .i32): byteCounts.columnIndex = try reader.count()
            case (8, .structure), (9, .binary):
                throw S3DBError(.unsupported, "the file has encrypted columns", remedy: "Decrypt it first")
            default: try reader.skip(field.type)
            }
        }
        offsetIndex = try Self.range(offsets.offsetIndex, byteCounts.offsetIndex, reader)
        columnIndex = try Self.range(offsets.columnIndex, byteCounts.columnIndex, reader)
    }

    private static func range(
        _ offset: Int?, _ byteCount: Int?, _ reader: borrowing CompactReader
    ) throws(S3DBError) -> Range<Int>? {
        guard let offset, let byteCount else { return nil }
        let (end, overflow) = offset.addingReportingOverflow(byteCount)
        if overflow { throw reader.corrupt("an index of \(byteCount) bytes at \(offset)") }
        return offset..<end
    }

    /// Reads the fields of `ColumnMetaData`.
    private mutating func readMetadata(_ reader: inout CompactReader) throws(S3DBError) {
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): type = try reader.int32()
            case (2, .list):
                encodings = try reader.integers().map { ParquetEncoding(rawValue: Int32(truncatingIfNeeded: $0)) }
            case (3, .list): path = try reader.strings()
            case (4, .i32): compression = ParquetCompression(rawValue: try reader.int32())
            case (5, .i64): valueCount = try reader.count()
            case (6, .i64): contentByteCount = try reader.count()
            case (7, .i64): byteCount = try reader.count()
            case (8, .list): keyValues = try KeyValues.read(&reader).map { MetadataEntry($0.key, $0.value) }
            case (9, .i64): dataPageOffset = try reader.count()
            case (11, .i64): dictionaryPageOffset = try reader.count()
            case (12, .structure): statistics = try ParquetStatistics(&reader)
            case (13, .list): pageEncodings = try reader.structures(ParquetMetadata.PageEncodingCount.init)
            case (14, .i64): bloomFilterOffset = try reader.count()
            case (15, .i32): bloomFilterByteCount = try reader.count()
            case (16, .structure): sizes = try ParquetSizeStatistics(&reader)
            default: try reader.skip(field.type)
            }
        }
    }
}

extension ParquetMetadata.PageEncodingCount {
    fileprivate init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): kind = ParquetPageKind(rawValue: try reader.int32())
            case (2, .i32): encoding = ParquetEncoding(rawValue: try reader.int32())
            case (3, .i32): count = try reader.count()
            default: try reader.skip(field.type)
            }
        }
    }
}
