/// Which rows and columns of a file are read.
public struct TableReadOptions: Sendable {
    /// The columns, in the order that they are wanted in; nil for all. Of Parquet also paths in the file's schema, with
    /// dots between the parts.
    public var columns: [String]?
    /// What must hold for a row to be read: all of it.
    public var predicates: [ParquetPredicate] = []
    /// The rows of a batch at most.
    public var batchRowCount = 16 << 10
    /// How many columns of Parquet are decoded at a time.
    public var parallelism = 4

    /// Makes options with their defaults.
    public init() {}

    /// The columns that must be read: also those that predicates look at.
    var readColumns: [String]? {
        guard let columns else { return nil }
        return columns + predicates.map(\.column).filter { !columns.contains($0) }
    }
}
