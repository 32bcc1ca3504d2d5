/// The logical type of a column, a subset of Arrow's (Arrow `Schema.fbs`, `union Type`).
///
/// How a column's values are stored (plain or dictionary-encoded) is no part of its type: see
/// ``AnyColumn/Storage-swift.enum``.
public enum DataType: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
    /// True or false.
    case bool
    /// A signed 8-bit integer.
    case int8
    /// A signed 16-bit integer.
    case int16
    /// A signed 32-bit integer.
    case int32
    /// A signed 64-bit integer.
    case int64
    /// An unsigned 8-bit integer.
    case uint8
    /// An unsigned 16-bit integer.
    case uint16
    /// An unsigned 32-bit integer.
    case uint32
    /// An unsigned 64-bit integer.
    case uint64
    /// An IEEE 754 binary32 number.
    case float32
    /// An IEEE 754 binary64 number.
    case float64
    /// Text in UTF-8.
    case utf8
    /// Bytes of any length.
    case binary

    /// The type's name as Arrow's implementations print it.
    public var description: String { rawValue }

    /// The bytes of one value, or nil for types whose values are bits or of variable length.
    public var byteWidth: Int? {
        switch self {
        case .int8, .uint8: 1
        case .int16, .uint16: 2
        case .int32, .uint32, .float32: 4
        case .int64, .uint64, .float64: 8
        case .bool, .utf8, .binary: nil
        }
    }

    /// Whether values are stored as offsets and bytes.
    public var isVariableLength: Bool { self == .utf8 || self == .binary }
}
