import S3DBCore

/// The footer of a file as it was read (parquet.thrift, `FileMetaData`).
///
/// Nothing in it is trusted: counts are not negative, but positions, sizes and numbers of enumerations are whatever the
/// file says. ``FileMetadata`` is what is written.
struct Footer: Sendable {
    /// The version of the format.
    var version: Int32 = 0
    /// The schema as a tree in depth-first order.
    var schema: [SchemaNode] = []
    /// The rows of the file.
    var rowCount = 0
    /// The row groups in order.
    var rowGroups: [RowGroup] = []
    /// Key-value pairs.
    var keyValues: KeyValueMetadata = []
    /// What wrote the file.
    var createdBy: String?

    /// Reads a footer's bytes.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, at the byte offset in the footer.
    init(_ bytes: RawSpan) throws(S3DBError) {
        var reader = CompactReader(bytes)
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): version = try reader.int32()
            case (2, .list): schema = try reader.structures(SchemaNode.init)
            case (3, .i64): rowCount = try reader.count()
            case (4, .list): rowGroups = try reader.structures(RowGroup.init)
            case (5, .list): keyValues = try KeyValues.read(&reader)
            case (6, .binary): createdBy = try reader.string()
            default: try reader.skip(field.type)
            }
        }
    }

    /// A node of the schema (`SchemaElement`).
    struct SchemaNode: Sendable {
        var type: Int32?
        var typeByteCount: Int32?
        var repetition: Int32?
        var name = ""
        var childCount = 0
        var convertedType: Int32?
    }

    /// A row group (`RowGroup`).
    struct RowGroup: Sendable {
        var columns: [ColumnChunk] = []
        var byteCount = 0
        var rowCount = 0
        var sortingColumns: [SortingColumn] = []
    }

    /// A column that the rows of a group are ordered by (`SortingColumn`).
    struct SortingColumn: Sendable {
        var column = 0
        var isDescending = false
        var nullsFirst = false
    }
}

extension Footer.SchemaNode {
    fileprivate init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): type = try reader.int32()
            case (2, .i32): typeByteCount = try reader.int32()
            case (3, .i32): repetition = try reader.int32()
            case (4, .binary): name = try reader.string()
            case (5, .i32): childCount = try reader.count()
            case (6, .i32): convertedType = try reader.int32()
            default: try reader.skip(field.type)
            }
        }
    }
}

extension Footer.RowGroup {
    fileprivate init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .list): columns = try reader.structures(Footer.ColumnChunk.init)
            case (2, .i64): byteCount = try reader.count()
            case (3, .i64): rowCount = try reader.count()
            case (4, .list): sortingColumns = try reader.structures(Footer.SortingColumn.init)
            default: try reader.skip(field.type)
            }
        }
    }
}

extension Footer.SortingColumn {
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
