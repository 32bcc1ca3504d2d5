/// What a key under a source prefix stands for.
///
/// The keys are `<collection>/<dataset>/year=<YYYY>/<unix seconds of the UTC day start>.csv.gz` and
/// `<collection>/<dataset>/METADATA.json`.
public enum SourceKey: Hashable, Sendable {
    /// The rows of a dataset's day.
    case day(DatasetID, UTCDay)
    /// A dataset's METADATA.json.
    case metadata(DatasetID)
    /// Anything else, which is ignored and counted.
    case other

    /// The name of a dataset's description.
    public static let metadataName = "METADATA.json"

    /// What the name of a day's object ends with.
    public static let dataSuffix = ".csv.gz"

    /// Reads a key relative to the source prefix.
    ///
    /// - Throws: ``S3DBError/Code/invalidSourceKey`` for a `.csv.gz` whose name or year does not fit.
    public init(_ key: String) throws(S3DBError) {
        let parts = key.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 3, parts[2] == Self.metadataName,
            let dataset = DatasetID(collection: String(parts[0]), name: String(parts[1]))
        {
            self = .metadata(dataset)
            return
        }
        guard key.hasSuffix(Self.dataSuffix) else {
            self = .other
            return
        }
        guard parts.count == 4, let dataset = DatasetID(collection: String(parts[0]), name: String(parts[1])),
            let seconds = Int64(parts[3].dropLast(Self.dataSuffix.utf8.count)),
            let day = UTCDay(startSeconds: seconds), SourceKey.day(dataset, day).key == key
        else {
            throw S3DBError(
                .invalidSourceKey, "the key is not that of a day",
                remedy: "Name it <collection>/<dataset>/year=<YYYY>/<unix seconds of the UTC day start>.csv.gz",
                at: .init(key: key))
        }
        self = .day(dataset, day)
    }

    /// What the keys of a dataset's days of one year begin with, those of `day`'s.
    static func yearPrefix(of dataset: DatasetID, _ day: UTCDay) -> String {
        "\(dataset)/year=\(padded(day.date.year, 4))/"
    }

    /// The key relative to the source prefix; empty for ``other``.
    public var key: String {
        switch self {
        case .day(let dataset, let day):
            Self.yearPrefix(of: dataset, day) + "\(day.startSeconds)\(Self.dataSuffix)"
        case .metadata(let dataset): "\(dataset)/\(Self.metadataName)"
        case .other: ""
        }
    }
}
