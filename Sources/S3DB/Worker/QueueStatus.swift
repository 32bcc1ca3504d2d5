import S3DBCore

/// What is in a queue of jobs and in its dead-letter queue.
public struct QueueStatus: Sendable {
    /// The queue's name for people.
    public var queue: String
    /// How much waits and is in hand.
    public var depth: QueueDepth
    /// The jobs that failed for good, in no order, and no more than were asked for.
    public var failed: [FailedJob]

    /// A message of the dead-letter queue.
    public struct FailedJob: Hashable, Sendable {
        /// The job; nil for a message that is none.
        public var job: JobMessage?
        /// Why it is there; nil where the queue moved it after too many deliveries.
        public var reason: QueueMessage.Reason?
        /// How often it was tried.
        public var attemptCount: Int
    }

    /// Looks into a queue. Takes nothing out of it.
    ///
    /// - Parameter limit: The most failed jobs that are read.
    public init(of queue: any WorkQueue, limit: Int = 1000) async throws(S3DBError) {
        self.queue = queue.description
        depth = try await queue.depth()
        failed = []
        do throws(S3DBError) {
            for message in try await queue.buried(limit: limit) {
                failed.append(
                    FailedJob(
                        job: try? JobMessage(parsing: message.body), reason: message.reason,
                        attemptCount: message.attemptCount))
            }
        } catch  where error.code == .unsupported {
            // A queue without a dead-letter queue has no failed jobs to show.
        }
    }

    /// The number of failed jobs by dataset; what is no job stands under nil.
    public var failedCounts: [DatasetID?: Int] {
        Dictionary(failed.map { ($0.job?.dataset, 1) }, uniquingKeysWith: +)
    }
}

extension QueueStatus {
    /// The status as JSON: `queue`, `waiting`, `in_hand`, `oldest_seconds` and `failed`.
    public var json: JSONValue {
        [
            "queue": .string(queue), "waiting": .number(depth.waitingCount), "in_hand": .number(depth.inHandCount),
            "oldest_seconds": depth.oldestSeconds.map { .number($0) } ?? .null, "failed": .array(failed.map(\.json)),
        ]
    }
}

extension QueueStatus.FailedJob {
    /// The job as JSON: `dataset`, `partition`, `attempts`, `code` and `message`.
    public var json: JSONValue {
        [
            "dataset": job.map { .string($0.dataset.description) } ?? .null,
            "partition": job.map { .string($0.partition.description) } ?? .null, "attempts": .number(attemptCount),
            "code": reason.map { .string($0.code) } ?? .null, "message": reason.map { .string($0.message) } ?? .null,
        ]
    }
}

extension WorkerReport {
    /// The report as JSON: `type` "message", `id`, `attempt`, `dataset`, `partition`, `disposition`, and the `error`.
    public var json: JSONValue {
        var members: [JSONValue.Member] = [
            .init("type", "message"), .init("id", .string(messageID)), .init("attempt", .number(attempt)),
            .init("dataset", job.map { .string($0.dataset.description) } ?? .null),
            .init("partition", job.map { .string($0.partition.description) } ?? .null),
            .init("disposition", .string(disposition.name)),
        ]
        if let error = disposition.error { members.append(.init("error", error.json)) }
        return .object(members)
    }
}
