import S3DBCore
import S3Transport

extension Backfill {
    /// How many messages are handed to the queue at a time.
    private static let sendCount = 500

    /// Sends a message for each job that is to be done, for any number of ``Worker``s; writes no outputs.
    ///
    /// Sending twice is harmless: what is done by then is found done.
    ///
    /// - Parameter report: Called with each dataset's plan once its messages are sent.
    /// - Returns: What was sent, and what stood in the way.
    /// - Throws: ``S3DBError/Code/invalidArgument`` for a configuration that prunes, and failures of the stores and the
    ///   queue; then some messages may have been sent.
    public func enqueue(
        on queue: any WorkQueue, _ report: (ConversionPlan) -> Void = { _ in }
    ) async throws(S3DBError) -> Enqueued {
        guard !configuration.prunes else {
            throw S3DBError(
                .invalidArgument, "workers do not remove orphaned outputs", remedy: "Pass --prune to run instead")
        }
        let (source, destination) = (try StoreURL(configuration.source), try StoreURL(configuration.destination))
        var enqueued = Enqueued()
        for try await plan in try await plans() {
            for start in stride(from: 0, to: plan.jobs.count, by: Self.sendCount) {
                let jobs = plan.jobs[start..<min(start + Self.sendCount, plan.jobs.count)]
                try await queue.send(
                    jobs.map { job in
                        JobMessage(
                            spec: spec.spec, source: source, sourceFormat: configuration.sourceFormat,
                            destination: destination, dataset: job.dataset, partition: job.span,
                            policy: configuration.policy
                        ).text
                    })
            }
            enqueued.messageCount += plan.jobs.count
            enqueued.sourceByteCount += plan.sourceByteCount
            enqueued.failures += plan.failures
            report(plan)
        }
        return enqueued
    }

    /// What was sent to a queue.
    public struct Enqueued: Sendable {
        /// The messages, one a job.
        public var messageCount = 0
        /// The stored bytes of the sources that their jobs read.
        public var sourceByteCount = 0
        /// Failures that belong to one object or dataset and leave the rest as it is.
        public var failures: [S3DBError] = []
    }
}
