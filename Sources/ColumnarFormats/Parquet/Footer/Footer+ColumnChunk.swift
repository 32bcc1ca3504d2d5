import S3DBCore

extension Footer {
    /// A column chunk (parquet.thrift, `ColumnChunk` and `ColumnMetaData`).
    struct ColumnChunk: Sendable {
        var type: Int32 = 0
        var path: [String] = []
        var codecCode: Int32 = 0
        var valueCount = 0
        /// The bytes of all pages before compression, headers included.
        var contentByteCount = 0
        /// The bytes of all pages, headers included.
        var byteCount = 0
        var dataPageOffset = 0
        var dictionaryPageOffset: Int?
        var statistics = Statistics()
        var pageEncodings: [PageEncodingCount] = []
        /// Where the parts of the page index stand; nil for those that the chunk has not.
        var columnIndex: Range<Int>?
        var offsetIndex: Range<Int>?

        /// Where the chunk begins: its dictionary page comes first.
        var offset: Int { min(dictionaryPageOffset ?? dataPageOffset, dataPageOffset) }
    }

    /// What is known of a chunk's values (`Statistics`).
    struct Statistics: Sendable {
        var nullCount: Int?
        var maximum: [UInt8]?
        var minimum: [UInt8]?
        var isMaximumExact: Bool?
        var isMinimumExact: Bool?
    }

    /// How many pages of a type and an encoding a chunk has (`PageEncodingStats`).
    struct PageEncodingCount: Sendable {
        var type: Int32 = 0
        var encoding: Int32 = 0
        var count = 0
    }
}

extension Footer.ColumnChunk {
    init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var offsets: (offsetIndex: Int?, columnIndex: Int?)
        var byteCounts: (offsetIndex: Int?, columnIndex: Int?)
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (3, .structure): try readMetadata(&reader)
            case (4, .i64): offsets.offsetIndex = try reader.count()
            case (5, .i32): byteCounts.offsetIndex = try reader.count()
            case (6, .i64): offsets.columnIndex = try reader.count()
            case (7, .i32): byteCounts.columnIndex = try reader.count()
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
            case (3, .list): path = try reader.strings()
            case (4, .i32): codecCode = try reader.int32()
            case (5, .i64): valueCount = try reader.count()
            case (6, .i64): contentByteCount = try reader.count()
            case (7, .i64): byteCount = try reader.count()
            case (9, .i64): dataPageOffset = try reader.count()
            case (11, .i64): dictionaryPageOffset = try reader.count()
            case (12, .structure): statistics = try Footer.Statistics(&reader)
            case (13, .list): pageEncodings = try reader.structures(Footer.PageEncodingCount.init)
            default: try reader.skip(field.type)
            }
        }
    }
}

extension Footer.Statistics {
    fileprivate init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (3, .i64): nullCount = try reader.count()
            case (5, .binary): maximum = try reader.binary()
            case (6, .binary): minimum = try reader.binary()
            case (7, .booleanTrue), (7, .booleanFalse): isMaximumExact = field.type == .booleanTrue
            case (8, .booleanTrue), (8, .booleanFalse): isMinimumExact = field.type == .booleanTrue
            default: try reader.skip(field.type)
            }
        }
    }
}

extension Footer.PageEncodingCount {
    fileprivate init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): type = try reader.int32()
            case (2, .i32): encoding = try reader.int32()
            case (3, .i32): count = try reader.count()
            default: try reader.skip(field.type)
            }
        }
    }
}
