import S3DBCore

/// A node of the schema (parquet.thrift, `SchemaElement`): a flat table is a root with a leaf for each column.
enum SchemaElement {
    /// What other writers call the root.
    private static let rootName = "schema"

    /// Writes the fields of a column's leaf, or for nil those of the root.
    static func write(_ field: Field?, columnCount: Int, to element: inout CompactWriter) {
        guard let field else {
            element.field(4, string: rootName)
            element.field(5, i32: Int32(truncatingIfNeeded: columnCount))
            return
        }
        element.field(1, i32: field.type.physicalType.rawValue)
        element.field(3, i32: (field.isNullable ? Repetition.optional : .required).rawValue)
        element.field(4, string: field.name)
        if let converted = field.type.convertedType { element.field(6, i32: converted.rawValue) }
        if let logical = field.type.logicalType {
            element.field(10, structure: { write(logical, to: &$0) })
        }
    }

    /// Writes the one field of the union `LogicalType` that is set.
    private static func write(_ type: LogicalType, to union: inout CompactWriter) {
        switch type {
        case .string:
            union.field(1, structure: { _ in })
        case .integer(let bitWidth, let isSigned):
            union.field(
                10,
                structure: { integer in
                    integer.field(1, i8: bitWidth)
                    integer.field(2, bool: isSigned)
                })
        }
    }
}
