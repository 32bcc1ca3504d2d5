/// Something in which two trees of outputs differ, by the values in their files.
public struct TreeDifference: Hashable, Sendable {
    /// In which way.
    public var kind: Kind
    /// The dataset.
    public var dataset: DatasetID
    /// The stretch of time.
    public var partition: Partition
    /// The key, the same in both trees.
    public var key: String
    /// What differs, in a sentence without its full stop.
    public var detail: String

    /// The ways in which trees differ.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// The file stands in the tree that is looked at, and not in the other.
        case onlyHere = "only-here"
        /// The file stands in the other tree alone.
        case onlyThere = "only-there"
        /// The files have other columns, or columns of other types.
        case schema
        /// The files have other numbers of rows.
        case rowCount = "row-count"
        /// Columns that both have hold other values, or the same in another order.
        case columnValues = "column-values"
        /// One of the files cannot be read.
        case unreadable
    }
}

/// How a dataset's outputs in two trees compare.
public struct TreeComparison: Sendable {
    /// The dataset.
    public var dataset: DatasetID
    /// The files that stand in both trees.
    public var pairCount = 0
    /// The rows of those in the tree that is looked at.
    public var rowCount = 0
    /// What differs, in the order of time.
    public var differences: [TreeDifference] = []

    init(dataset: DatasetID) {
        self.dataset = dataset
    }
}

extension TreeDifference {
    /// How two files differ by their checksums: columns are compared by name, whatever their order.
    static func all(_ here: TableChecksums, _ there: TableChecksums) -> [(kind: Kind, detail: String)] {
        var differences: [(kind: Kind, detail: String)] = []
        let ordered = here.schema.fields.sorted { $0.name < $1.name }
        let other = there.schema.fields.sorted { $0.name < $1.name }
        if let text = TableDifference.schemaDifference(Schema(anyNames: ordered), Schema(anyNames: other)) {
            differences.append((.schema, text))
        }
        if here.rowCount != there.rowCount {
            differences.append((.rowCount, "\(here.rowCount) rows, there \(there.rowCount)"))
            return differences
        }
        let names = here.schema.fields.map(\.name).filter { name in
            guard let (a, b) = here[name].flatMap({ a in there[name].map { (a, $0) } }) else { return false }
            return a != b
        }
        if !names.isEmpty {
            differences.append((.columnValues, "other values in \(names.joined(separator: ", "))"))
        }
        return differences
    }
}
