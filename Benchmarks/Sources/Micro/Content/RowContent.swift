import S3DBCore

/// A kind of rows: what parsers and sinks are measured with.
enum RowContent: String, CaseIterable {
    /// Times, a small number, prices and a flag.
    case numbers
    /// Text that is different in every row.
    case plainStrings = "plain-strings"
    /// Text of a few thousand names.
    case dictionaryStrings = "dictionary-strings"
    /// Every third value missing.
    case nulls
    /// Quoted JSON lists with quotes within.
    case quotes

    /// The columns.
    func schema() throws(S3DBError) -> Schema {
        let start = Field("target_start", .int64, isNullable: false)
        let others: [Field] =
            switch self {
            case .numbers: [Field("target_bounds", .int8), Field("lmp", .float64), Field("is_final", .bool)]
            case .plainStrings, .dictionaryStrings: [Field("node_name", .utf8)]
            case .nulls: [Field("count", .int64), Field("lmp", .float64), Field("offers", .utf8)]
            case .quotes: [Field("offers", .utf8)]
            }
        return try Schema([start] + others)
    }

    /// The text columns in which an empty field is null.
    var emptyIsNull: Set<String> { self == .nulls ? ["offers"] : [] }

    /// CSV of so many rows; the same for the same number.
    func csv(rowCount: Int) throws(S3DBError) -> Buffer {
        let header = try schema().fields.map(\.name).joined(separator: ",") + "\r\n"
        var csv = BufferBuilder(capacity: rowCount * 64)
        csv.append(contentsOf: header.utf8)
        for row in 0..<rowCount { csv.append(contentsOf: "\(1_577_836_800 + row / 2250 * 3600)\(rest(row))\r\n".utf8) }
        return csv.freeze()
    }

    /// What follows `target_start` in a row.
    private func rest(_ row: Int) -> String {
        let mixed = Self.mixed(row)
        let price = "\(Int(mixed % 20_000) - 2_000).\(mixed >> 32 % 100)"
        switch self {
        case .numbers: return ",\(mixed % 4),\(price),\(mixed & 1 == 0 ? "true" : "false")"
        case .plainStrings: return ",NODE.\(String(mixed, radix: 36, uppercase: true)).\(row)"
        case .dictionaryStrings: return ",NODE.\(Self.mixed(row % 2250) % 1_000_000)"
        case .nulls: return row % 3 == 0 ? ",,NA," : ",\(mixed % 1_000),\(price),[\(mixed % 10)]"
        case .quotes: return ",\"[[\(mixed % 100), \"\"\(price)\"\"], [2, \"\"b\"\"]]\""
        }
    }

    /// A number that looks random for each row (the finaliser of SplitMix64, G. Steele et al., 2014).
    private static func mixed(_ row: Int) -> UInt64 {
        var word = UInt64(truncatingIfNeeded: row) &* 0x9E37_79B9_7F4A_7C15
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        return word ^ (word >> 27)
    }
}
