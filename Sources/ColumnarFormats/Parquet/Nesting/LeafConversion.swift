import S3DBCore

/// How the values of a leaf column become Arrow's.
enum LeafConversion: Hashable, Sendable {
    /// They are.
    case none
    /// 32 bits that hold fewer: so many bytes are kept.
    case narrowed(Int)
    /// A deprecated timestamp of 96 bits.
    case int96(DataType.TimeUnit)
    /// An integer of 32 or 64 bits that becomes a decimal of so many bytes.
    case decimalOfIntegers(Int)
    /// Big-endian bytes of one length that become a decimal of so many.
    case decimalOfFixedBytes(Int)
    /// Big-endian bytes of any length that become a decimal of so many.
    case decimalOfBytes(Int)
    /// Months, days and milliseconds.
    case interval
    /// Nothing but nulls.
    case null

    /// The type of a leaf column, and how it comes about.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` for a decimal of more than 76 digits.
    static func of(
        _ node: ParquetSchema.Node, int96Unit: DataType.TimeUnit
    ) throws(S3DBError) -> (DataType, LeafConversion) {
        switch node.logicalType {
        case .null: return (.null, .null)
        case .decimal(let precision, let scale): return try decimal(node, precision: precision, scale: scale)
        case .string, .enumeration, .json: return (.utf8, .none)
        case .date: return (.date32, .none)
        case .time(let unit, _): return (.time(unit), .none)
        case .timestamp(let unit, let isUTC): return (.timestamp(unit, timeZone: isUTC ? "UTC" : nil), .none)
        case .integer(let bitWidth, let isSigned): return integer(bitWidth, isSigned)
        case .float16: return (.float16, .none)
        case .interval: return (.interval(.monthDayNano), .interval)
        default: break
        }
        switch node.physicalType {
        case .boolean: return (.bool, .none)
        case .int32: return (.int32, .none)
        case .int64: return (.int64, .none)
        case .int96: return (.timestamp(int96Unit, timeZone: nil), .int96(int96Unit))
        case .float: return (.float32, .none)
        case .double: return (.float64, .none)
        case .fixedLengthByteArray: return (.fixedSizeBinary(node.typeByteCount), .none)
        case .byteArray, nil: return (.binary, .none)
        }
    }

    private static func integer(_ bitWidth: Int, _ isSigned: Bool) -> (DataType, LeafConversion) {
        switch bitWidth {
        case 8: (isSigned ? .int8 : .uint8, .narrowed(1))
        case 16: (isSigned ? .int16 : .uint16, .narrowed(2))
        case 32: (isSigned ? .int32 : .uint32, .none)
        default: (isSigned ? .int64 : .uint64, .none)
        }
    }

    private static func decimal(
        _ node: ParquetSchema.Node, precision: Int, scale: Int
    ) throws(S3DBError) -> (DataType, LeafConversion) {
        let widths: [DataType.DecimalWidth] = [.bits128, .bits256]
        guard let width = widths.first(where: { precision <= $0.maximumPrecision }) else {
            throw S3DBError(
                .unsupported, "decimals of \(precision) digits are not read, only up to 76",
                at: .init(column: node.name))
        }
        let type = DataType.decimal(width, precision: precision, scale: scale)
        let byteCount = width.rawValue / 8
        switch node.physicalType {
        case .int32, .int64: return (type, .decimalOfIntegers(byteCount))
        case .fixedLengthByteArray: return (type, .decimalOfFixedBytes(byteCount))
        default: return (type, .decimalOfBytes(byteCount))
        }
    }

    /// The type under which byte arrays are collected.
    func collectedType(_ type: DataType) -> DataType {
        switch self {
        case .decimalOfBytes, .null: .binary
        default: type
        }
    }
}
