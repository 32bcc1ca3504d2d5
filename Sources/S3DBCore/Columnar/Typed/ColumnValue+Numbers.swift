/// Reads values of a fixed width.
public struct FixedWidthAccess: Sendable {
    @usableFromInline let values: Buffer

    @usableFromInline
    init(_ values: Buffer) {
        self.values = values
    }

    /// Opens a column, given the types that are read.
    init?(_ column: AnyColumn, _ types: [DataType]) throws(S3DBError) {
        guard types.contains(column.type), case .fixedWidth(let values) = try column.plain().storage else { return nil }
        self.values = values
    }
}

/// A number that columns hold as it lies in memory.
public protocol ColumnNumber: ColumnValue, BitwiseCopyable where Access == FixedWidthAccess {
    /// The column types whose values are such numbers.
    static var columnTypes: [DataType] { get }
}

extension ColumnNumber {
    /// Opens a column of one of ``columnTypes``.
    public static func access(to column: AnyColumn) throws(S3DBError) -> FixedWidthAccess {
        guard let access = try FixedWidthAccess(column, columnTypes) else { throw misfit(column) }
        return access
    }

    /// The number at a row.
    @inlinable
    public static func value(at row: Int, in access: FixedWidthAccess) -> Self {
        access.values.withElements(of: Self.self) { $0[row] }
    }
}

extension Int8: ColumnNumber {
    /// ``DataType/int8``.
    public static var columnTypes: [DataType] { [.int8] }
}
extension Int16: ColumnNumber {
    /// ``DataType/int16``.
    public static var columnTypes: [DataType] { [.int16] }
}
extension Int32: ColumnNumber {
    /// ``DataType/int32``, days, seconds and milliseconds of a day, and months.
    public static var columnTypes: [DataType] {
        [.int32, .date32, .time(.second), .time(.millisecond), .interval(.yearMonth)]
    }
}
extension UInt8: ColumnNumber {
    /// ``DataType/uint8``.
    public static var columnTypes: [DataType] { [.uint8] }
}
extension UInt16: ColumnNumber {
    /// ``DataType/uint16``.
    public static var columnTypes: [DataType] { [.uint16] }
}
extension UInt32: ColumnNumber {
    /// ``DataType/uint32``.
    public static var columnTypes: [DataType] { [.uint32] }
}
extension UInt64: ColumnNumber {
    /// ``DataType/uint64``.
    public static var columnTypes: [DataType] { [.uint64] }
}
extension Float: ColumnNumber {
    /// ``DataType/float32``.
    public static var columnTypes: [DataType] { [.float32] }
}
extension Double: ColumnNumber {
    /// ``DataType/float64``.
    public static var columnTypes: [DataType] { [.float64] }
}
#if !(os(macOS) && arch(x86_64))
extension Float16: ColumnNumber {
    /// ``DataType/float16``.
    public static var columnTypes: [DataType] { [.float16] }
}
#endif

extension Int64: ColumnValue {
    /// Opens a column of ``DataType/int64``, or of times in 64 bits, which are read as they are counted.
    public static func access(to column: AnyColumn) throws(S3DBError) -> FixedWidthAccess {
        switch column.type {
        case .int64, .date64, .time(.microsecond), .time(.nanosecond), .timestamp, .duration:
            guard let access = try FixedWidthAccess(column, [column.type]) else { throw misfit(column) }
            return access
        default: throw misfit(column)
        }
    }

    /// The number at a row.
    @inlinable
    public static func value(at row: Int, in access: FixedWidthAccess) -> Int64 {
        access.values.withElements(of: Int64.self) { $0[row] }
    }
}

extension Int: ColumnValue {
    /// Opens a column that ``Swift/Int64`` reads.
    public static func access(to column: AnyColumn) throws(S3DBError) -> FixedWidthAccess {
        try Int64.access(to: column)
    }

    /// The number at a row.
    @inlinable
    public static func value(at row: Int, in access: FixedWidthAccess) -> Int {
        Int(Int64.value(at: row, in: access))
    }
}

extension Bool: ColumnValue {
    /// Opens a column of ``DataType/bool``.
    public static func access(to column: AnyColumn) throws(S3DBError) -> Bitmap {
        guard column.type == .bool, case .bits(let bits) = try column.plain().storage else { throw misfit(column) }
        return bits
    }

    /// The truth value at a row.
    @inlinable
    public static func value(at row: Int, in access: Bitmap) -> Bool { access[row] }
}
