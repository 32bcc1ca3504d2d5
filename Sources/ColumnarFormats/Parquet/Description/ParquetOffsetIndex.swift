import S3DBCore

/// Where the data pages of a column chunk stand
/// (https://github.com/apache/parquet-format/blob/master/PageIndex.md, parquet.thrift `OffsetIndex`).
public struct ParquetOffsetIndex: Hashable, Sendable {
    /// The pages, in order.
    public var pages: [PageLocation] = []

    /// A page (`PageLocation`).
    public struct PageLocation: Hashable, Sendable {
        /// Where its header begins.
        public var offset = 0
        /// The bytes, header included.
        public var byteCount = 0
        /// The number of its first row within the row group.
        public var firstRow = 0
    }

    /// Reads an index's bytes; a function that is suspended must not hold their span.
    init(parsing bytes: Buffer) throws(S3DBError) {
        try self.init(bytes.bytes)
    }

    /// Reads an index's bytes.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``.
    public init(_ bytes: RawSpan) throws(S3DBError) {
        var reader = CompactReader(bytes)
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .list): pages = try reader.structures(PageLocation.init)
            default: try reader.skip(field.type)
            }
        }
    }
}

extension ParquetOffsetIndex.PageLocation {
    fileprivate init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i64): offset = try reader.count()
            case (2, .i32): byteCount = try reader.count()
            case (3, .i64): firstRow = try reader.count()
            default: try reader.skip(field.type)
            }
        }
    }
}
