import S3DBCore

/// What a Parquet or Arrow file says of itself: what it holds, how that is stored, and where.
///
/// Row groups of Parquet and record batches of Arrow are groups here, column chunks and the columns of a batch chunks,
/// pages and buffers pages.
public struct TableDescription: Sendable {
    /// The format.
    public var format: TableFormat
    /// The version of the format, or of Arrow's metadata.
    public var version = ""
    /// What wrote the file, where it says so.
    public var createdBy: String?
    /// The bytes of the file, without an outer codec.
    public var byteCount = 0
    /// The rows.
    public var rowCount = 0
    /// The columns that rows have.
    public var schema = Schema(anyNames: [])
    /// The columns that values are stored in: the leaves of Parquet's schema, the fields of Arrow's.
    public var columns: [Column] = []
    /// The schema as Parquet has it; nil for Arrow.
    public var parquetSchema: ParquetSchema?
    /// The row groups or record batches, in order.
    public var groups: [Group] = []
    /// The dictionaries of an Arrow file, in order.
    public var dictionaries: [Dictionary] = []
    /// The key-value pairs of footer or schema.
    public var metadata: [MetadataEntry] = []

    /// Begins with nothing.
    init(_ format: TableFormat) {
        self.format = format
    }

    /// Where the rows came from; nil where the file does not say.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where it says so in another way than this package's tools.
    public func provenance() throws(S3DBError) -> Provenance? {
        try Provenance(metadata: metadata.map { ($0.key, $0.value) })
    }

    /// The chunks of a column, group by group.
    public func chunks(ofColumn column: Int) -> [Chunk] {
        groups.compactMap { $0.chunks.indices.contains(column) ? $0.chunks[column] : nil }
    }

    /// What groups are called.
    public var groupName: String { format == .parquet ? "row group" : "record batch" }

    /// A column that values are stored in.
    public struct Column: Hashable, Sendable {
        /// The name; of a leaf its path with dots between the parts.
        public var name: String
        /// The type of the values.
        public var type: DataType
        /// How they are stored: Parquet's physical and logical type, or the dictionary that Arrow's refer to.
        public var storedAs: String
        /// Whether a value may be null, itself or what it lies in.
        public var isNullable: Bool
        /// The bounds of all values; nil where some group has none, or they do not compare.
        public var bounds: Bounds?
    }

    /// A row group or record batch.
    public struct Group: Sendable {
        /// The rows.
        public var rowCount = 0
        /// Where it begins in the file.
        public var byteOffset: Int?
        /// The bytes in the file.
        public var byteCount = 0
        /// The bytes before compression; nil where that is not known.
        public var contentByteCount: Int?
        /// What the rows are ordered by, such as `time desc nulls first`.
        public var sortedBy: [String] = []
        /// The columns, all of them in their order.
        public var chunks: [Chunk] = []
    }

    /// The values of a column in a group.
    public struct Chunk: Sendable {
        /// The number of the column.
        public var column = 0
        /// Where they begin in the file.
        public var byteOffset: Int?
        /// Their bytes in the file.
        public var byteCount = 0
        /// The bytes before compression; nil where that is not known.
        public var contentByteCount: Int?
        /// What they are compressed with; nil where they are not.
        public var compression: String?
        /// How they are encoded.
        public var encodings: [String] = []
        /// How many there are, nulls and empty lists included.
        public var valueCount = 0
        /// The nulls.
        public var nullCount: Int?
        /// How many are distinct.
        public var distinctCount: Int?
        /// The NaNs.
        public var nanCount: Int?
        /// The bounds; nil where there are none.
        public var bounds: Bounds?
        /// The indexes, by name, with their bytes: `column-index`, `offset-index`, `bloom-filter`.
        public var indexes: [(name: String, byteCount: Int)] = []
        /// Where the dictionary page stands.
        public var dictionaryByteOffset: Int?
        /// The buffers of an Arrow column; of Parquet none, see ``StoredTable/forEachChunk(_:groups:columns:_:)``.
        public var pages: [Page] = []
    }

    /// A lower and an upper bound of values.
    public struct Bounds: Hashable, Sendable {
        /// The lower one, as ``S3DBCore/ValueWriter`` has such values in JSON.
        public var minimum: JSONValue?
        /// The upper one.
        public var maximum: JSONValue?
        /// Whether the lower one occurs, where the file says so.
        public var isMinimumExact: Bool?
        /// Whether the upper one occurs, where the file says so.
        public var isMaximumExact: Bool?
    }

    /// A page of a column chunk, or a buffer of a column.
    public struct Page: Sendable {
        /// What it holds: `DATA_PAGE`, `DICTIONARY_PAGE`, `DATA_PAGE_V2`; `validity`, `offsets`, `data` and so on.
        public var kind = ""
        /// The column within that a buffer belongs to, by its names; empty for the column itself.
        public var path: [String] = []
        /// Where it begins in the file.
        public var byteOffset = 0
        /// Its bytes in the file, without header.
        public var byteCount = 0
        /// The bytes before compression; nil where that is not known.
        public var contentByteCount: Int?
        /// How values are encoded; nil for buffers.
        public var encoding: String?
        /// How many values there are, nulls and empty lists included; nil for buffers.
        public var valueCount: Int?
        /// The number of the first row in the group.
        public var firstRow: Int?
        /// The rows.
        public var rowCount: Int?
        /// The nulls.
        public var nullCount: Int?
        /// The bounds; nil where there are none.
        public var bounds: Bounds?
        /// The CRC-32 of the bytes in the file; nil where there is none.
        public var checksum: UInt32?
    }

    /// A dictionary of an Arrow file, or a part of one.
    public struct Dictionary: Hashable, Sendable {
        /// Its number.
        public var id: Int64 = 0
        /// Whether it goes on with the one of this number that came before.
        public var isDelta = false
        /// The values.
        public var valueCount = 0
        /// Where it begins in the file.
        public var byteOffset = 0
        /// Its bytes in the file.
        public var byteCount = 0
        /// The bytes before compression; nil where that is not known.
        public var contentByteCount: Int?
    }
}

extension Sequence<Int> {
    /// The sum of counts that a file claims, or the greatest integer where it is larger.
    var clampedSum: Int {
        reduce(0) { sum, value in
            let (next, overflow) = sum.addingReportingOverflow(value)
            return overflow ? .max : next
        }
    }
}
