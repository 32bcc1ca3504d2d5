import S3DBCore
import S3Transport

/// One job as a message of a queue: what to make of which partition.
///
///     {"version": 1, "source": "s3://bucket/version5/aurora/gz/", "destination": "s3://lake/athena/",
///      "dataset": "miso/realtime_price", "partition": "2020-01", "overwrite": "if-stale",
///      "spec": {"format": "parquet", "codec": "zst", "level": 3, "layout": "athena", "partition": "month"}}
///
/// A message names no sources: they are listed when it is worked on, so that it can be run twice, late, or beside its
/// own twin. The stores are named for checking alone; see ``WorkerConfiguration``.
public struct JobMessage: Hashable, Sendable {
    /// The version of the message's form that is read and written.
    public static let version = 1
    /// The largest message that is read, in bytes of UTF-8.
    public static let byteLimit = 64 << 10

    /// What to make.
    public var spec: ConversionSpec
    /// Where the sources are; nil for the worker's own source.
    public var source: StoreURL?
    /// What stands there.
    public var sourceFormat: SourceFormat
    /// Where the outputs go; nil for the worker's own destination.
    public var destination: StoreURL?
    /// Of which dataset.
    public var dataset: DatasetID
    /// The stretch of time whose sources are read: the output's own, or for hours their day.
    public var partition: Partition
    /// What to do with outputs that stand already.
    public var policy: OverwritePolicy

    /// Makes a message.
    public init(
        spec: ConversionSpec, source: StoreURL? = nil, sourceFormat: SourceFormat = .csv,
        destination: StoreURL? = nil, dataset: DatasetID, partition: Partition, policy: OverwritePolicy = .ifStale
    ) {
        self.spec = spec
        self.source = source
        self.sourceFormat = sourceFormat
        self.destination = destination
        self.dataset = dataset
        self.partition = partition
        self.policy = policy
    }
}

extension JobMessage {
    /// The message as one line of JSON.
    public var text: String {
        var members: [JSONValue.Member] = [.init("version", .number(Self.version))]
        if let source { members.append(.init("source", .string(source.description))) }
        members += sourceFormat.jsonMembers
        if let destination { members.append(.init("destination", .string(destination.description))) }
        members += [
            .init("dataset", .string(dataset.description)), .init("partition", .string(partition.description)),
            .init("overwrite", .string(policy.rawValue)), .init("spec", .object(spec.jsonMembers)),
        ]
        return JSONValue.object(members).serialized()
    }

    private static let memberNames =
        [
            "version", "source", "destination", "dataset", "partition", "overwrite", "spec",
        ] + SourceFormat.memberNames

    /// Reads what ``text`` writes.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` beyond ``byteLimit``, ``S3DBError/Code/corruptFile`` for what is no
    ///   JSON, ``S3DBError/Code/unsupported`` for another version, ``S3DBError/Code/invalidSpec`` for what is no job.
    public init(parsing text: String) throws(S3DBError) {
        guard text.utf8.count <= Self.byteLimit else {
            throw S3DBError(.limitExceeded, "the message is larger than \(Self.byteLimit) bytes")
        }
        let json = try JSONValue.parse(text.utf8Span.span.bytes)
        if let version = json["version"]?.intValue, version != Self.version {
            throw S3DBError(
                .unsupported, "the message has version \(version)", remedy: "This program reads \(Self.version)")
        }
        let members = try JSONMembers(json, of: "a message", known: Self.memberNames)
        guard try members.number("version") != nil else { throw Self.invalid("the message has no version") }
        let named = try members.text("dataset")
        guard let dataset = DatasetID(named) else {
            throw Self.invalid("\(S3DBError.quoted(named)) is no name of a dataset")
        }
        guard let specJSON = try members.object("spec") else { throw Self.invalid("the message has no spec") }
        let spec = try ConversionSpec(
            try JSONMembers(specJSON, of: "a spec", known: ConversionSpec.memberNames))
        let stretch = try members.text("partition")
        guard let partition = Partition(stretch), partition.size == spec.size.jobSize else {
            throw Self.invalid("\(S3DBError.quoted(stretch)) is no \(spec.size.jobSize)")
        }
        self.init(
            spec: spec, source: try members.optionalText("source").map(StoreURL.init),
            sourceFormat: try SourceFormat(members),
            destination: try members.optionalText("destination").map(StoreURL.init),
            dataset: dataset, partition: partition,
            policy: try members.choice("overwrite", of: OverwritePolicy.self) ?? .ifStale)
    }

    private static func invalid(_ message: String) -> S3DBError {
        S3DBError(.invalidSpec, message, remedy: "Send what backfill enqueue sends")
    }
}

extension Optional {
    /// The same as `map`, for bodies that throw this package's error.
    fileprivate func map<Result>(_ body: (Wrapped) throws(S3DBError) -> Result) throws(S3DBError) -> Result? {
        switch self {
        case .some(let wrapped): try body(wrapped)
        case .none: nil
        }
    }
}
