import S3DBCore

/// A column, or one within it, as it is written: its node in the file's schema, and how its values get there
/// (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md, "Nested Types").
struct WrittenColumn: Sendable {
    /// The node in the file's schema; of lists and maps the outer group.
    var node: ParquetSchema.Node
    /// What the column is made of.
    var shape: Shape

    indirect enum Shape: Sendable {
        case leaf(StoredType)
        case structure([WrittenColumn])
        /// Lists of any layout, and maps, whose elements are structures of key and value.
        case list(WrittenColumn)
        /// Runs of values that are stored as such a column.
        case runs(WrittenColumn)
    }

    /// Whether a value may be null where those above it are not.
    var isNullable: Bool { node.repetition == .optional }

    /// - Throws: ``S3DBError/Code/unsupported`` for types that Parquet does not have, and
    ///   ``S3DBError/Code/limitExceeded`` for columns that nest too deep for readers.
    init(_ field: Field) throws(S3DBError) {
        try self.init(field, path: [field.name], depth: 1)
    }

    /// - Parameter depth: How many nodes lie on the path, this one included.
    private init(_ field: Field, path: [String], depth: Int) throws(S3DBError) {
        guard depth <= ParquetSchema.nestingLimit else {
            throw S3DBError(
                .limitExceeded, "a column nests deeper than \(ParquetSchema.nestingLimit) levels in Parquet",
                at: .init(column: path[0]))
        }
        node = ParquetSchema.Node()
        node.name = field.name
        node.repetition = field.isNullable ? .optional : .required
        switch field.type {
        case .list(let element), .largeList(let element), .listView(let element), .largeListView(let element),
            .fixedSizeList(let element, _):
            let element = try Self.child(element, named: "element", path, depth + 2)
            node.logicalType = .list
            node.children = [Self.repeated("list", [element.node])]
            shape = .list(element)
        case .map(let entries, _):
            let entries = try Self.entries(entries, path, depth + 1)
            node.logicalType = .map
            node.children = [entries.node]
            shape = .list(entries)
        case .structure(let fields):
            shape = .structure(try Self.children(of: fields, &node, path, depth))
        case .runEndEncoded(_, var values):
            values.isNullable = values.isNullable || field.isNullable
            let column = try Self.child(values, named: field.name, path, depth)
            node = column.node
            shape = .runs(column)
        default:
            guard let stored = StoredType(field) else { throw Self.refusal(field.type, path) }
            node.physicalType = stored.physicalType
            node.typeByteCount = stored.fixedByteCount
            node.logicalType = stored.logicalType
            // Nothing but nulls must be allowed to be so.
            if field.type == .null { node.repetition = .optional }
            shape = .leaf(stored)
        }
    }

    private static func child(
        _ field: Field, named name: String, _ path: [String], _ depth: Int
    ) throws(S3DBError) -> WrittenColumn {
        var field = field
        field.name = name
        return try WrittenColumn(field, path: path + [name], depth: depth)
    }

    private static func repeated(_ name: String, _ children: [ParquetSchema.Node]) -> ParquetSchema.Node {
        var node = ParquetSchema.Node()
        node.name = name
        node.repetition = .repeated
        node.children = children
        return node
    }

    private static func children(
        of fields: [Field], _ node: inout ParquetSchema.Node, _ path: [String], _ depth: Int
    ) throws(S3DBError) -> [WrittenColumn] {
        guard !fields.isEmpty else {
            throw S3DBError(
                .unsupported,
                "a structure without fields cannot be written in Parquet: nothing would tell when it is null",
                remedy: "Leave \(S3DBError.quoted(path.joined(separator: "."))) out, or give it a field",
                at: .init(column: path[0]))
        }
        var columns: [WrittenColumn] = []
        for field in fields {
            columns.append(try WrittenColumn(field, path: path + [field.name], depth: depth + 1))
        }
        node.children = columns.map(\.node)
        return columns
    }

    /// The entries of a map, whose keys are never null.
    private static func entries(
        _ entries: Field, _ path: [String], _ depth: Int
    ) throws(S3DBError) -> WrittenColumn {
        guard case .structure(let fields) = entries.type, fields.count == 2 else {
            throw S3DBError(
                .invalidArgument, "the entries of a map are no structures of key and value",
                at: .init(column: path[0]))
        }
        var key = fields[0]
        key.isNullable = false
        let pair = [
            try child(key, named: "key", path, depth + 1), try child(fields[1], named: "value", path, depth + 1),
        ]
        return WrittenColumn(node: repeated("key_value", pair.map(\.node)), shape: .structure(pair))
    }

    private init(node: ParquetSchema.Node, shape: Shape) {
        self.node = node
        self.shape = shape
    }

    private static func refusal(_ type: DataType, _ path: [String]) -> S3DBError {
        let (problem, remedy): (String, String?) =
            switch type {
            case .union: ("Parquet has no unions", "Make a structure with a field for each member")
            case .decimal(_, let precision, let scale) where scale < 0 || scale > precision:
                (
                    "Parquet has no decimals of \(precision) digits with \(scale) behind the point",
                    "Choose a scale from 0 to the precision"
                )
            default: ("columns of \(type) are not written in Parquet", nil)
            }
        return S3DBError(
            .unsupported, "\(problem), of which \(S3DBError.quoted(path.joined(separator: "."))) is",
            remedy: remedy, at: .init(column: path[0]))
    }

    /// The leaves below, depth first, and how each is stored.
    var storedTypes: [StoredType] {
        switch shape {
        case .leaf(let stored): [stored]
        case .structure(let children): children.flatMap(\.storedTypes)
        case .list(let element): element.storedTypes
        case .runs(let column): column.storedTypes
        }
    }
}
