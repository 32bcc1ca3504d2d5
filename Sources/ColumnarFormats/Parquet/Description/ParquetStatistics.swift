import S3DBCore

/// What is known of the values of a column chunk or page (parquet.thrift, `Statistics`).
///
/// Bounds are single values in PLAIN encoding, byte arrays without their length.
public struct ParquetStatistics: Hashable, Sendable {
    /// The nulls.
    public var nullCount: Int?
    /// How many values are distinct.
    public var distinctCount: Int?
    /// An upper bound.
    public var maximum: [UInt8]?
    /// A lower bound.
    public var minimum: [UInt8]?
    /// Whether the upper bound occurs.
    public var isMaximumExact: Bool?
    /// Whether the lower bound occurs.
    public var isMinimumExact: Bool?
    /// The NaNs.
    public var nanCount: Int?
    /// The deprecated upper bound, whose order was never defined but for signed numbers.
    public var deprecatedMaximum: [UInt8]?
    /// The deprecated lower bound.
    public var deprecatedMinimum: [UInt8]?

    /// Makes statistics that know nothing.
    public init() {}

    init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .binary): deprecatedMaximum = try reader.binary()
            case (2, .binary): deprecatedMinimum = try reader.binary()
            case (3, .i64): nullCount = try reader.count()
            case (4, .i64): distinctCount = try reader.count()
            case (5, .binary): maximum = try reader.binary()
            case (6, .binary): minimum = try reader.binary()
            case (7, .booleanTrue), (7, .booleanFalse): isMaximumExact = field.type == .booleanTrue
            case (8, .booleanTrue), (8, .booleanFalse): isMinimumExact = field.type == .booleanTrue
            case (9, .i64): nanCount = try reader.count()
            default: try reader.skip(field.type)
            }
        }
    }
}

/// How large the values of a column chunk are (parquet.thrift, `SizeStatistics`).
public struct ParquetSizeStatistics: Hashable, Sendable {
    /// The bytes of a byte array column's values, lengths left out.
    public var valueByteCount: Int?
    /// How often each repetition level occurs; empty where the file does not say.
    public var repetitionLevelCounts: [Int64] = []
    /// How often each definition level occurs; empty where the file does not say.
    public var definitionLevelCounts: [Int64] = []

    /// Makes statistics that know nothing.
    public init() {}

    init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i64): valueByteCount = try reader.count()
            case (2, .list): repetitionLevelCounts = try reader.integers()
            case (3, .list): definitionLevelCounts = try reader.integers()
            default: try reader.skip(field.type)
            }
        }
    }
}
