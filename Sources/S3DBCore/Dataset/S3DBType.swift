/// A type that METADATA.json declares for a column.
public enum S3DBType: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// Text.
    case str
    /// A whole number.
    case int
    /// A number.
    case float
    /// True or false.
    case bool
    /// A JSON list, kept as text.
    case list
    /// A tuple, kept as text.
    case tuple
    /// Unix seconds.
    case datetime
    /// A length of time in seconds.
    case timedelta

    /// The type of the column that holds the values.
    public var columnType: DataType {
        switch self {
        case .int, .datetime: .int64
        case .float, .timedelta: .float64
        case .bool: .bool
        case .str, .list, .tuple: .utf8
        }
    }

    /// Whether an empty field of the column's text is null rather than an empty string.
    public var emptyIsNull: Bool { self == .list || self == .tuple }

    /// The type's name in METADATA.json.
    public var description: String { rawValue }
}
