/// What a conversion would do: a value that reads well and changes nothing.
public struct ConversionPlan: Sendable {
    /// The spec that it is made for.
    public var spec: ValidatedSpec
    /// What to do with outputs that stand already.
    public var policy: OverwritePolicy = .ifStale
    /// The dataset that it is for; nil for several.
    public var dataset: DatasetID?
    /// The outputs of the chosen partitions and their states, in the order of datasets and time.
    public var outputs: [PlannedOutput] = []
    /// What is to be done: the jobs whose outputs are to be written.
    public var jobs: [ConversionJob] = []
    /// Outputs to be removed, as their sources are gone.
    public var removals: [PlannedOutput] = []
    /// The datasets whose METADATA.json is copied along.
    public var metadataCopies: [DatasetID] = []
    /// Failures that belong to one object or dataset and leave the rest as it is.
    public var failures: [S3DBError] = []
    /// What the user should know.
    public var warnings: [String] = []
    /// Columns without a declared type.
    public var undeclaredColumns: [UndeclaredColumn] = []
    /// Objects under the source prefix that are no S3DB data.
    public var ignoredObjectCount = 0

    /// Adds what another plan of the same spec has.
    public mutating func append(_ other: ConversionPlan) {
        outputs += other.outputs
        jobs += other.jobs
        removals += other.removals
        metadataCopies += other.metadataCopies
        failures += other.failures
        warnings += other.warnings
        undeclaredColumns += other.undeclaredColumns
        ignoredObjectCount += other.ignoredObjectCount
    }

    /// The stored bytes of the sources that the jobs read.
    public var sourceByteCount: Int {
        jobs.reduce(0) { $0 + $1.sources.reduce(0) { $0 + $1.info.byteCount } }
    }
}

/// A column of a source that METADATA.json does not declare, which is read as text.
public struct UndeclaredColumn: Hashable, Sendable {
    /// The dataset.
    public var dataset: DatasetID
    /// The column's name.
    public var name: String
    /// The first value in the source that was looked at; nil where that has no rows.
    public var sample: String?
}

/// One output file and what stands in its place now.
public struct PlannedOutput: Hashable, Sendable {
    /// The dataset.
    public var dataset: DatasetID
    /// The stretch of time.
    public var partition: Partition
    /// The key, relative to the destination prefix.
    public var key: ObjectKey
    /// What stands there.
    public var state: State
    /// The version of what stands there.
    public var version: VersionToken?
    /// The size of what stands there, in bytes.
    public var byteCount: Int?
    /// What a stale output was made from; nil in every other state.
    public var standing: Provenance?
    /// How its sections compare with its sources; nil where another spec made what stands there.
    public var sections: SectionStates?

    /// The state of an output.
    public enum State: Hashable, Sendable {
        /// It was made from these sources under this spec and schema.
        case current
        /// It was made under this spec from other sources or another schema.
        case stale
        /// Nothing stands there.
        case missing
        /// Something made under another spec, or by something else, stands there.
        case foreign(spec: String?)
        /// Its sources are gone.
        case orphaned

        /// The state in one word.
        public var name: String {
            switch self {
            case .current: "current"
            case .stale: "stale"
            case .missing: "missing"
            case .foreign: "foreign"
            case .orphaned: "orphaned"
            }
        }
    }
}

/// The unit of work: the outputs that one set of sources is read for.
///
/// For hours these are a day's, of which those without rows are not written; else there is one.
public struct ConversionJob: Hashable, Sendable {
    /// The dataset.
    public var dataset: DatasetID
    /// The stretch of time whose sources are read: the output's own, or for hours their day.
    public var span: Partition
    /// The days that there are, in order.
    public var sources: [Source]
    /// The outputs to write.
    public var outputs: [PlannedOutput]
    /// The declared types; nil where they are assumed to be text.
    public var metadata: DatasetMetadata?

    /// The object of one UTC day.
    public struct Source: Hashable, Sendable {
        /// The day.
        public var day: UTCDay
        /// The object, its key relative to the source prefix.
        public var info: ObjectInfo
    }
}

/// Which days choose the partitions to convert; a partition is always made from all of its days.
public struct DaySelection: Hashable, Sendable {
    /// The first day; nil for the first that there is.
    public var from: UTCDay?
    /// The last day, inclusive; nil for the last that there is.
    public var to: UTCDay?
    /// Only so many of the newest days.
    public var latest: Int?

    /// Selects days; all without arguments.
    public init(from: UTCDay? = nil, to: UTCDay? = nil, latest: Int? = nil) {
        self.from = from
        self.to = to
        self.latest = latest
    }

    /// The chosen ones of `days`, which are in order.
    func chosen(of days: [UTCDay]) -> [UTCDay] {
        let within = days.filter { contains($0) }
        return latest.map { Array(within.suffix(max(0, $0))) } ?? within
    }

    /// Whether a day lies between `from` and `to`.
    func contains(_ day: UTCDay) -> Bool {
        (from.map { $0 <= day } ?? true) && (to.map { day <= $0 } ?? true)
    }
}

/// What to do with outputs that stand already.
public enum OverwritePolicy: String, Hashable, Sendable, CaseIterable {
    /// Write what is missing or stale; refuse what is foreign.
    case ifStale = "if-stale"
    /// Write everything, whatever stands there.
    case always
    /// Write only what is missing.
    case never
}
