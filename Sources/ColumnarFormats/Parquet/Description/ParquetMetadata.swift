import S3DBCore

/// What a file's footer says (parquet.thrift, `FileMetaData`).
///
/// It is what the file claims: counts and positions are not negative and the schema is a tree, but nothing else is
/// checked before it is used.
public struct ParquetMetadata: Sendable {
    /// The version of the format.
    public var version: Int32 = 0
    /// The schema.
    public var schema = ParquetSchema()
    /// The rows of the file.
    public var rowCount = 0
    /// The row groups, in order.
    public var rowGroups: [RowGroup] = []
    /// Key-value pairs; a value that is absent reads as empty.
    public var keyValues: [MetadataEntry] = []
    /// What wrote the file.
    public var createdBy: String?
    /// How the bounds of each leaf column compare; empty where the file does not say.
    public var columnOrders: [ColumnOrder] = []

    /// A part of the rows (`RowGroup`).
    public struct RowGroup: Sendable {
        /// A chunk for each leaf column.
        public var columns: [ColumnChunk] = []
        /// The bytes of all pages before compression.
        public var contentByteCount = 0
        /// The rows.
        public var rowCount = 0
        /// What the rows are ordered by.
        public var sortingColumns: [SortingColumn] = []
        /// Where the group begins, where the file says so.
        public var fileOffset: Int?
        /// The bytes of all pages, where the file says so.
        public var byteCount: Int?
        /// The number of the group in its file, where the file says so.
        public var ordinal: Int?
    }

    /// A leaf column that the rows of a group are ordered by (`SortingColumn`).
    public struct SortingColumn: Hashable, Sendable {
        /// The number of the leaf column.
        public var column = 0
        /// Whether the greatest values come first.
        public var isDescending = false
        /// Whether nulls come first.
        public var nullsFirst = false
    }

    /// How bounds compare (`ColumnOrder`).
    public enum ColumnOrder: Hashable, Sendable {
        /// As the type defines; NaN is in no order.
        case typeDefined
        /// By IEEE 754's total order.
        case ieee754
        /// In a way that is not known here: bounds cannot be used.
        case unknown
    }
}

extension ParquetMetadata {
    /// Reads a footer's bytes.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, at the byte offset in the footer; ``S3DBError/Code/unsupported`` for
    ///   encrypted files.
    public init(footer bytes: RawSpan) throws(S3DBError) {
        self.init()
        var reader = CompactReader(bytes)
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): version = try reader.int32()
            case (2, .list): schema = try ParquetSchema(try reader.structures(ParquetSchema.Element.init))
            case (3, .i64): rowCount = try reader.count()
            case (4, .list): rowGroups = try reader.structures(RowGroup.init)
            case (5, .list): keyValues = try KeyValues.read(&reader).map { MetadataEntry($0.key, $0.value) }
            case (6, .binary): createdBy = try reader.string()
            case (7, .list): columnOrders = try reader.structures(ColumnOrder.init)
            case (8, .structure):
                throw S3DBError(.unsupported, "the file has encrypted columns", remedy: "Decrypt it first")
            default: try reader.skip(field.type)
            }
        }
    }
}

extension ParquetMetadata.RowGroup {
    fileprivate init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .list): columns = try reader.structures(ParquetMetadata.ColumnChunk.init)
            case (2, .i64): contentByteCount = try reader.count()
            case (3, .i64): rowCount = try reader.count()
            case (4, .list): sortingColumns = try reader.structures(ParquetMetadata.SortingColumn.init)
            case (5, .i64): fileOffset = try reader.count()
            case (6, .i64): byteCount = try reader.count()
            case (7, .i16): ordinal = Int(try reader.integer())
            default: try reader.skip(field.type)
            }
        }
    }
}

extension ParquetMetadata.SortingColumn {
    fileprivate init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): column = try reader.count()
            case (2, .booleanTrue): isDescending = true
            case (3, .booleanTrue): nullsFirst = true
            default: try reader.skip(field.type)
            }
        }
    }
}

extension ParquetMetadata.ColumnOrder {
    fileprivate init(_ reader: inout CompactReader) throws(S3DBError) {
        self = .unknown
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            if field.id == 1 { self = .typeDefined }
            if field.id == 2 { self = .ieee754 }
            try reader.skip(field.type)
        }
    }
}
