/// Makes METADATA.json for a tree whose layout has none, from what its files say.
enum TableMetadata {
    /// The most text columns of which it is found out whether they are lists.
    private static let searchedColumnLimit = 12

    /// The text, with the types in `type_map` and nothing else.
    static func text(of schema: Schema, _ provenance: Provenance?, overrides: [String: S3DBType]) -> String {
        let extra = Set(provenance?.extraColumns ?? [])
        var columns = schema.fields.filter { !extra.contains($0.name) }.map { DeclaredColumn($0.name, type(of: $0)) }
        if let provenance { columns = withLists(columns, provenance, overrides) }
        let members = columns.map { JSONValue.Member($0.name, .string($0.type.rawValue)) }
        return JSONValue.object([
            .init("type_map", .object(members)), .init("superkey", .array([])), .init("value_key", .array([])),
            .init("tags", .object([])),
        ]).serialized()
    }

    private static func type(of field: Field) -> S3DBType {
        switch field.type {
        case .bool: .bool
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .timestamp, .date32, .date64: .int
        case .float16, .float32, .float64, .duration: .float
        default: .str
        }
    }

    /// The columns with those text columns as lists that make the schema's hash the one that the file says: whether an
    /// empty text is null belongs to it.
    private static func withLists(
        _ columns: [DeclaredColumn], _ provenance: Provenance, _ overrides: [String: S3DBType]
    ) -> [DeclaredColumn] {
        let texts = columns.indices.filter { columns[$0].type == .str && overrides[columns[$0].name] == nil }
        guard texts.count <= searchedColumnLimit else { return columns }
        for choice in 0..<1 << texts.count {
            var candidate = columns
            for (bit, index) in texts.enumerated() where choice >> bit & 1 == 1 {
                candidate[index] = DeclaredColumn(columns[index].name, .list)
            }
            let schema = try? OutputSchema(
                metadata: DatasetMetadata(columns: candidate), overrides: overrides,
                sourceColumns: Set(provenance.extraColumns))
            if schema?.hash == provenance.schemaHash { return candidate }
        }
        return columns
    }
}
