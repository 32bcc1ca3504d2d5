import S3DBCore

/// The footer of a file (parquet.thrift, `FileMetaData`).
struct FileMetadata {
    var schema: WrittenSchema
    var rowGroups: [PlacedRowGroup]
    var codecCode: Int32
    /// Numbers of leaf columns by which rows ascend.
    var sortingColumns: [Int]
    var keyValues: KeyValueMetadata

    /// What parquet.thrift recommends for `version`: readers look at the features, not at this number.
    private static let version: Int32 = 1

    /// The footer's bytes.
    func serialized() -> Buffer {
        var writer = CompactWriter()
        writer.field(1, i32: Self.version)
        writer.field(2, structures: SchemaElement.list(schema.tree).enumerated().map { $0 }) { element, node in
            SchemaElement.write(node.element, isRoot: node.offset == 0, to: &element)
        }
        writer.field(3, i64: rowGroups.reduce(0) { $0 + $1.layout.rowCount })
        writer.field(4, structures: rowGroups.indices) { writeRowGroup($1, to: &$0) }
        if !keyValues.isEmpty { KeyValues.write(keyValues, field: 5, to: &writer) }
        writer.field(6, string: ToolVersion.createdBy)
        // One `TypeDefinedOrder` a column: without it readers must not trust bounds of unsigned and text columns.
        writer.field(7, structures: schema.leaves) { order, _ in order.field(1, structure: { _ in }) }
        writer.stop()
        return writer.freeze()
    }

    /// Writes the fields of a `RowGroup`.
    private func writeRowGroup(_ index: Int, to writer: inout CompactWriter) {
        let group = rowGroups[index]
        let columns = group.layout.columns
        writer.field(1, structures: columns.indices) { writer, column in
            let metadata = ColumnChunkMetadata(
                leaf: schema.leaves[column], layout: columns[column], base: group.base, codecCode: codecCode)
            metadata.write(
                columnIndex: group.columnIndexes[column], offsetIndex: group.offsetIndexes[column], to: &writer)
        }
        writer.field(2, i64: columns.reduce(0) { $0 + $1.contentByteCount })
        writer.field(3, i64: group.layout.rowCount)
        if !sortingColumns.isEmpty {
            writer.field(4, structures: sortingColumns) { sorting, column in
                sorting.field(1, i32: Int32(truncatingIfNeeded: column))
                sorting.field(2, bool: false)
                sorting.field(3, bool: false)
            }
        }
        writer.field(5, i64: group.base + (columns.first?.offset ?? 0))
        writer.field(6, i64: columns.reduce(0) { $0 + $1.byteCount })
        // The format has 16 bits for it and lets it be left out.
        if let ordinal = Int16(exactly: index) { writer.field(7, i16: ordinal) }
    }
}
