import Metrics
import Logging
import S3DBCore
import S3Transport
import ServiceLifecycle

/// Works on the jobs of a queue, as one of any number of processes that do.
///
///     let group = ServiceGroup(services: [Worker(configuration, queue: queue)], gracefulShutdownSignals: [.sigterm])
///     try await group.run()
///
/// A message is hidden from others while it is worked on, and deleted once its outputs are durable. What fails for good
/// is buried in the dead-letter queue with its error; what may pass is returned, and comes again later. A worker that
/// dies leaves its messages to others, and none of them half-done: outputs become visible whole, and doing a job twice
/// changes nothing.
public struct Worker: Service {
    /// What it may touch and use.
    public let configuration: WorkerConfiguration

    private let queue: any WorkQueue
    private let stores: WorkerStores
    private let metrics: ServiceMetrics
    private let health: ServiceHealth
    private let report: @Sendable (WorkerReport) -> Void
    private let logger = Logger(label: "s3db.worker")

    /// How long a queue that cannot be reached is left alone before the next try.
    private static let pauses = Backoff(first: .seconds(1), limit: .seconds(30))
    /// How long a message that failed is hidden before it comes again.
    private static let returns = Backoff(first: .seconds(1), limit: .seconds(300))

    /// Makes a worker. Reads and writes nothing.
    ///
    /// - Parameter report: Called for each message, from any task.
    /// - Throws: ``S3DBError/Code/invalidSpec`` for a destination that overlaps the source, and what opening the stores
    ///   throws.
    public init(
        _ configuration: WorkerConfiguration, queue: any WorkQueue, registry: Registry = .standard,
        opener: StoreOpener = .standard, health: ServiceHealth = ServiceHealth(),
        metrics factory: any MetricsFactory = MetricsSystem.factory,
        report: @escaping @Sendable (WorkerReport) -> Void = { _ in }
    ) async throws(S3DBError) {
        self.configuration = configuration
        self.queue = queue
        self.health = health
        self.report = report
        stores = try await WorkerStores(configuration, registry: registry, opener: opener)
        metrics = ServiceMetrics("worker", factory: factory)
    }

    /// How far the work has come, readable from anywhere at any time.
    public var progress: ConversionProgress { stores.base.progress }

    /// Works until it is asked to stop, its task is cancelled, or, where it drains, the queue is empty.
    ///
    /// - Throws: ``S3DBError`` when the queue cannot be reached while it drains; else that is tried again for ever.
    public func run() async throws {
        try await runChecked()
    }

    private func runChecked() async throws(S3DBError) {
        if let count = try await queue.maximumReceiveCount(), count < configuration.attemptLimit {
            logger.warning(
                "\(queue.description) buries messages after \(count) deliveries, before this worker's limit of \(configuration.attemptLimit)"
            )
        }
        let stop = StopFlag()
        health.setReady(true)
        defer { health.setReady(false) }
        try await withGracefulStop(within: configuration.gracePeriod, stop: { stop.set() }) { () async in
            await drive(until: stop)
        }
    }

    /// Runs the lanes, each of which has one message in hand at a time, and observes the queue beside them.
    private func drive(until stop: StopFlag) async -> Result<Void, S3DBError> {
        await withTaskGroup(of: Result<Void, S3DBError>?.self) { group in
            group.addTask {
                await observe()
                return nil
            }
            let laneCount = max(1, configuration.limits.workerCount)
            for _ in 0..<laneCount { group.addTask { await lane(until: stop) } }
            var outcome: Result<Void, S3DBError> = .success(())
            var endedCount = 0
            for await ended in group {
                guard let ended else { continue }
                if case .failure = ended { outcome = ended }
                endedCount += 1
                if endedCount == laneCount { group.cancelAll() }
            }
            return outcome
        }
    }

