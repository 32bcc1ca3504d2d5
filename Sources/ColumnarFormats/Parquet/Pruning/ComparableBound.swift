import S3DBCore

/// A value of a column that can be compared with others of the same column.
enum ComparableBound {
    case integer(Int64)
    case unsigned(UInt64)
    case number(Double)
    case bytes([UInt8])

    /// Whether `a` is less than `b`; nil where they cannot be compared.
    static func precedes(_ a: ComparableBound, _ b: ComparableBound) -> Bool? {
        switch (a, b) {
        case (.integer(let a), .integer(let b)): a < b
        case (.unsigned(let a), .unsigned(let b)): a < b
        case (.number(let a), .number(let b)): a.isNaN || b.isNaN ? nil : a < b
        case (.bytes(let a), .bytes(let b)): a.lexicographicallyPrecedes(b)
        default: nil
        }
    }
}

/// How the bounds of a leaf column compare (parquet.thrift, `ColumnOrder`).
enum LeafOrder {
    case signed
    case unsigned
    case floatingPoint
    case bytes

    /// The order of a column; nil where bounds are not used: of intervals, 96-bit timestamps, decimals of bytes and
    /// float16.
    init?(_ node: ParquetSchema.Node) {
        switch (node.physicalType, node.logicalType) {
        case (.boolean, _): self = .unsigned
        case (.int32, .integer(_, false)), (.int64, .integer(_, false)): self = .unsigned
        case (.int32, _), (.int64, _): self = .signed
        case (.float, _), (.double, _): self = .floatingPoint
        case (_, .decimal), (_, .interval), (_, .float16), (_, .geometry), (_, .geography), (_, .other): return nil
        case (.byteArray, _), (.fixedLengthByteArray, _): self = .bytes
        default: return nil
        }
    }

    /// A bound as it is stored; nil where it is not of the column's size, or NaN.
    func bound(_ bytes: [UInt8], _ node: ParquetSchema.Node) -> ComparableBound? {
        if self == .bytes { return .bytes(bytes) }
        let width = node.physicalType == .boolean ? 1 : node.valueByteCount
        guard bytes.count == width else { return nil }
        let bits = bytes.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        switch self {
        case .unsigned: return .unsigned(bits)
        case .signed: return .integer(width == 4 ? Int64(Int32(truncatingIfNeeded: bits)) : Int64(bitPattern: bits))
        default:
            let number =
                width == 4 ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Double(bitPattern: bits)
            return number.isNaN ? nil : .number(number)
        }
    }

    /// A constant of the column's kind; nil for another.
    func bound(_ constant: ParquetPredicate.Constant) -> ComparableBound? {
        switch (self, constant) {
        case (.signed, .integer(let value)): .integer(value)
        case (.signed, .unsigned(let value)): Int64(exactly: value).map { .integer($0) }
        case (.unsigned, .integer(let value)): UInt64(exactly: value).map { .unsigned($0) }
        case (.unsigned, .unsigned(let value)): .unsigned(value)
        case (.unsigned, .boolean(let value)): .unsigned(value ? 1 : 0)
        case (.floatingPoint, .number(let value)): value.isNaN ? nil : .number(value)
        case (.floatingPoint, .integer(let value)): Double(exactly: value).map { .number($0) }
        case (.bytes, .text(let value)): .bytes(Array(value.utf8))
        case (.bytes, .bytes(let value)): .bytes(value)
        default: nil
        }
    }
}
