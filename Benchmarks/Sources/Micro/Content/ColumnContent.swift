import S3DBCore

/// A kind of column: what one encoding of a file format is measured with.
enum ColumnContent: String, CaseIterable {
    case int64Few = "int64-few"
    case int64Distinct = "int64-distinct"
    case int64Nulls = "int64-nulls"
    case float64Distinct = "float64-distinct"
    case bool
    case textFew = "utf8-few"
    case textDistinct = "utf8-distinct"

    /// A batch of this one column.
    func batch(rowCount: Int) throws(S3DBError) -> RecordBatch {
        let rows = 0..<rowCount
        let column =
            switch self {
            case .int64Few: NamedColumn("x", rows.map { Int64($0 % 97) })
            case .int64Distinct: NamedColumn("x", rows.map { Int64($0) &* 0x9E37_79B9_7F4A })
            case .int64Nulls: NamedColumn("x", rows.map { $0 % 3 == 0 ? nil : Int64($0 % 97) } as [Int64?])
            case .float64Distinct: NamedColumn("x", rows.map { Double($0) * 0.37 })
            case .bool: NamedColumn("x", rows.map { $0 % 7 < 3 })
            case .textFew: NamedColumn("x", rows.map { "NODE.\($0 % 2250)" }, as: .dictionary)
            case .textDistinct: NamedColumn("x", rows.map { "NODE.\($0).\($0 &* 7919)" })
            }
        return try RecordBatch([column])
    }
}
