import S3DBCore

/// A node of the schema (parquet.thrift, `SchemaElement`): the tree is stored as a list, depth first.
enum SchemaElement {
    /// The elements of a tree, groups before what they hold.
    static func list(_ tree: ParquetSchema) -> [ParquetSchema.Node] {
        var nodes: [ParquetSchema.Node] = []
        append(tree.root, to: &nodes)
        return nodes
    }

    private static func append(_ node: ParquetSchema.Node, to nodes: inout [ParquetSchema.Node]) {
        nodes.append(node)
        for child in node.children { append(child, to: &nodes) }
    }

    /// Writes the fields of a node; the root has no repetition.
    static func write(_ node: ParquetSchema.Node, isRoot: Bool, to element: inout CompactWriter) {
        if let physicalType = node.physicalType {
            element.field(1, i32: physicalType.rawValue)
            if physicalType == .fixedLengthByteArray {
                element.field(2, i32: Int32(truncatingIfNeeded: node.typeByteCount))
            }
        }
        if !isRoot { element.field(3, i32: node.repetition.rawValue) }
        element.field(4, string: node.name)
        if node.physicalType == nil { element.field(5, i32: Int32(truncatingIfNeeded: node.children.count)) }
        guard let logicalType = node.logicalType else { return }
        if let converted = logicalType.convertedType { element.field(6, i32: converted.rawValue) }
        if case .decimal(let precision, let scale) = logicalType {
            element.field(7, i32: Int32(truncatingIfNeeded: scale))
            element.field(8, i32: Int32(truncatingIfNeeded: precision))
        }
        if logicalType.unionField != nil { element.field(10, structure: { logicalType.write(to: &$0) }) }
    }
}
