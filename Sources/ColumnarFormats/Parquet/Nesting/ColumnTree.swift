import S3DBCore

/// Makes the tree that columns are assembled by of a file's schema
/// (https://github.com/apache/parquet-format/blob/master/LogicalTypes.md, "Nested Types").
struct ColumnTree {
    private let options: ParquetReadOptions
    private let selection: Set<Int>?
    private var nextLeaf = 0

    /// The columns of a schema, those that the options leave out left out.
    ///
    /// - Throws: ``S3DBError/Code/missingColumn`` for a path that leads nowhere, ``S3DBError/Code/unsupported`` for a group
    ///   without fields.
    static func columns(
        of schema: ParquetSchema, _ options: ParquetReadOptions
    ) throws(S3DBError) -> [ColumnNode] {
        var tree = ColumnTree(options: options, selection: try selection(schema, options.columns))
        var columns: [ColumnNode] = []
        for child in schema.root.children {
            if let column = try tree.column(child, ColumnNode.Levels()) { columns.append(column) }
        }
        return columns
    }

    private init(options: ParquetReadOptions, selection: Set<Int>?) {
        self.options = options
        self.selection = selection
    }

    /// The leaves below some paths; nil for all.
    private static func selection(_ schema: ParquetSchema, _ paths: [String]?) throws(S3DBError) -> Set<Int>? {
        guard let paths else { return nil }
        let leaves = schema.leaves
        var selection: Set<Int> = []
        for path in paths {
            let found = leaves.indices.filter { leaves[$0].isAt(path, orBelow: true) }
            if found.isEmpty {
                throw S3DBError(
                    .missingColumn, "there is no column \(S3DBError.quoted(path))",
                    remedy: "There are: " + schema.root.children.map(\.name).joined(separator: ", "))
            }
            selection.formUnion(found)
        }
        return selection
    }

    /// A child of a group, as its repetition says.
    private mutating func column(
        _ node: ParquetSchema.Node, _ outer: ColumnNode.Levels
    ) throws(S3DBError) -> ColumnNode? {
        var levels = outer
        switch node.repetition {
        case .required: return try value(node, levels, isNullable: false)
        case .optional:
            levels.definition += 1
            return try value(node, levels, isNullable: true)
        case .repeated:
            // Without annotation: a list that is never null, of elements that are never null.
            guard let element = try value(node, Self.inside(levels), isNullable: false) else { return nil }
            return list(of: element, named: node.name, levels, isNullable: false)
        }
    }

    /// The levels of a list's elements.
    private static func inside(_ levels: ColumnNode.Levels) -> ColumnNode.Levels {
        ColumnNode.Levels(
            definition: levels.definition + 1, repetition: levels.repetition + 1, element: levels.definition + 1)
    }

    /// What stands at a node whose repetition is settled.
    private mutating func value(
        _ node: ParquetSchema.Node, _ levels: ColumnNode.Levels, isNullable: Bool
    ) throws(S3DBError) -> ColumnNode? {
        if node.physicalType != nil { return try leaf(node, levels, isNullable: isNullable) }
        if let repeated = node.children.first, node.children.count == 1, repeated.repetition == .repeated {
            if node.logicalType == .map, repeated.physicalType == nil, repeated.children.count == 2 {
                return try map(node, repeated, levels, isNullable: isNullable)
            }
            if node.logicalType == .list || node.logicalType == .map {
                guard let element = try self.element(repeated, of: node, Self.inside(levels)) else { return nil }
                return list(of: element, named: node.name, levels, isNullable: isNullable)
            }
        }
        return try structure(node, levels, isNullable: isNullable)
    }

    // MARK: Lists and maps

    private func list(
        of element: ColumnNode, named name: String, _ levels: ColumnNode.Levels, isNullable: Bool
    ) -> ColumnNode {
        ColumnNode(
            Field(name, .list(element.field), isNullable: isNullable), .list(element), levels, leaves: element.leaves)
    }

    /// The element of a list: the field of the repeated group, or in legacy shapes the repeated node itself
    /// (LogicalTypes.md, "Lists", "Backward-compatibility rules").
    private mutating func element(
        _ repeated: ParquetSchema.Node, of list: ParquetSchema.Node, _ levels: ColumnNode.Levels
    ) throws(S3DBError) -> ColumnNode? {
        let isElement =
            repeated.physicalType != nil || repeated.children.count != 1 || repeated.name == "array"
            || repeated.name == list.name + "_tuple" || repeated.children[0].repetition == .repeated
        if isElement { return try value(repeated, levels, isNullable: false) }
        return try column(repeated.children[0], levels)
    }

    private mutating func map(
        _ node: ParquetSchema.Node, _ entries: ParquetSchema.Node, _ levels: ColumnNode.Levels, isNullable: Bool
    ) throws(S3DBError) -> ColumnNode? {
        guard let entry = try structure(entries, Self.inside(levels), isNullable: false) else { return nil }
        // With its keys or values left out it is no map any more.
        guard entry.field.type.children.count == 2 else {
            return list(of: entry, named: node.name, levels, isNullable: isNullable)
        }
        let type = DataType.map(entries: entry.field, keysAreSorted: false)
        return ColumnNode(
            Field(node.name, type, isNullable: isNullable), .list(entry), levels, leaves: entry.leaves)
    }

    // MARK: Structures and leaves

    private mutating func structure(
        _ node: ParquetSchema.Node, _ levels: ColumnNode.Levels, isNullable: Bool
    ) throws(S3DBError) -> ColumnNode? {
        if node.children.isEmpty {
            throw S3DBError(
                .unsupported, "the group \(S3DBError.quoted(node.name)) has no fields: nothing tells when it is null",
                remedy: "Write the file anew without it")
        }
        var children: [ColumnNode] = []
        for child in node.children {
            if let column = try column(child, levels) { children.append(column) }
        }
        if children.isEmpty { return nil }
        return ColumnNode(
            Field(node.name, .structure(children.map(\.field)), isNullable: isNullable), .structure(children), levels,
            leaves: children.flatMap(\.leaves))
    }

    private mutating func leaf(
        _ node: ParquetSchema.Node, _ levels: ColumnNode.Levels, isNullable: Bool
    ) throws(S3DBError) -> ColumnNode? {
        let number = nextLeaf
        nextLeaf += 1
        if let selection, !selection.contains(number) { return nil }
        let (type, conversion) = try LeafConversion.of(node, int96Unit: options.int96Unit)
        return ColumnNode(
            Field(node.name, type, isNullable: isNullable || type == .null), .leaf(conversion), levels,
            leaves: [number])
    }
}
