import S3DBCore

/// The schema of a file as a tree (parquet.thrift, `SchemaElement`).
public struct ParquetSchema: Sendable {
    /// The root, whose children are the columns.
    public var root = Node()

    /// How deep groups may nest.
    public static let nestingLimit = 64

    /// A column, or a group of them.
    public struct Node: Sendable {
        /// The name.
        public var name = ""
        /// How often a value stands where its parent does.
        public var repetition = ParquetRepetition.required
        /// How the values are stored; nil for groups.
        public var physicalType: ParquetPhysicalType?
        /// The bytes of a value of ``ParquetPhysicalType/fixedLengthByteArray``.
        public var typeByteCount = 0
        /// What the values mean; nil where the physical type says it.
        public var logicalType: ParquetLogicalType?
        /// The field's number in the schema that the file was made from, where the file has one.
        public var fieldID: Int32?
        /// The fields of a group.
        public var children: [Node] = []

        /// Makes an empty group.
        public init() {}
    }

    /// Makes the schema of no columns.
    public init() {}

    /// The leaf columns, depth first: the order of the column chunks.
    public var leaves: [Leaf] {
        var leaves: [Leaf] = []
        for child in root.children { Self.append(child, to: &leaves, behind: Leaf()) }
        return leaves
    }

    /// A leaf column.
    public struct Leaf: Sendable {
        /// The names from the root's child down.
        public var path: [String] = []
        /// The node.
        public var node = Node()
        /// The definition level of values that are not null.
        public var maximumDefinitionLevel = 0
        /// How many repeated nodes lie on the path.
        public var maximumRepetitionLevel = 0

        /// The path with dots between its parts.
        public var name: String { path.joined(separator: ".") }

        /// Whether this is the leaf with a name, or one below it. O(name): of many leaves below a group of a long name, a
        /// name each would take their product in memory.
        func isAt(_ name: String, orBelow: Bool) -> Bool {
            var rest = name.utf8[...]
            for (index, part) in path.enumerated() {
                if index > 0 {
                    if orBelow && rest.isEmpty { return true }
                    guard rest.popFirst() == UInt8(ascii: ".") else { return false }
                }
                guard rest.starts(with: part.utf8) else { return false }
                rest = rest.dropFirst(part.utf8.count)
            }
            return rest.isEmpty
        }
    }

    private static func append(_ node: Node, to leaves: inout [Leaf], behind parent: Leaf) {
        var leaf = parent
        leaf.path.append(node.name)
        if node.repetition != .required { leaf.maximumDefinitionLevel += 1 }
        if node.repetition == .repeated { leaf.maximumRepetitionLevel += 1 }
        if node.physicalType == nil {
            for child in node.children { append(child, to: &leaves, behind: leaf) }
        } else {
            leaf.node = node
            leaves.append(leaf)
        }
    }
}

extension ParquetSchema {
    /// An element of the depth-first list that the tree is stored as.
    struct Element {
        var node = Node()
        var type: Int32?
        var childCount: Int?
        var convertedType: Int32?
        var scale: Int32 = 0
        var precision: Int32 = 0
    }

    /// Makes a tree of its elements.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where they are none, or annotations do not fit the types below them.
    init(_ elements: [Element]) throws(S3DBError) {
        self.init()
        guard let first = elements.first else { throw Self.corrupt("it has no root") }
        var position = 0
        if first.type != nil && (first.childCount ?? 0) == 0 { throw Self.corrupt("its root is no group") }
        root = try Self.node(elements, at: &position, depth: 0)
        root.repetition = .required
        if position != elements.count { throw Self.corrupt("it has more elements than its groups have children") }
    }

    private static func node(_ elements: [Element], at position: inout Int, depth: Int) throws(S3DBError) -> Node {
        if depth > nestingLimit {
            throw S3DBError(.limitExceeded, "the schema nests deeper than \(nestingLimit) levels")
        }
        guard position < elements.count else { throw corrupt("its groups have more children than there are elements") }
        let element = elements[position]
        position += 1
        var node = element.node
        node.logicalType =
            node.logicalType
            ?? element.convertedType.flatMap {
                ParquetLogicalType.converted($0, precision: Int(element.precision), scale: Int(element.scale))
            }
        let childCount = element.childCount ?? 0
        guard let type = element.type, childCount == 0 else {
            // Each child takes an element at least.
            guard childCount <= elements.count - position else {
                throw corrupt(
                    "a group claims \(childCount) children where \(elements.count - position) elements follow")
            }
            node.children.reserveCapacity(childCount)
            for _ in 0..<childCount { node.children.append(try Self.node(elements, at: &position, depth: depth + 1)) }
            return node
        }
        guard let physicalType = ParquetPhysicalType(rawValue: type) else {
            throw corrupt("the column \(S3DBError.quoted(node.name)) is of the physical type \(type)")
        }
        node.physicalType = physicalType
        if let problem = LogicalTypeRules.problem(of: node) {
            throw corrupt("the column \(S3DBError.quoted(node.name)) \(problem)")
        }
        return node
    }

    private static func corrupt(_ problem: String) -> S3DBError {
        S3DBError(.corruptFile, "the file's schema is malformed: \(problem)")
    }
}

extension ParquetSchema.Element {
    init(_ reader: inout CompactReader) throws(S3DBError) {
        self.init()
        var last: Int16 = 0
        while let field = try reader.nextField(after: last) {
            last = field.id
            switch (field.id, field.type) {
            case (1, .i32): type = try reader.int32()
            case (2, .i32): node.typeByteCount = Int(try reader.int32())
            case (3, .i32):
                guard let repetition = ParquetRepetition(rawValue: try reader.int32()) else {
                    throw reader.corrupt("a field is neither required, optional nor repeated")
                }
                node.repetition = repetition
            case (4, .binary): node.name = try reader.string()
            case (5, .i32): childCount = try reader.count()
            case (6, .i32): convertedType = try reader.int32()
            case (7, .i32): scale = try reader.int32()
            case (8, .i32): precision = try reader.int32()
            case (9, .i32): node.fieldID = try reader.int32()
            case (10, .structure): node.logicalType = try ParquetLogicalType.read(&reader)
            default: try reader.skip(field.type)
            }
        }
    }
}
