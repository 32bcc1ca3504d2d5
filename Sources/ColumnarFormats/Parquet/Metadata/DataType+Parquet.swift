import S3DBCore

/// How types stand in Parquet (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md).
///
/// Types that are not written never get here: encoders refuse them.
extension DataType {
    /// How the values are stored.
    var physicalType: PhysicalType {
        switch self {
        case .bool: .boolean
        case .int8, .int16, .int32, .uint8, .uint16, .uint32: .int32
        case .int64, .uint64: .int64
        case .float32: .float
        case .float64: .double
        default: .byteArray
        }
    }

    /// What the values mean, for readers of the older annotation; nil where the physical type says it.
    var convertedType: ConvertedType? {
        switch self {
        case .int8: .int8
        case .int16: .int16
        case .uint8: .uint8
        case .uint16: .uint16
        case .uint32: .uint32
        case .uint64: .uint64
        case .utf8: .utf8
        default: nil
        }
    }

    /// What the values mean; nil where the physical type says it.
    var logicalType: LogicalType? {
        switch self {
        case .int8: .integer(bitWidth: 8, isSigned: true)
        case .int16: .integer(bitWidth: 16, isSigned: true)
        case .uint8: .integer(bitWidth: 8, isSigned: false)
        case .uint16: .integer(bitWidth: 16, isSigned: false)
        case .uint32: .integer(bitWidth: 32, isSigned: false)
        case .uint64: .integer(bitWidth: 64, isSigned: false)
        case .utf8: .string
        default: nil
        }
    }

    /// The order of a column's bounds.
    var boundOrder: BoundOrder {
        switch self {
        case .int8, .int16, .int32, .int64: .signed
        case .uint8, .uint16, .uint32, .uint64: .unsigned
        case .float32: .float
        case .float64: .double
        default: .bytes
        }
    }
}
