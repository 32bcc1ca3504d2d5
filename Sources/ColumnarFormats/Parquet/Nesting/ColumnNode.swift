import S3DBCore

/// A node of the tree that columns are assembled by: the file's schema with its legacy shapes resolved, as Arrow has it.
final class ColumnNode: Sendable {
    /// What Arrow makes of the node.
    let field: Field
    /// What the node is made of.
    let shape: Shape
    /// When the node has a value.
    let levels: Levels
    /// The leaves below, by their numbers in the file's schema.
    let leaves: [Int]

    enum Shape: Sendable {
        case leaf(LeafConversion)
        case structure([ColumnNode])
        /// Lists and maps; the elements of maps are their entries.
        case list(ColumnNode)
    }

    /// The levels by which a node's values are told apart (Dremel, "Nested columnar storage").
    struct Levels: Hashable, Sendable {
        /// From which definition level on the node is not null.
        var definition = 0
        /// How many repeated nodes lie above.
        var repetition = 0
        /// From which definition level on the innermost list above has an element; 0 where there is no list.
        var element = 0
    }

    init(_ field: Field, _ shape: Shape, _ levels: Levels, leaves: [Int]) {
        self.field = field
        self.shape = shape
        self.levels = levels
        self.leaves = leaves
    }

    /// The node's columns, by their numbers in `leaves`' order, and what they are made of.
    func forEachLeaf(_ body: (Int, ColumnNode) -> Void) {
        switch shape {
        case .leaf: for leaf in leaves { body(leaf, self) }
        case .structure(let children): for child in children { child.forEachLeaf(body) }
        case .list(let element): element.forEachLeaf(body)
        }
    }
}
