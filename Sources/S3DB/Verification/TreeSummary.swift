import S3DBCore

/// What comparisons with another tree come to.
public struct TreeSummary: Sendable {
    /// What a dataset comes to.
    public struct Figures: Hashable, Sendable {
        /// The files that stand in both trees.
        public var pairCount = 0
        /// The rows of those in the tree that is looked at.
        public var rowCount = 0
        /// How many files differ in each way; ways in which none does are absent.
        public var differenceCounts: [TreeDifference.Kind: Int] = [:]

        /// Begins with nothing.
        public init() {}

        /// All differences.
        public var differenceCount: Int { differenceCounts.values.reduce(0, +) }
    }

    /// The URL of the other tree.
    public let other: String
    /// The figures of the datasets that were compared.
    public private(set) var figures: [DatasetID: Figures] = [:]
    /// All differences, in the order of datasets and time.
    public private(set) var differences: [TreeDifference] = []

    /// Begins without any comparison.
    public init(with other: String) {
        self.other = other
    }

    /// Adds what was found of a dataset.
    public mutating func add(_ comparison: TreeComparison) {
        var added = Figures()
        added.pairCount = comparison.pairCount
        added.rowCount = comparison.rowCount
        for difference in comparison.differences { added.differenceCounts[difference.kind, default: 0] += 1 }
        figures[comparison.dataset] = added
        differences += comparison.differences
    }

    /// The datasets that were compared, in order.
    public var datasets: [DatasetID] { figures.keys.sorted() }

    /// The figures of all datasets together.
    public var total: Figures {
        figures.values.reduce(into: Figures()) { total, figures in
            total.pairCount += figures.pairCount
            total.rowCount += figures.rowCount
            total.differenceCounts.merge(figures.differenceCounts, uniquingKeysWith: +)
        }
    }

    /// Whether both trees hold the same.
    public var holds: Bool { differences.isEmpty }
}

extension Backfill {
    /// Compares the outputs of the chosen datasets with those under the same keys in another tree, by the values in the
    /// files. Changes nothing.
    ///
    /// - Throws: What ``datasets()`` throws, and what a comparison throws that concerns more than one file.
    public func compare(with other: any ObjectStore) async throws(S3DBError) -> TreeSummary {
        var summary = TreeSummary(with: other.description)
        for dataset in try await datasets() {
            summary.add(try await converter.comparison(spec, of: dataset, with: other, days: configuration.days))
        }
        return summary
    }
}

extension TreeSummary {
    /// The comparison as JSON: `other`, `pairs`, `rows`, the number of `differences` of each kind, and all of them as
    /// `list`.
    public var json: JSONValue {
        let total = total
        return [
            "other": .string(other), "pairs": .number(total.pairCount), "rows": .number(total.rowCount),
            "differences": .counts(
                TreeDifference.Kind.allCases.compactMap { kind in
                    total.differenceCounts[kind].map { (state: kind.rawValue, count: $0) }
                }),
            "list": .array(
                differences.map { difference in
                    [
                        "kind": .string(difference.kind.rawValue), "dataset": .string(difference.dataset.description),
                        "partition": .string(difference.partition.description), "key": .string(difference.key),
                        "detail": .string(difference.detail),
                    ]
                }),
        ]
    }
}
