import S3DBCore

/// What plans come to, without their outputs: a few figures for each dataset, whatever the number of files.
///
/// Plans of single datasets add up, so that no more than one of them need be in memory.
public struct PlanSummary: Sendable {
    /// The outputs of a dataset that are in one state.
    public struct Stretch: Hashable, Sendable {
        /// How many there are.
        public var count: Int
        /// The first of them.
        public var first: Partition
        /// The last of them.
        public var last: Partition
    }

    /// What a dataset comes to.
    public struct Figures: Hashable, Sendable {
        /// The outputs by the name of their state; states that none is in are absent.
        public var states: [String: Stretch] = [:]
        /// The stored bytes of the sources that its jobs read.
        public var sourceByteCount = 0
        /// The sections of all its outputs but the foreign ones.
        public var sections = SectionStates()

        /// Begins with nothing.
        public init() {}
    }

    /// An output that another spec, or something else, made.
    public struct Foreign: Hashable, Sendable {
        /// Its key.
        public var key: ObjectKey
        /// The spec; nil where it is not known.
        public var spec: String?
    }

    /// An output whose sources have changed.
    public struct Stale: Hashable, Sendable {
        /// Its key.
        public var key: ObjectKey
        /// Its sections.
        public var sections: SectionStates
    }

    /// The names of all states, in the order in which they are shown.
    public static let stateNames = ["current", "stale", "missing", "foreign", "orphaned"]
    /// How many foreign outputs are kept; the others are only counted.
    public static let foreignLimit = 10
    /// How many stale outputs are kept; the others are only counted.
    public static let staleLimit = 100

    /// The spec that the plans are made for.
    public let spec: ValidatedSpec
    /// The datasets that have outputs.
    public private(set) var figures: [DatasetID: Figures] = [:]
    /// The jobs whose outputs are to be written.
    public private(set) var jobCount = 0
    /// The outputs to be removed.
    public private(set) var removalCount = 0
    /// The first of the foreign outputs.
    public private(set) var foreign: [Foreign] = []
    /// The first of the stale outputs.
    public private(set) var stale: [Stale] = []
    /// What the user should know.
    public private(set) var warnings: [String]
    /// Columns without a declared type.
    public private(set) var undeclaredColumns: [UndeclaredColumn] = []
    /// How readers read the files that have several frames.
    public private(set) var frameAdvice: [FrameAdvice] = []
    /// Failures that belong to one object or dataset and leave the rest as it is.
    public private(set) var failures: [S3DBError] = []
    /// Objects under the source prefix that are no S3DB data.
    public private(set) var ignoredObjectCount = 0

    /// Begins without any plan.
    public init(_ spec: ValidatedSpec) {
        self.spec = spec
        warnings = spec.warnings
    }

    /// Sums up one plan. O(outputs).
    public init(_ plan: ConversionPlan) {
        self.init(plan.spec)
        add(plan)
    }

    /// Adds a plan of the spec. O(outputs).
    public mutating func add(_ plan: ConversionPlan) {
        for output in plan.outputs { add(output) }
        for job in plan.jobs {
            figures[job.dataset, default: Figures()].sourceByteCount += job.sources.reduce(0) { $0 + $1.info.byteCount }
        }
        jobCount += plan.jobs.count
        removalCount += plan.removals.count
        warnings += plan.warnings.filter { !warnings.contains($0) }
        undeclaredColumns += plan.undeclaredColumns
        if frameAdvice.isEmpty { frameAdvice = plan.frameAdvice }
        failures += plan.failures
        ignoredObjectCount += plan.ignoredObjectCount
    }

    private mutating func add(_ output: PlannedOutput) {
        let partition = output.partition
        let stretch = figures[output.dataset]?.states[output.state.name]
        figures[output.dataset, default: Figures()].states[output.state.name] = Stretch(
            count: (stretch?.count ?? 0) + 1, first: min(stretch?.first ?? partition, partition),
            last: max(stretch?.last ?? partition, partition))
        let sections = output.sections ?? SectionStates()
        figures[output.dataset, default: Figures()].sections += sections
        if output.state == .stale, stale.count < Self.staleLimit {
            stale.append(Stale(key: output.key, sections: sections))
        }
        if case .foreign(let spec) = output.state, foreign.count < Self.foreignLimit {
            foreign.append(Foreign(key: output.key, spec: spec))
        }
    }

    /// The datasets that have outputs, in order.
    public var datasets: [DatasetID] { figures.keys.sorted() }

    /// The number of outputs in each state, of one dataset or of all; also of states that none is in.
    public func counts(of dataset: DatasetID? = nil) -> [(state: String, count: Int)] {
        let chosen = dataset.map { [figures[$0] ?? Figures()] } ?? Array(figures.values)
        return Self.stateNames.map { name in (name, chosen.reduce(0) { $0 + ($1.states[name]?.count ?? 0) }) }
    }

    /// The sections of one dataset's outputs or of all.
    public func sections(of dataset: DatasetID? = nil) -> SectionStates {
        let chosen = dataset.map { [figures[$0] ?? Figures()] } ?? Array(figures.values)
        return chosen.reduce(into: SectionStates()) { $0 += $1.sections }
    }

    /// The stored bytes of the sources that all jobs read.
    public var sourceByteCount: Int { figures.values.reduce(0) { $0 + $1.sourceByteCount } }
}

extension Backfill {
    /// What ``plans()`` come to. Changes nothing.
    public func summary() async throws(S3DBError) -> PlanSummary {
        var summary = PlanSummary(spec)
        for try await plan in try await plans() { summary.add(plan) }
        return summary
    }
}
