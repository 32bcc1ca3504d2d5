/// What was found of one output.
public struct OutputVerification: Hashable, Sendable {
    /// The dataset.
    public var dataset: DatasetID
    /// The stretch of time.
    public var partition: Partition
    /// The key, relative to the destination prefix.
    public var key: ObjectKey
    /// What stands there, as a plan would say.
    public var state: PlannedOutput.State
    /// The rows that the file has, or where its structure does not tell, those that it says it has; nil where neither is
    /// known.
    public var rowCount: Int?
    /// Its sections and those that it lacks, in the order of their days; empty where another spec made it.
    public var sections: [SectionVerification] = []
    /// What does not hold.
    public var findings: [VerificationFinding] = []

    init(_ output: PlannedOutput, state: PlannedOutput.State) {
        dataset = output.dataset
        partition = output.partition
        key = output.key
        self.state = state
    }

    /// Whether all holds.
    public var holds: Bool { findings.isEmpty }

    /// The number of sections in each state.
    public var sectionStates: SectionStates {
        sections.reduce(into: SectionStates()) { $0.count($1.state) }
    }

    mutating func add(
        _ kind: VerificationFinding.Kind, days: [UTCDay] = [], _ detail: String, _ repair: VerificationFinding.Repair
    ) {
        findings.append(
            VerificationFinding(
                kind, dataset: dataset, partition: partition, key: key.text, days: days, detail: detail,
                repair: repair))
    }
}

/// What one span of sources contributes to an output.
public struct SectionVerification: Hashable, Sendable {
    /// The days of its sources, in order: one, unless the spec joins days.
    public var days: [UTCDay]
    /// How it compares with its sources.
    public var state: State
    /// Its rows; nil where they are not known.
    public var rowCount: Int?
    /// The bytes that it takes in the file; nil where they are not known.
    public var byteCount: Int?
    /// How many pieces limits cut it into; 0 for a missing one.
    public var pieceCount: Int

    /// How a section compares with its sources.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// It was made of what its sources are now.
        case current
        /// A source has changed, appeared or gone since, or its columns are others now.
        case stale
        /// The output lacks it.
        case missing
        /// All its sources are gone.
        case gone
    }
}

extension SectionStates {
    mutating func count(_ state: SectionVerification.State) {
        switch state {
        case .current: currentCount += 1
        case .stale: staleCount += 1
        case .missing: missingCount += 1
        case .gone: goneCount += 1
        }
    }
}

/// What was found of one dataset.
public struct DatasetVerification: Sendable {
    /// The dataset.
    public var dataset: DatasetID
    /// The outputs of the chosen partitions, in the order of time.
    public var outputs: [OutputVerification] = []
    /// What does not hold beside the outputs.
    public var otherFindings: [VerificationFinding] = []
    /// What could not be looked at, and sources that cannot be sources.
    public var failures: [S3DBError] = []

    init(dataset: DatasetID) {
        self.dataset = dataset
    }

    /// All that does not hold.
    public var findings: [VerificationFinding] { outputs.flatMap(\.findings) + otherFindings }
}
