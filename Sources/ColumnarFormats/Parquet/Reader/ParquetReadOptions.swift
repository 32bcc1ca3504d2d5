import S3DBCore

/// How a file is read.
public struct ParquetReadOptions: Sendable {
    /// The rows of a batch at most. Batches do not reach over the end of a row group.
    public var batchRowCount = 64 << 10
    /// The columns to read: the names of columns, or paths in the file's schema with dots between the parts; nil for all.
    /// The order is that of the file.
    public var columns: [String]?
    /// What rows are wanted for: row groups and pages that can have none for which all hold are left out. What is read
    /// may still have rows for which they do not hold.
    public var predicates: [ParquetPredicate] = []
    /// The row groups to read, by their numbers; nil for all.
    public var rowGroups: [Int]?
    /// The rows to read, counted from the file's first one; nil for all. Row groups, and where the file has a page index
    /// pages, that have none of them are not read.
    public var rows: Range<Int>?
    /// Whether the checksums of pages are compared where a file has them.
    public var checksPages = true
    /// Whether columns of byte arrays whose pages refer to a dictionary stay so.
    public var keepsDictionaries = true
    /// The unit of the deprecated 96-bit timestamps; years before 1677 or behind 2262 do not fit nanoseconds and wrap
    /// around, as they do in other readers.
    public var int96Unit = DataType.TimeUnit.nanosecond
    /// How many columns are decoded at a time, on as many threads.
    public var parallelism = 4
    /// How ranges of the file are read.
    public var coalescing = RangeCoalescing()
    /// What a file may ask for.
    public var limits = ParquetReadLimits()

    /// Makes options with their defaults.
    public init() {}
}

/// What a file may ask for before it counts as hostile.
public struct ParquetReadLimits: Hashable, Sendable {
    /// The bytes of a page before compression.
    public var pageByteCount = 1 << 30
    /// The values of a page in one of the delta encodings, which take next to no bytes.
    public var pageValueCount = 1 << 26
    /// The values of a batch in one leaf column, nulls and empty lists included.
    public var batchValueCount = 1 << 28
    /// The bytes of a batch in one leaf column where they are more than its pages hold: by dictionaries, as nulls of wide
    /// types.
    public var batchByteCount = Int(Int32.max)
    /// Output bytes allowed for one input byte of a page; Zstandard's runs reach 32,768.
    public var inflateRatio = 50_000
    /// The bytes of a column chunk; it is read whole, but for pages that are left out.
    public var chunkByteCount = 4 << 30

    /// Makes limits with their defaults.
    public init() {}
}
