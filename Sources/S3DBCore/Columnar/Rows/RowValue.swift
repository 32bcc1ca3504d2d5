#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A value of a row on its way between Swift's `Codable` types and columns.
indirect enum RowValue: Sendable {
    /// No value, of a type where that is known.
    case null(DataType?)
    case bool(Bool)
    /// A signed integer, and the type that is as wide as it came.
    case signed(Int64, DataType)
    /// An unsigned integer, and the type that is as wide as it came.
    case unsigned(UInt64, DataType)
    case float(Float)
    case double(Double)
    case text(String)
    case bytes([UInt8])
    case moment(Date)
    case list([RowValue])
    case structure([(name: String, value: RowValue)])

    /// What moments become: microseconds, in UTC.
    static let momentType = DataType.timestamp(.microsecond, timeZone: "UTC")

    /// The value of a number, text or moment that is encoded as a whole; nil for other types.
    init?<Value: Encodable>(whole value: Value) {
        // Types are compared first: an empty array would cast to one of any other type.
        if Value.self == [UInt8].self, let bytes = value as? [UInt8] {
            self = .bytes(bytes)
        } else if let date = value as? Date {
            self = .moment(date)
        } else if let data = value as? Data {
            self = .bytes([UInt8](data))
        } else {
            return nil
        }
    }

    /// The column type of a Swift type that is encoded as a whole; nil for other types.
    static func wholeType(_ type: any Any.Type) -> DataType? {
        if type == Date.self { return momentType }
        if type == [UInt8].self || type == Data.self { return .binary }
        if type == String.self { return .utf8 }
        return numberTypes.first { $0.0 == type }?.1
    }

    private static let numberTypes: [(any Any.Type, DataType)] = [
        (Bool.self, .bool), (Double.self, .float64), (Float.self, .float32), (Int.self, .int64), (Int8.self, .int8),
        (Int16.self, .int16), (Int32.self, .int32), (Int64.self, .int64), (UInt.self, .uint64), (UInt8.self, .uint8),
        (UInt16.self, .uint16), (UInt32.self, .uint32), (UInt64.self, .uint64),
    ]
}
