import S3DBCore

/// The bounds and null counts of a column chunk's pages
/// (https://github.com/apache/parquet-format/blob/master/PageIndex.md, parquet.thrift `ColumnIndex`).
public struct ParquetColumnIndex: Hashable, Sendable {
    /// Which pages hold nothing but nulls.
    public var nullPages: [Bool] = []
    /// A lower bound for each page; of no meaning where it holds nothing but nulls.
    public var minimums: [[UInt8]] = []
    /// An upper bound for each page.
    public var maximums: [[UInt8]] = []
    /// Whether bounds are unordered (0), ascending (1) or descending (2).
    public var boundaryOrder: Int32 = 0
    /// The nulls of each page; empty where the file does not say.
    public var nullCounts: [Int64] = []

    /// Reads an index's bytes; a function that is suspended must not hold their span.
    init(parsing bytes: Buffer) throws(S3DBError) {
        try self.init(bytes.bytes)
    }

    /// Reads an index's bytes.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, also where there are not as many bounds as pages.
    public init(_ bytes: RawSpan) throws(S3DBError) {
        var reader = CompactReader(bytes)
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .list): nullPages = try reader.booleans()
            case (2, .list): minimums = try reader.binaries()
            case (3, .list): maximums = try reader.binaries()
            case (4, .i32): boundaryOrder = try reader.int32()
            case (5, .list): nullCounts = try reader.integers()
            default: try reader.skip(field.type)
            }
        }
        guard minimums.count == nullPages.count, maximums.count == nullPages.count,
            nullCounts.isEmpty || nullCounts.count == nullPages.count
        else { throw S3DBError(.corruptFile, "a column index has bounds for another number of pages") }
    }
}
