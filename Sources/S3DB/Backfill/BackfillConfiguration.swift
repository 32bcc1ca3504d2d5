import S3DBCore

/// What a backfill is to do: from where to where, what to make of which datasets and days.
public struct BackfillConfiguration: Sendable {
    /// The URL of the source prefix: a directory (path or `file://`) or `s3://bucket/prefix/`.
    public var source: String
    /// What stands there: the days of a lake, or tables that were made of them.
    public var sourceFormat: SourceFormat
    /// The URL of the destination prefix, likewise.
    public var destination: String
    /// What to make.
    public var spec: ConversionSpec
    /// Of which datasets.
    public var datasets: DatasetSelection
    /// Of which days.
    public var days: DaySelection
    /// What to do with outputs that stand already.
    public var policy: OverwritePolicy
    /// Whether outputs whose sources are gone are removed.
    public var prunes: Bool
    /// What the work may use.
    public var limits: EngineLimits

    /// Makes a configuration.
    public init(
        source: String, sourceFormat: SourceFormat = .csv, destination: String, spec: ConversionSpec,
        datasets: DatasetSelection = .all, days: DaySelection = DaySelection(), policy: OverwritePolicy = .ifStale,
        prunes: Bool = false,
        limits: EngineLimits = EngineLimits()
    ) {
        self.source = source
        self.sourceFormat = sourceFormat
        self.destination = destination
        self.spec = spec
        self.datasets = datasets
        self.days = days
        self.policy = policy
        self.prunes = prunes
        self.limits = limits
    }
}

/// Which of a source's datasets are meant.
public enum DatasetSelection: Hashable, Sendable {
    /// All that there are.
    case all
    /// Those that match one of the patterns; see ``DatasetPattern``.
    case matching([String])

    /// The chosen ones of `datasets`, each once, in their order.
    ///
    /// - Throws: ``S3DBError/Code/unknownName`` for a pattern that matches none, with the nearest name, and
    ///   ``S3DBError/Code/notFound`` when there are none at all.
    public func chosen(of datasets: [DatasetID], at place: String) throws(S3DBError) -> [DatasetID] {
        guard !datasets.isEmpty else {
            throw S3DBError(
                .notFound, "there is no dataset under \(place)",
                remedy: "Give the prefix that holds <collection>/<dataset>/")
        }
        guard case .matching(let texts) = self else { return datasets }
        var chosen: Set<DatasetID> = []
        for text in texts {
            let pattern = DatasetPattern(text)
            let matches = datasets.filter(pattern.matches)
            guard !matches.isEmpty else { throw pattern.unknown(among: datasets) }
            chosen.formUnion(matches)
        }
        return datasets.filter(chosen.contains)
    }
}
