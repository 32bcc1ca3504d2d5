import S3DBCore

extension ParquetLogicalType {
    /// The older annotation that means the same; nil where there is none.
    ///
    /// Those of times mean moments of UTC (LogicalTypes.md, "Deprecated time ConvertedType").
    var convertedType: ConvertedType? {
        switch self {
        case .string: .utf8
        case .map: .map
        case .list: .list
        case .enumeration: .enumeration
        case .decimal: .decimal
        case .date: .date
        case .time(.millisecond, isUTC: true): .timeMillis
        case .time(.microsecond, isUTC: true): .timeMicros
        case .timestamp(.millisecond, isUTC: true): .timestampMillis
        case .timestamp(.microsecond, isUTC: true): .timestampMicros
        case .integer(8, let isSigned): isSigned ? .int8 : .uint8
        case .integer(16, let isSigned): isSigned ? .int16 : .uint16
        case .integer(32, let isSigned): isSigned ? .int32 : .uint32
        case .integer(64, let isSigned): isSigned ? .int64 : .uint64
        case .json: .json
        case .bson: .bson
        case .interval: .interval
        default: nil
        }
    }

    /// The number of the field in the union `LogicalType`; nil for what only the older annotation has.
    var unionField: Int16? {
        switch self {
        case .string: 1
        case .map: 2
        case .list: 3
        case .enumeration: 4
        case .decimal: 5
        case .date: 6
        case .time: 7
        case .timestamp: 8
        case .integer: 10
        case .null: 11
        case .json: 12
        case .bson: 13
        case .uuid: 14
        case .float16: 15
        case .variant: 16
        case .geometry: 17
        case .geography: 18
        case .interval: nil
        case .other(let id): Int16(exactly: id)
        }
    }

    /// Writes the one field of the union `LogicalType` that is set.
    func write(to union: inout CompactWriter) {
        guard let field = unionField else { return }
        union.field(
            field,
            structure: { type in
                switch self {
                case .decimal(let precision, let scale):
                    type.field(1, i32: Int32(truncatingIfNeeded: scale))
                    type.field(2, i32: Int32(truncatingIfNeeded: precision))
                case .time(let unit, let isUTC), .timestamp(let unit, let isUTC):
                    type.field(1, bool: isUTC)
                    type.field(2, structure: { $0.field(unit.unionField, structure: { _ in }) })
                case .integer(let bitWidth, let isSigned):
                    type.field(1, i8: Int8(truncatingIfNeeded: bitWidth))
                    type.field(2, bool: isSigned)
                default: break
                }
            })
    }
}

extension DataType.TimeUnit {
    /// The number of the field in the union `TimeUnit`, which has no seconds.
    fileprivate var unionField: Int16 {
        switch self {
        case .second, .millisecond: 1
        case .microsecond: 2
        case .nanosecond: 3
        }
    }
}
