import S3DBCore

/// What the values of a column or group mean (parquet.thrift, `LogicalType`, and where a file has only that,
/// `ConvertedType`; https://github.com/apache/parquet-format/blob/master/LogicalTypes.md).
public enum ParquetLogicalType: Hashable, Sendable {
    /// Text in UTF-8.
    case string
    /// Entries of key and value.
    case map
    /// Elements.
    case list
    /// The name of one of some values, in UTF-8.
    case enumeration
    /// An unscaled integer times ten to the power of `-scale`.
    case decimal(precision: Int, scale: Int)
    /// Days since 1970.
    case date
    /// A time of day.
    case time(DataType.TimeUnit, isUTC: Bool)
    /// A moment since 1970.
    case timestamp(DataType.TimeUnit, isUTC: Bool)
    /// An integer of fewer bits, or without sign.
    case integer(bitWidth: Int, isSigned: Bool)
    /// Nothing but nulls.
    case null
    /// A JSON document in UTF-8.
    case json
    /// A BSON document.
    case bson
    /// A UUID, most significant byte first.
    case uuid
    /// IEEE 754 binary16, little-endian.
    case float16
    /// Months, days and milliseconds.
    case interval
    /// A value of any type in the Variant encoding.
    case variant
    /// A shape on a plane, in WKB.
    case geometry
    /// A shape on a globe, in WKB.
    case geography
    /// A meaning that is not known here, by its field in parquet.thrift: values are read by their physical type.
    case other(Int)
}

extension ParquetLogicalType {
    /// Reads the one field of the union `LogicalType` that is set; nil where none is.
    static func read(_ reader: inout CompactReader) throws(S3DBError) -> ParquetLogicalType? {
        var type: ParquetLogicalType?
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            guard field.type == .structure else {
                try reader.skip(field.type)
                continue
            }
            let parameters = try Parameters(&reader)
            type = named(field.id, parameters)
        }
        return type
    }

    /// The fields that the structures in the union have.
    private struct Parameters {
        /// Fields 1 and 2 where they are integers.
        var integers: [Int16: Int] = [:]
        /// Fields 1 and 2 where they are booleans.
        var flags: [Int16: Bool] = [:]
        /// The field that is set in the union `TimeUnit`.
        var unit: Int16?

        init(_ reader: inout CompactReader) throws(S3DBError) {
            var last: Int16 = 0
            while let field = try reader.nextField(after: last) {
                last = field.id
                switch field.type {
                case .i8: integers[field.id] = Int(try reader.int8())
                case .i16, .i32, .i64: integers[field.id] = Int(try reader.integer())
                case .booleanTrue, .booleanFalse: flags[field.id] = field.type == .booleanTrue
                case .structure: unit = try Self.unit(&reader)
                default: try reader.skip(field.type)
                }
            }
        }

        private static func unit(_ reader: inout CompactReader) throws(S3DBError) -> Int16? {
            var unit: Int16?
            var last: Int16 = 0
            while let field = try reader.nextField(after: last) {
                last = field.id
                unit = field.id
                try reader.skip(field.type)
            }
            return unit
        }

        var timeUnit: DataType.TimeUnit? {
            switch unit {
            case 1: .millisecond
            case 2: .microsecond
            case 3: .nanosecond
            default: nil
            }
        }
    }

    private static func named(_ id: Int16, _ parameters: Parameters) -> ParquetLogicalType {
        switch id {
        case 1: return .string
        case 2: return .map
        case 3: return .list
        case 4: return .enumeration
        case 5: return .decimal(precision: parameters.integers[2] ?? 0, scale: parameters.integers[1] ?? 0)
        case 6: return .date
        case 7:
            guard let unit = parameters.timeUnit else { return .other(7) }
            return .time(unit, isUTC: parameters.flags[1] ?? false)
        case 8:
            guard let unit = parameters.timeUnit else { return .other(8) }
            return .timestamp(unit, isUTC: parameters.flags[1] ?? false)
        case 10:
            return .integer(bitWidth: parameters.integers[1] ?? 0, isSigned: parameters.flags[2] ?? true)
        case 11: return .null
        case 12: return .json
        case 13: return .bson
        case 14: return .uuid
        case 15: return .float16
        case 16: return .variant
        case 17: return .geometry
        case 18: return .geography
        default: return .other(Int(id))
        }
    }

    /// What an older annotation means.
    static func converted(_ type: Int32, precision: Int, scale: Int) -> ParquetLogicalType? {
        switch ConvertedType(rawValue: type) {
        case .utf8: .string
        case .map, .mapKeyValue: .map
        case .list: .list
        case .enumeration: .enumeration
        case .decimal: .decimal(precision: precision, scale: scale)
        case .date: .date
        // The older times are moments of UTC (LogicalTypes.md, "Deprecated time ConvertedType").
        case .timeMillis: .time(.millisecond, isUTC: true)
        case .timeMicros: .time(.microsecond, isUTC: true)
        case .timestampMillis: .timestamp(.millisecond, isUTC: true)
        case .timestampMicros: .timestamp(.microsecond, isUTC: true)
        case .uint8: .integer(bitWidth: 8, isSigned: false)
        case .uint16: .integer(bitWidth: 16, isSigned: false)
        case .uint32: .integer(bitWidth: 32, isSigned: false)
        case .uint64: .integer(bitWidth: 64, isSigned: false)
        case .int8: .integer(bitWidth: 8, isSigned: true)
        case .int16: .integer(bitWidth: 16, isSigned: true)
        case .int32: .integer(bitWidth: 32, isSigned: true)
        case .int64: .integer(bitWidth: 64, isSigned: true)
        case .json: .json
        case .bson: .bson
        case .interval: .interval
        case nil: nil
        }
    }
}

extension ParquetLogicalType: CustomStringConvertible {
    /// The name in LogicalTypes.md, with parameters.
    public var description: String {
        switch self {
        case .string: "STRING"
        case .map: "MAP"
        case .list: "LIST"
        case .enumeration: "ENUM"
        case .decimal(let precision, let scale): "DECIMAL(\(precision), \(scale))"
        case .date: "DATE"
        case .time(let unit, let isUTC): "TIME(\(unit)\(isUTC ? ", UTC" : ""))"
        case .timestamp(let unit, let isUTC): "TIMESTAMP(\(unit)\(isUTC ? ", UTC" : ""))"
        case .integer(let bitWidth, let isSigned): "INT(\(bitWidth), \(isSigned ? "signed" : "unsigned"))"
        case .null: "UNKNOWN"
        case .json: "JSON"
        case .bson: "BSON"
        case .uuid: "UUID"
        case .float16: "FLOAT16"
        case .interval: "INTERVAL"
        case .variant: "VARIANT"
        case .geometry: "GEOMETRY"
        case .geography: "GEOGRAPHY"
        case .other(let id): "logical type \(id)"
        }
    }
}
