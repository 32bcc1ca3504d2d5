import S3DBCore

/// The schema of a file as it is written: a tree of which each leaf has its column chunks.
struct WrittenSchema: Sendable {
    /// The tree.
    let tree: ParquetSchema
    /// The columns, in the order of the table's schema.
    let columns: [WrittenColumn]
    /// The leaves of all columns, in the order of their chunks.
    let leaves: [WrittenLeaf]
    /// For each column the number of its first leaf.
    let firstLeaves: [Int]

    /// - Throws: ``S3DBError/Code/unsupported`` for types that Parquet does not have, and
    ///   ``S3DBError/Code/limitExceeded`` for columns that nest too deep for readers.
    init(_ schema: Schema) throws(S3DBError) {
        var columns: [WrittenColumn] = []
        columns.reserveCapacity(schema.fields.count)
        for field in schema.fields { columns.append(try WrittenColumn(field)) }
        var tree = ParquetSchema()
        tree.root.name = "schema"
        tree.root.children = columns.map(\.node)
        var firstLeaves: [Int] = []
        var stored: [StoredType] = []
        for column in columns {
            firstLeaves.append(stored.count)
            stored += column.storedTypes
        }
        self.tree = tree
        self.columns = columns
        self.firstLeaves = firstLeaves
        leaves = zip(tree.leaves, stored).map { WrittenLeaf(leaf: $0, stored: $1) }
    }

    /// The leaves of a column.
    func leaves(of column: Int) -> ArraySlice<WrittenLeaf> {
        leaves[firstLeaves[column]..<(column + 1 < firstLeaves.count ? firstLeaves[column + 1] : leaves.count)]
    }
}

/// A leaf column as it is written.
struct WrittenLeaf: Sendable {
    /// Where it stands in the schema.
    let leaf: ParquetSchema.Leaf
    /// How its values are stored.
    let stored: StoredType

    /// Whether it is a column of the table itself: a value, or a null, for each row.
    var isFlat: Bool { leaf.path.count == 1 }

    /// Whether a column that is flat may have nulls.
    var isNullable: Bool { leaf.maximumDefinitionLevel > 0 }
}
