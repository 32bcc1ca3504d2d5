import S3DBCore

/// What rows are wanted for: a comparison of a column with constants, by which row groups and pages are left out that
/// can have no row for which it holds.
///
/// Nulls compare with nothing.
public struct ParquetPredicate: Sendable {
    /// The column: its path in the file's schema with dots between the parts; not within a list.
    public var column: String
    /// What must hold.
    public var condition: Condition

    /// A comparison.
    public enum Condition: Sendable {
        /// The value is one of these.
        case isIn([Constant])
        /// The value is another one than this.
        case isNot(Constant)
        /// The value is less than this, or as much where that is included.
        case isBelow(Constant, orEqual: Bool)
        /// The value is greater than this, or as much where that is included.
        case isAbove(Constant, orEqual: Bool)
        /// The value is null.
        case isNull
        /// The value is not null.
        case isNotNull
    }

    /// What values are compared with.
    public enum Constant: Hashable, Sendable {
        /// For integers, dates, times, timestamps and decimals of up to 64 bits: the number that is stored.
        case integer(Int64)
        /// For unsigned integers.
        case unsigned(UInt64)
        /// For floats and doubles.
        case number(Double)
        /// For booleans.
        case boolean(Bool)
        /// For text.
        case text(String)
        /// For bytes.
        case bytes([UInt8])
    }

    /// Makes a predicate.
    public init(_ column: String, _ condition: Condition) {
        self.column = column
        self.condition = condition
    }

    /// The values equal to a constant.
    public static func equal(_ column: String, _ constant: Constant) -> ParquetPredicate {
        ParquetPredicate(column, .isIn([constant]))
    }
}

extension ParquetPredicate.Constant: ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral,
    ExpressibleByStringLiteral, ExpressibleByBooleanLiteral
{
    /// An integer.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A number.
    public init(floatLiteral value: Double) { self = .number(value) }
    /// Text.
    public init(stringLiteral value: String) { self = .text(value) }
    /// A boolean.
    public init(booleanLiteral value: Bool) { self = .boolean(value) }
}
