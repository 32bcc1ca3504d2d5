import S3DBCore

/// What a listener has to tell.
public enum LiveReport: Sendable {
    /// An output of a job ended so.
    case output(job: String, OutputResult)
    /// A partition of a job could not be converted, or be planned; it is tried again where that may help.
    case failure(job: String, DatasetID, S3DBError, isRetried: Bool)
    /// These jobs have come into force: new, changed or resumed.
    case jobs([String])
    /// The document of jobs is broken; the last good one stays in force.
    case brokenJobs(S3DBError)
    /// Events were put where a person can look at them.
    case rejected(QueueMessage.Reason)
}

extension LiveReport {
    /// The report as JSON; `type` says which it is.
    public var json: JSONValue {
        switch self {
        case .output(let job, let result):
            guard let members = result.json.objectValue else { return result.json }
            return .object(members + [.init("job", .string(job))])
        case .failure(let job, let dataset, let error, let isRetried):
            return [
                "type": "failure", "job": .string(job), "dataset": .string(dataset.description),
                "error": error.json, "is_retried": .bool(isRetried),
            ]
        case .jobs(let names): return ["type": "jobs", "in_force": .array(names.map { .string($0) })]
        case .brokenJobs(let error): return ["type": "broken-jobs", "error": error.json]
        case .rejected(let reason):
            return ["type": "rejected", "code": .string(reason.code), "message": .string(reason.message)]
        }
    }
}
