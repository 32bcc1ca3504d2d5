import S3DBCore

/// The levels of a leaf column's values in a batch: `count` of each, or none where all are 0.
struct LeafLevels {
    /// Definition levels (`UInt16`).
    var definitions: Buffer
    /// Repetition levels (`UInt16`); empty for columns in no list.
    var repetitions: Buffer

    /// Calls `body` with both; there are no repetition levels where all are 0.
    func withLevels<Result>(
        _ body: (UnsafeBufferPointer<UInt16>, UnsafeBufferPointer<UInt16>?) -> Result
    ) -> Result {
        definitions.withElements(of: UInt16.self) { definitions in
            if repetitions.isEmpty { return body(definitions, nil) }
            return repetitions.withElements(of: UInt16.self) { body(definitions, $0) }
        }
    }
}

/// What is read of a leaf column for a batch: its values without those above them, and by which levels.
struct LeafBatch {
    var column: AnyColumn
    var levels: LeafLevels
}

/// Assembles nested columns from their leaves (S. Melnik et al., "Dremel", 2010, section 4).
struct ColumnAssembly {
    /// What was read of each leaf, by its number in the file's schema.
    let leaves: [Int: LeafBatch]

    /// The column at a node.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where the leaves do not agree on how often the node stands.
    func column(_ node: ColumnNode) throws(S3DBError) -> AnyColumn {
        switch node.shape {
        case .leaf:
            guard let leaf = leaves[node.leaves.first ?? -1] else { throw Self.mismatch(node) }
            return leaf.column
        case .structure(let children): return try structure(node, children)
        case .list(let element): return try list(node, element)
        }
    }

    private func structure(_ node: ColumnNode, _ children: [ColumnNode]) throws(S3DBError) -> AnyColumn {
        var columns: [AnyColumn] = []
        for child in children { columns.append(try column(child)) }
        let count = columns.first?.count ?? 0
        guard columns.allSatisfy({ $0.count == count }) else { throw Self.mismatch(node) }
        var validity: Bitmap?
        if node.field.isNullable {
            let bits = try levels(node).withLevels { Self.validity(of: node.levels, $0, $1) }
            guard bits.count == count else { throw Self.mismatch(node) }
            validity = bits
        }
        return AnyColumn(
            uncheckedType: node.field.type, count: count, validity: validity, storage: .structure(columns))
    }

    private func list(_ node: ColumnNode, _ element: ColumnNode) throws(S3DBError) -> AnyColumn {
        let elements = try column(element)
        guard let lists = try levels(node).withLevels({ Self.lists(of: node.levels, $0, $1) }),
            lists.elementCount == elements.count
        else { throw Self.mismatch(node) }
        return AnyColumn(
            uncheckedType: node.field.type, count: lists.validity.count,
            validity: node.field.isNullable ? lists.validity : nil,
            storage: .list(offsets: lists.offsets, elements: elements))
    }

    /// The levels of the first leaf below: all leaves agree on what lies above them.
    private func levels(_ node: ColumnNode) throws(S3DBError) -> LeafLevels {
        guard let leaf = leaves[node.leaves.first ?? -1] else { throw Self.mismatch(node) }
        return leaf.levels
    }

    private static func mismatch(_ node: ColumnNode) -> S3DBError {
        S3DBError(
            .corruptFile,
            "the columns within \(S3DBError.quoted(node.field.name)) do not have values in the same places")
    }

    // MARK: Levels

    /// Which values of a structure are not null.
    private static func validity(
        of node: ColumnNode.Levels, _ definitions: UnsafeBufferPointer<UInt16>,
        _ repetitions: UnsafeBufferPointer<UInt16>?
    ) -> Bitmap {
        var bits = BitmapBuilder()
        for index in definitions.indices {
            let definition = Int(definitions[index])
            if definition < node.element { continue }
            if let repetitions, Int(repetitions[index]) > node.repetition { continue }
            bits.append(definition >= node.definition)
        }
        return bits.freeze()
    }

    /// Where lists begin and end; nil where levels contradict each other.
    private static func lists(
        of node: ColumnNode.Levels, _ definitions: UnsafeBufferPointer<UInt16>,
        _ repetitions: UnsafeBufferPointer<UInt16>?
    ) -> (offsets: Buffer, validity: Bitmap, elementCount: Int)? {
        var offsets = BufferBuilder(capacity: (definitions.count + 1) * 4)
        var validity = BitmapBuilder()
        var elementCount = 0
        for index in definitions.indices {
            let definition = Int(definitions[index])
            let repetition = repetitions.map { Int($0[index]) } ?? 0
            if definition < node.element || repetition > node.repetition + 1 { continue }
            if repetition <= node.repetition {
                guard let offset = Int32(exactly: elementCount) else { return nil }
                offsets.append(value: offset)
                validity.append(definition >= node.definition)
            } else if validity.count == 0 || definition <= node.definition {
                return nil
            }
            if definition > node.definition { elementCount += 1 }
        }
        guard let end = Int32(exactly: elementCount) else { return nil }
        offsets.append(value: end)
        return (offsets.freeze(), validity.freeze(), elementCount)
    }
}
