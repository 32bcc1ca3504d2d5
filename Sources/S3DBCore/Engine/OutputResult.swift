/// What became of one output.
public struct OutputResult: Sendable {
    /// The dataset; nil for a failure that belongs to none.
    public var dataset: DatasetID?
    /// The stretch of time; nil for failures that belong to a source object or dataset.
    public var partition: Partition?
    /// The output's key, or the key that failed.
    public var key: String
    /// How it ended.
    public var outcome: Outcome
    /// What its job moved to make it; of a job with several outputs, the hours of a day, the first has all of it.
    public var cost = TransferCost()

    /// How an output ended.
    public enum Outcome: Sendable {
        /// It was written.
        case written(Written)
        /// Nothing was to be done: it is current, or has no rows and never had.
        case unchanged
        /// It was removed, as its sources are gone.
        case removed
        /// It failed, and what stood there still stands.
        case failed(S3DBError)

        /// Whether nothing was to be done.
        var isUnchanged: Bool { if case .unchanged = self { true } else { false } }
    }

    /// Figures of an output that was written.
    public struct Written: Hashable, Sendable {
        /// Its rows.
        public var rowCount: Int
        /// Its size in bytes.
        public var byteCount: Int
        /// Its sections.
        public var sectionCount: Int
        /// Rows that do not lie in their object's UTC day, of the sources that were read.
        public var outsideRowCount: Int
        /// The sections that were kept as they stood in the output before.
        public var keptSectionCount = 0
        /// Why nothing was kept of the output that this spec had made before; nil where something was, or none stood.
        public var rebuildReason: String?
    }
}

extension OutputResult {
    /// A failure that belongs to no output.
    public init(_ failure: S3DBError) {
        self.init(dataset: nil, partition: nil, key: failure.location.key ?? "", outcome: .failed(failure))
    }
}

/// How far a run has come, readable from anywhere at any time.
public struct ConversionProgress: Hashable, Sendable {
    /// Stored bytes of sources that were read.
    public var sourceByteCount = 0
    /// Rows read.
    public var rowCount = 0
    /// Outputs written.
    public var outputCount = 0
    /// Outputs that failed, but for those that a stop cut short.
    public var failureCount = 0
    /// Jobs that came to their end.
    public var jobCount = 0

    /// Starts with nothing done.
    public init() {}
}
