import S3DBCore

/// What verifications come to: a few figures for each dataset, and what would set right what does not hold.
public struct VerificationSummary: Sendable {
    /// What a dataset comes to.
    public struct Figures: Hashable, Sendable {
        /// The outputs that were looked at.
        public var outputCount = 0
        /// Those of which all holds.
        public var holdingCount = 0
        /// The rows of files, as far as they are known.
        public var rowCount = 0
        /// The sections of all files that the spec made, and those that they lack.
        public var sections = SectionStates()
        /// How many findings there are of each kind; kinds without any are absent.
        public var findingCounts: [VerificationFinding.Kind: Int] = [:]

        /// Begins with nothing.
        public init() {}

        /// All findings.
        public var findingCount: Int { findingCounts.values.reduce(0, +) }

        static func += (a: inout Figures, b: Figures) {
            a.outputCount += b.outputCount
            a.holdingCount += b.holdingCount
            a.rowCount += b.rowCount
            a.sections += b.sections
            a.findingCounts.merge(b.findingCounts, uniquingKeysWith: +)
        }
    }

    /// Neighbouring outputs of a dataset that must be written whatever stands there.
    public struct Stretch: Hashable, Sendable {
        /// The dataset.
        public var dataset: DatasetID
        /// The days that they touch.
        public var days: ClosedRange<UTCDay>
    }

    /// The figures of the datasets that were looked at.
    public private(set) var figures: [DatasetID: Figures] = [:]
    /// The first findings of each dataset and kind; the others are only counted.
    public private(set) var shownFindings: [VerificationFinding] = []
    /// What could not be looked at, and sources that cannot be sources.
    public private(set) var failures: [S3DBError] = []
    /// Whether a run writes something that is missing or stale.
    public private(set) var needsRun = false
    /// Whether a run that prunes removes something.
    public private(set) var needsPruning = false
    /// What must be written whatever stands there, in the order of datasets and days.
    public private(set) var overwrites: [Stretch] = []
    /// Whether something was found that no command sets right.
    public private(set) var needsPerson = false

    /// How many findings of a dataset and kind are kept.
    public static let shownLimit = 10

    /// Begins without any verification.
    public init() {}

    /// Adds what was found of a dataset.
    public mutating func add(_ verification: DatasetVerification) {
        var added = Figures()
        for output in verification.outputs {
            added.outputCount += 1
            added.holdingCount += output.holds ? 1 : 0
            added.rowCount = added.rowCount.addingReportingOverflow(output.rowCount ?? 0).partialValue
            added.sections += output.sectionStates
            if output.findings.contains(where: { $0.repair == .overwrite }) { addOverwrite(of: output) }
        }
        for finding in verification.findings {
            let count = added.findingCounts[finding.kind, default: 0]
            added.findingCounts[finding.kind] = count + 1
            if count < Self.shownLimit { shownFindings.append(finding) }
            switch finding.repair {
            case .run: needsRun = true
            case .prune: needsPruning = true
            case .overwrite: break
            case .none: needsPerson = true
            }
        }
        figures[verification.dataset, default: Figures()] += added
        failures += verification.failures
    }

    /// Outputs come in the order of time, so that neighbours come one behind the other.
    private mutating func addOverwrite(of output: OutputVerification) {
        let days = output.partition.days
        if let last = overwrites.last, last.dataset == output.dataset,
            days.lowerBound.number <= last.days.upperBound.number + 1, last.days.lowerBound <= days.lowerBound
        {
            overwrites[overwrites.count - 1].days = last.days.lowerBound...max(last.days.upperBound, days.upperBound)
        } else {
            overwrites.append(Stretch(dataset: output.dataset, days: days))
        }
    }

    /// The datasets that were looked at, in order.
    public var datasets: [DatasetID] { figures.keys.sorted() }

    /// The figures of all datasets together.
    public var total: Figures { figures.values.reduce(into: Figures()) { $0 += $1 } }

    /// Whether all holds.
    public var holds: Bool { total.findingCount == 0 && failures.isEmpty }
}
