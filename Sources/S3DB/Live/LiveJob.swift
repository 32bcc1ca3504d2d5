import S3DBCore
import S3Transport

/// What a listener makes of every file that lands: a spec, for some datasets, at a destination.
public struct LiveJob: Hashable, Sendable {
    /// The job's name, unique in its document: 1 to 64 letters, digits, dots, hyphens and underscores.
    public var name: String
    /// Which datasets it converts; see ``DatasetPattern``.
    public var datasets: [String]
    /// The URL of the destination prefix.
    public var destination: String
    /// What it makes.
    public var spec: ConversionSpec
    /// How often it updates a partition.
    public var pacing: LivePacing
    /// Whether it rests: nothing is converted for it until it is resumed, which then catches up.
    public var isPaused: Bool

    /// Makes a job.
    ///
    /// - Parameter pacing: Where nil, what is usual for the size of the partitions.
    public init(
        name: String, datasets: [String] = ["*/*"], destination: String, spec: ConversionSpec,
        pacing: LivePacing? = nil, isPaused: Bool = false
    ) {
        self.name = name
        self.datasets = datasets
        self.destination = destination
        self.spec = spec
        self.pacing = pacing ?? LivePacing(of: spec.size)
        self.isPaused = isPaused
    }

    /// Whether it converts a dataset.
    public func matches(_ dataset: DatasetID) -> Bool {
        datasets.contains { DatasetPattern($0).matches(dataset) }
    }

    /// Checks everything that can be told without looking into a store.
    ///
    /// - Parameter source: Where the listener reads; the destination must lie apart from it.
    /// - Returns: The spec, checked.
    /// - Throws: ``S3DBError/Code/invalidSpec`` or another code that says which part of the job is wrong.
    public func validated(source: StoreURL?, in registry: Registry) throws(S3DBError) -> ValidatedSpec {
        do throws(S3DBError) {
            try checkName()
            if datasets.isEmpty {
                throw S3DBError(.invalidSpec, "no dataset is chosen", remedy: "Write */* for all")
            }
            let destination = try StoreURL(destination)
            if let source { try Backfill.refuseOverlap(of: destination, with: source) }
            let validated = try spec.validated(in: registry)
            try checkUpdates(validated)
            try pacing.check()
            return validated
        } catch {
            throw S3DBError(
                error.code, "job \(S3DBError.quoted(name)): \(error.message)", remedy: error.remedy,
                at: error.location, cause: error.cause)
        }
    }

    /// Refuses partitions of many days of which no day can be replaced alone: each event would make all of it anew.
    private func checkUpdates(_ spec: ValidatedSpec) throws(S3DBError) {
        let size = spec.spec.size
        guard let codec = spec.outerCodec, !codec.hasIndependentPieces, size == .month || size == .year else { return }
        throw S3DBError(
            .unsupported, "live partitions of a \(size) cannot be compressed as a whole with \(codec.name)",
            remedy: "Take another codec, hour or day, or layout athena, where pages are compressed")
    }

    private func checkName() throws(S3DBError) {
        let isAllowed = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isAllowed, (1...64).contains(name.utf8.count) else {
            throw S3DBError(
                .invalidSpec, "that is no name of a job",
                remedy: "Names have 1 to 64 letters, digits, dots, hyphens and underscores")
        }
    }
}
