import S3DBCore

/// Which logical types may annotate which physical ones
/// (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md).
enum LogicalTypeRules {
    /// What is wrong with a column's annotation, or nil.
    static func problem(of node: ParquetSchema.Node) -> String? {
        guard let physical = node.physicalType else { return nil }
        if physical == .fixedLengthByteArray && node.typeByteCount <= 0 {
            return "has values of \(node.typeByteCount) bytes"
        }
        guard let logical = node.logicalType, !fits(logical, physical, node.typeByteCount) else { return nil }
        return "is \(logical), which \(physical) values cannot be"
    }

    private static func fits(
        _ logical: ParquetLogicalType, _ physical: ParquetPhysicalType, _ byteCount: Int
    ) -> Bool {
        switch logical {
        case .string, .enumeration, .json, .bson, .geometry, .geography: physical == .byteArray
        case .map, .list, .variant: false
        case .date, .time(.millisecond, _): physical == .int32
        case .time, .timestamp: physical == .int64
        case .integer(let bitWidth, _):
            switch bitWidth {
            case 8, 16, 32: physical == .int32
            case 64: physical == .int64
            default: false
            }
        case .decimal(let precision, let scale): fits(precision, scale, physical, byteCount)
        case .uuid: physical == .fixedLengthByteArray && byteCount == 16
        case .float16: physical == .fixedLengthByteArray && byteCount == 2
        case .interval: physical == .fixedLengthByteArray && byteCount == 12
        case .null, .other: true
        }
    }

    private static func fits(
        _ precision: Int, _ scale: Int, _ physical: ParquetPhysicalType, _ byteCount: Int
    ) -> Bool {
        guard precision > 0, (0...precision).contains(scale) else { return false }
        switch physical {
        case .int32: return precision <= 9
        case .int64: return precision <= 18
        case .byteArray: return true
        case .fixedLengthByteArray: return precision <= digits(ofBytes: byteCount)
        default: return false
        }
    }

    /// How many decimal digits always fit into a two's complement integer of so many bytes.
    private static func digits(ofBytes byteCount: Int) -> Int {
        // 8 * n - 1 bits hold floor((8 * n - 1) * log10(2)) digits; log10(2) is a little more than 0.30102.
        (8 * min(byteCount, 1 << 20) - 1) * 30_103 / 100_000
    }

    /// The fewest bytes into which so many decimal digits always fit.
    static func byteCount(ofDigits precision: Int) -> Int {
        var byteCount = 1
        while digits(ofBytes: byteCount) < precision { byteCount += 1 }
        return byteCount
    }
}