    private func lane(until stop: StopFlag) async -> Result<Void, S3DBError> {
        var failureCount = 0
        while !stop.isSet, !Task.isCancelled {
            do throws(S3DBError) {
                let wait =
                    configuration.drains ? min(configuration.receiveWait, .seconds(1)) : configuration.receiveWait
                let messages = try await queue.receive(limit: 1, wait: wait, visibility: configuration.visibility)
                failureCount = 0
                for message in messages { await handle(message) }
                if messages.isEmpty, configuration.drains, try await isEmpty() { return .success(()) }
            } catch {
                if error.code == .cancelled || Task.isCancelled { break }
                if configuration.drains { return .failure(error) }
                logger.error("\(queue.description): \(error)")
                metrics.failure(error)
                try? await Task.sleep(for: Self.pauses.duration(failureCount))
                failureCount += 1
            }
        }
        return .success(())
    }

    private func isEmpty() async throws(S3DBError) -> Bool {
        let depth = try await queue.depth()
        return depth.waitingCount == 0 && depth.inHandCount == 0
    }

    private func observe() async {
        while !Task.isCancelled {
            health.beat()
            if let depth = try? await queue.depth() { metrics.queue(depth) }
            metrics.memory()
            try? await Task.sleep(for: .seconds(10))
        }
    }

    // MARK: One message

    private func handle(_ message: QueueMessage) async {
        var outcome = WorkerReport(
            messageID: message.id, attempt: message.receiveCount, job: nil, results: [], disposition: .lost)
        do throws(S3DBError) {
            let job = try JobMessage(parsing: message.body)
            outcome.job = job
            let conversion = try await stores.conversion(of: job)
            let start = ContinuousClock.now
            if let ended = await hidden(message, { await conversion.run() }) {
                metrics.conversion(since: start, ended.results)
                outcome.results = ended.results
                outcome.disposition = await settle(message, failure: ended.failure)
            }
        } catch {
            outcome.disposition = await settle(message, failure: error)
        }
        if let error = outcome.disposition.error { logger.error("message \(message.id): \(error)") }
        metrics.message(outcome.disposition.name)
        report(outcome)
    }

    /// Does `work` while its message is kept hidden from others; nil once it is no longer this worker's, and then the
    /// work is cancelled.
    private func hidden(
        _ message: QueueMessage, _ work: @escaping @Sendable () async -> PartitionConversion.Outcome
    ) async -> PartitionConversion.Outcome? {
        await withTaskGroup(of: PartitionConversion.Outcome?.self) { group in
            group.addTask { await work() }
            group.addTask {
                await keepHidden(message)
                return nil
            }
            // Whatever ends first decides: results end the keeping, a loss ends the work.
            let first = await group.next() ?? nil
            group.cancelAll()
            if first != nil { return first }
            return Task.isCancelled ? await group.next() ?? nil : nil
        }
    }

    /// Extends a message's visibility again and again; returns when it is lost or the task is cancelled.
    private func keepHidden(_ message: QueueMessage) async {
        while true {
            do {
                try await Task.sleep(for: configuration.visibility / 3)
                try await queue.setVisibility(of: message, to: configuration.visibility)
            } catch let error as S3DBError where error.code == .notFound {
                logger.warning("message \(message.id) went to another worker")
                return
            } catch {
                if Task.isCancelled { return }
                // Two more tries fit into the time that is left.
                logger.warning("message \(message.id) could not be kept: \(error)")
            }
        }
    }

    /// Says to the queue how a message ended.
    private func settle(_ message: QueueMessage, failure: S3DBError?) async -> WorkerReport.Disposition {
        await shielded {
            do throws(S3DBError) {
                guard let failure else {
                    try await queue.delete(message)
                    return .done
                }
                if failure.code == .cancelled {
                    try await queue.setVisibility(of: message, to: .zero)
                    return .released
                }
                metrics.failure(failure)
                if failure.isLasting || message.receiveCount >= configuration.attemptLimit {
                    do throws(S3DBError) {
                        try await queue.bury(message, reason: QueueMessage.Reason(failure))
                        return .buried(failure)
                    } catch  where error.code == .unsupported {
                        logger.error("\(queue.description) has no dead-letter queue: message \(message.id) stays")
                    }
                }
                metrics.retry()
                try await queue.setVisibility(of: message, to: Self.returns.duration(message.receiveCount - 1))
                return .returned(failure)
            } catch {
                // The message comes again when its visibility ends, to be found done.
                logger.warning("message \(message.id) could not be settled: \(error)")
                return failure.map { .returned($0) } ?? .lost
            }
        }
    }
}
