import S3DBCore
import S3Transport

/// The jobs of a listener, as the JSON document that people and the `jobs` commands edit.
///
///     {
///       "version": 1,
///       "jobs": [
///         {"name": "athena", "datasets": ["*/*"], "destination": "s3://lake/athena/", "format": "parquet",
///          "codec": "sz", "layout": "athena", "partition": "day"}
///       ]
///     }
///
/// Version 2 has a pace for each job: `settle`, `interval` and `staleness`. A document says the lowest version that its
/// jobs need, so that older programs read what they can follow.
public struct LiveJobDocument: Hashable, Sendable {
    /// The versions of the document's form that are read and written.
    public static let versions = 1...2
    /// The most jobs that a document can have.
    public static let maximumJobCount = 1000

    /// The jobs, in the order in which they were added.
    public private(set) var jobs: [LiveJob]

    /// Makes a document without jobs.
    public init() {
        jobs = []
    }

    /// Reads a document.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` for what is no JSON, ``S3DBError/Code/unsupported`` for another version,
    ///   ``S3DBError/Code/invalidSpec`` for what is no list of jobs.
    public init(parsing bytes: RawSpan) throws(S3DBError) {
        let json = try JSONValue.parse(bytes)
        guard let version = json["version"]?.intValue else {
            throw S3DBError(
                .invalidSpec, "the document has no version",
                remedy: "Begin it with \"version\": \(Self.versions.upperBound)")
        }
        guard Self.versions.contains(version) else {
            throw S3DBError(
                .unsupported, "the document has version \(version)",
                remedy: "This program reads \(Self.versions.lowerBound) to \(Self.versions.upperBound)")
        }
        guard let elements = json["jobs"]?.arrayValue else {
            throw S3DBError(.invalidSpec, "the document has no array of jobs")
        }
        jobs = []
        for element in elements {
            let paced = LivePacing.memberNames.first { element[$0] != nil }
            if version < Self.pacedVersion, let paced {
                throw S3DBError(
                    .invalidSpec, "the document has version \(version) and the member \(S3DBError.quoted(paced))",
                    remedy: "Make its version \(Self.pacedVersion)")
            }
            try append(LiveJob(json: element))
        }
    }

    /// The first version in which jobs have a pace.
    private static let pacedVersion = 2

    /// The lowest version that has all that the jobs need.
    private var version: Int {
        jobs.contains(where: \.hasOwnPacing) ? Self.pacedVersion : Self.versions.lowerBound
    }

    /// The document as text, one job a line.
    public var text: String {
        let lines = jobs.map { "    \($0.json.serialized())" }
        let list = lines.isEmpty ? "[]" : "[\n\(lines.joined(separator: ",\n"))\n  ]"
        return "{\n  \"version\": \(version),\n  \"jobs\": \(list)\n}\n"
    }

    /// The job of a name; nil where there is none.
    public subscript(name: String) -> LiveJob? { jobs.first { $0.name == name } }

    private mutating func append(_ job: LiveJob) throws(S3DBError) {
        guard self[job.name] == nil else {
            throw S3DBError(
                .duplicateName, "there is a job \(S3DBError.quoted(job.name)) already", remedy: "Choose another name")
        }
        guard jobs.count < Self.maximumJobCount else {
            throw S3DBError(.limitExceeded, "there are \(jobs.count) jobs already")
        }
        jobs.append(job)
    }

    /// Adds a job that is valid by itself and beside the others.
    ///
    /// - Throws: What ``LiveJob/validated(source:in:)`` throws, ``S3DBError/Code/duplicateName``, and
    ///   ``S3DBError/Code/invalidSpec`` for one that could write the key of another.
    public mutating func add(_ job: LiveJob, source: StoreURL?, in registry: Registry) throws(S3DBError) {
        let spec = try job.validated(source: source, in: registry)
        for other in jobs {
            try job.refuseSharedKeys(spec, with: other, try other.validated(source: nil, in: registry))
        }
        try append(job)
    }

    /// Pauses a job or lets it go on.
    ///
    /// - Throws: ``S3DBError/Code/unknownName`` with the nearest name.
    public mutating func setPaused(_ isPaused: Bool, _ name: String) throws(S3DBError) {
        jobs[try index(of: name)].isPaused = isPaused
    }

    /// Removes a job; its outputs stay.
    ///
    /// - Throws: ``S3DBError/Code/unknownName`` with the nearest name.
    public mutating func remove(_ name: String) throws(S3DBError) {
        jobs.remove(at: try index(of: name))
    }

    private func index(of name: String) throws(S3DBError) -> Int {
        if let index = jobs.firstIndex(where: { $0.name == name }) { return index }
        let nearest = jobs.map(\.name).nearest(to: name)
        throw S3DBError(
            .unknownName, "there is no job \(S3DBError.quoted(name))", remedy: nearest.map { "The nearest is \($0)" })
    }

    /// Checks each job by itself and every two beside each other.
    ///
    /// - Returns: The specs, in the jobs' order.
    /// - Throws: The first thing that is wrong.
    public func validated(source: StoreURL?, in registry: Registry) throws(S3DBError) -> [ValidatedSpec] {
        var specs: [ValidatedSpec] = []
        for (index, job) in jobs.enumerated() {
            let spec = try job.validated(source: source, in: registry)
            for other in 0..<index { try job.refuseSharedKeys(spec, with: jobs[other], specs[other]) }
            specs.append(spec)
        }
        return specs
    }
}
