import S3DBCore

/// What stands before a page's bytes (parquet.thrift, `PageHeader`).
public struct ParquetPageHeader: Hashable, Sendable {
    /// What the page holds.
    public var kind = ParquetPageKind.data
    /// The bytes of the page before compression, without header.
    public var contentByteCount = 0
    /// The bytes of the page in the file, without header.
    public var byteCount = 0
    /// The CRC-32 of the bytes in the file; nil where there is none.
    public var checksum: UInt32?
    /// The values, nulls and empty lists included.
    public var valueCount = 0
    /// How values are encoded.
    public var encoding = ParquetEncoding.plain
    /// How definition levels are encoded.
    public var definitionLevelEncoding = ParquetEncoding.rle
    /// How repetition levels are encoded.
    public var repetitionLevelEncoding = ParquetEncoding.rle
    /// The nulls, in pages of the second form.
    public var nullCount: Int?
    /// The rows, in pages of the second form.
    public var rowCount: Int?
    /// The bytes of definition levels, in pages of the second form.
    public var definitionLevelByteCount = 0
    /// The bytes of repetition levels, in pages of the second form.
    public var repetitionLevelByteCount = 0
    /// Whether the values are compressed, where the chunk is.
    public var isCompressed = true
    /// What is known of the values.
    public var statistics = ParquetStatistics()
    /// The bytes of the header itself.
    public var headerByteCount = 0

    /// Reads the header that `bytes` begin with.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``.
    public init(_ bytes: RawSpan) throws(S3DBError) {
        var reader = CompactReader(bytes)
        var fields: Set<Int16> = []
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            fields.insert(last)
            switch (field.id, field.type) {
            case (1, .i32): kind = ParquetPageKind(rawValue: try reader.int32())
            case (2, .i32): contentByteCount = try reader.count()
            case (3, .i32): byteCount = try reader.count()
            case (4, .i32): checksum = UInt32(bitPattern: try reader.int32())
            case (5, .structure): try readData(&reader)
            case (7, .structure): try readDictionary(&reader)
            case (8, .structure): try readDataV2(&reader)
            default: try reader.skip(field.type)
            }
        }
        headerByteCount = reader.position
        guard fields.isSuperset(of: [1, 2, 3]), Self.detailField(of: kind).map({ fields.contains($0) }) ?? true else {
            throw reader.corrupt("a page header without what it must have")
        }
    }

    /// The field that a kind of page must have.
    private static func detailField(of kind: ParquetPageKind) -> Int16? {
        switch kind {
        case .data: 5
        case .dictionary: 7
        case .dataV2: 8
        default: nil
        }
    }

    /// Reads `DataPageHeader`.
    private mutating func readData(_ reader: inout CompactReader) throws(S3DBError) {
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): valueCount = try reader.count()
            case (2, .i32): encoding = ParquetEncoding(rawValue: try reader.int32())
            case (3, .i32): definitionLevelEncoding = ParquetEncoding(rawValue: try reader.int32())
            case (4, .i32): repetitionLevelEncoding = ParquetEncoding(rawValue: try reader.int32())
            case (5, .structure): statistics = try ParquetStatistics(&reader)
            default: try reader.skip(field.type)
            }
        }
    }

    /// Reads `DictionaryPageHeader`.
    private mutating func readDictionary(_ reader: inout CompactReader) throws(S3DBError) {
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): valueCount = try reader.count()
            case (2, .i32): encoding = ParquetEncoding(rawValue: try reader.int32())
            default: try reader.skip(field.type)
            }
        }
    }

    /// Reads `DataPageHeaderV2`.
    private mutating func readDataV2(_ reader: inout CompactReader) throws(S3DBError) {
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): valueCount = try reader.count()
            case (2, .i32): nullCount = try reader.count()
            case (3, .i32): rowCount = try reader.count()
            case (4, .i32): encoding = ParquetEncoding(rawValue: try reader.int32())
            case (5, .i32): definitionLevelByteCount = try reader.count()
            case (6, .i32): repetitionLevelByteCount = try reader.count()
            case (7, .booleanTrue), (7, .booleanFalse): isCompressed = field.type == .booleanTrue
            case (8, .structure): statistics = try ParquetStatistics(&reader)
            default: try reader.skip(field.type)
            }
        }
    }
}
