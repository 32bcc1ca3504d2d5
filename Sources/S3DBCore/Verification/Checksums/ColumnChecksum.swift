/// A checksum of a column's values in their order.
///
/// It depends on nothing else: neither on where batches end, nor on slices, dictionaries or runs, nor on the width that
/// integers, floats and offsets are stored in. NaNs are all the same; 0 and -0 are not. It tells accidents apart, not
/// what somebody has made up to look alike.
public struct ColumnChecksum: Hashable, Sendable {
    /// The values, nulls included.
    public private(set) var rowCount = 0
    /// The nulls.
    public private(set) var nullCount = 0
    /// What all values come to.
    public private(set) var hash: UInt64 = ValueHash.seed

    /// Begins without values.
    public init() {}

    /// Adds the next values. O(count), with memory for eight bytes a value.
    public mutating func add(_ column: AnyColumn) {
        let hashes = ValueHash.hashes(of: column)
        rowCount += column.count
        var hash = hash
        var nullCount = nullCount
        for value in hashes {
            hash = ValueHash.combine(hash, value)
            if value == ValueHash.null { nullCount += 1 }
        }
        self.hash = hash
        self.nullCount = nullCount
    }
}

/// The checksums of all columns of a table, whose batches come in order.
public struct TableChecksums: Hashable, Sendable {
    /// The columns' names and types.
    public let schema: Schema
    /// The rows.
    public private(set) var rowCount = 0
    /// A checksum for each column, in schema order.
    public private(set) var columns: [ColumnChecksum]

    /// Begins without rows.
    public init(_ schema: Schema) {
        self.schema = schema
        columns = schema.fields.map { _ in ColumnChecksum() }
    }

    /// Adds the next rows.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for a batch of another number of columns.
    public mutating func add(_ batch: RecordBatch) throws(S3DBError) {
        guard batch.columns.count == columns.count else {
            throw S3DBError(
                .invalidArgument, "a batch of \(batch.columns.count) columns for checksums of \(columns.count)")
        }
        for index in columns.indices { columns[index].add(batch.columns[index]) }
        rowCount += batch.rowCount
    }

    /// The checksum of the first column called `name`; nil where there is none.
    public subscript(name: String) -> ColumnChecksum? {
        schema.index(of: name).map { columns[$0] }
    }
}
