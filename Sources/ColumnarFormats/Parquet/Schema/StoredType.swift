import S3DBCore

/// How the values of a type without children stand in a leaf column
/// (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md).
struct StoredType: Hashable, Sendable {
    /// The type whose values encoders are given: a primitive type, or bytes of one length.
    var values: DataType
    /// What the values mean; nil where the physical type says it.
    var logicalType: ParquetLogicalType?
    /// How values of the column's type become those that are stored.
    var conversion = Conversion.none
    /// The order of the column's bounds.
    var order: BoundOrder

    /// How values become those that are stored.
    enum Conversion: Hashable, Sendable {
        /// They are.
        case none
        /// Their memory is that of the stored type.
        case relabelled
        /// Integers, so many times as large.
        case multiplied(Int64)
        /// Milliseconds as days.
        case days
        /// Decimals, least significant byte first, as integers or bytes, most significant first.
        case decimal(DataType.DecimalWidth)
        /// Months, days and milliseconds.
        case interval(DataType.IntervalUnit)
        /// Bytes by 32-bit offsets.
        case bytes
        /// There are none.
        case nulls
    }

    /// How the values are stored.
    var physicalType: PhysicalType {
        switch values {
        case .bool: .boolean
        case .int8, .int16, .int32, .uint8, .uint16, .uint32: .int32
        case .int64, .uint64: .int64
        case .float32: .float
        case .float64: .double
        case .fixedSizeBinary: .fixedLengthByteArray
        default: .byteArray
        }
    }

    /// The bytes of a value where all have one length by the schema; 0 for other physical types.
    var fixedByteCount: Int {
        if case .fixedSizeBinary(let byteCount) = values { byteCount } else { 0 }
    }

    /// The bytes of a value as Bloom filters hash it; 0 for byte arrays.
    var filteredByteCount: Int {
        switch physicalType {
        case .int32, .float: 4
        case .int64, .double: 8
        default: fixedByteCount
        }
    }
}

extension StoredType {
    /// How the values of a field are stored; nil for types with children, and for those that Parquet cannot have.
    init?(_ field: Field) {
        switch field.type {
        case .utf8, .largeUTF8, .utf8View, .binary, .largeBinary, .binaryView:
            self = Self.bytes(field)
        case .decimal(let width, let precision, let scale):
            guard let decimal = Self.decimal(width, precision: precision, scale: scale) else { return nil }
            self = decimal
        case .fixedSizeBinary(let byteCount): self = Self.fixedBytes(byteCount, field)
        case .date32, .date64, .time, .timestamp, .duration: self = Self.time(field.type)
        case .interval(let unit):
            self.init(
                values: .fixedSizeBinary(12), logicalType: .interval, conversion: .interval(unit), order: .undefined)
        case .null: self.init(values: .int32, logicalType: .null, conversion: .nulls, order: .signed)
        case .float16:
            self.init(
                values: .fixedSizeBinary(2), logicalType: .float16, conversion: .relabelled, order: .float16)
        default:
            guard let number = Self.number(field.type) else { return nil }
            self = number
        }
    }

    /// Booleans, integers and floats.
    private static func number(_ type: DataType) -> StoredType? {
        func integer(_ bitWidth: Int, isSigned: Bool) -> StoredType {
            StoredType(
                values: type, logicalType: .integer(bitWidth: bitWidth, isSigned: isSigned),
                order: isSigned ? .signed : .unsigned)
        }
        switch type {
        case .bool: return StoredType(values: type, order: .bytes)
        case .int8: return integer(8, isSigned: true)
        case .int16: return integer(16, isSigned: true)
        case .int32, .int64: return StoredType(values: type, order: .signed)
        case .uint8: return integer(8, isSigned: false)
        case .uint16: return integer(16, isSigned: false)
        case .uint32: return integer(32, isSigned: false)
        case .uint64: return integer(64, isSigned: false)
        case .float32: return StoredType(values: type, order: .float)
        case .float64: return StoredType(values: type, order: .double)
        default: return nil
        }
    }

    /// Text and bytes of any length.
    private static func bytes(_ field: Field) -> StoredType {
        let isJSON = field.extensionName == "arrow.json"
        let values: DataType = field.type.isText ? .utf8 : .binary
        return StoredType(
            values: values, logicalType: field.type.isText ? isJSON ? .json : .string : nil,
            conversion: values == field.type ? .none : .bytes, order: .bytes)
    }

    /// Bytes of one length. There are no values of 0 bytes in Parquet, so that those are byte arrays.
    private static func fixedBytes(_ byteCount: Int, _ field: Field) -> StoredType {
        if byteCount == 0 { return StoredType(values: .binary, conversion: .bytes, order: .bytes) }
        let isUUID = byteCount == 16 && field.extensionName == "arrow.uuid"
        return StoredType(values: field.type, logicalType: isUUID ? .uuid : nil, order: .bytes)
    }

    /// Decimals in the smallest type that holds their digits; nil where Parquet has no such scale.
    private static func decimal(_ width: DataType.DecimalWidth, precision: Int, scale: Int) -> StoredType? {
        guard (1...width.maximumPrecision).contains(precision), (0...precision).contains(scale) else { return nil }
        let values: DataType =
            switch precision {
            case ...9: .int32
            case ...18: .int64
            default: .fixedSizeBinary(LogicalTypeRules.byteCount(ofDigits: precision))
            }
        return StoredType(
            values: values, logicalType: .decimal(precision: precision, scale: scale), conversion: .decimal(width),
            order: precision <= 18 ? .signed : .signedBytes)
    }

    /// Dates, times, moments and lengths of time. There are no seconds in Parquet: they become milliseconds. Lengths of
    /// time are integers.
    private static func time(_ type: DataType) -> StoredType {
        switch type {
        case .date64: StoredType(values: .int32, logicalType: .date, conversion: .days, order: .signed)
        case .time(.second):
            StoredType(
                values: .int32, logicalType: .time(.millisecond, isUTC: false), conversion: .multiplied(1000),
                order: .signed)
        case .time(let unit):
            StoredType(
                values: unit == .millisecond ? .int32 : .int64, logicalType: .time(unit, isUTC: false),
                conversion: .relabelled, order: .signed)
        case .timestamp(.second, let zone):
            StoredType(
                values: .int64, logicalType: .timestamp(.millisecond, isUTC: zone != nil),
                conversion: .multiplied(1000), order: .signed)
        case .timestamp(let unit, let zone):
            StoredType(
                values: .int64, logicalType: .timestamp(unit, isUTC: zone != nil), conversion: .relabelled,
                order: .signed)
        case .duration: StoredType(values: .int64, conversion: .relabelled, order: .signed)
        default: StoredType(values: .int32, logicalType: .date, conversion: .relabelled, order: .signed)
        }
    }
}

extension Field {
    /// The name of the extension type whose values the field has (Arrow Columnar Format, "Extension Types").
    fileprivate var extensionName: String? {
        metadata.first { $0.key == "ARROW:extension:name" }?.value
    }
}
