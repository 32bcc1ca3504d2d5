import Logging
import Metrics
import S3DBCore
import ServiceLifecycle
import Synchronization

/// Converts each file as it lands, for any number of jobs that come and go while it runs.
///
///     let listener = LiveListener(source: source, events: events, jobs: LiveJobStore(store, key: key))
///     try await ServiceGroup(services: [listener], gracefulShutdownSignals: [.sigterm], logger: logger).run()
///
/// An event says where to look; what is done is decided by the sources and outputs that stand then. So events may come
/// twice, late, shuffled or for many days at once, and several listeners may run side by side: the outputs are those
/// that a backfill of the same sources makes, byte for byte. Events that never came are made up for by comparing
/// everything at the start and from time to time. An event is acknowledged only once all outputs that follow from it
/// are durable.
///
/// An output whose sources were all removed stays: `backfill run --prune` removes it.
public struct LiveListener: Service {
    /// What it may use, and how often it looks at what.
    public let configuration: LiveListenerConfiguration

    private let source: LiveSource
    private let events: any EventSource
    private let board: LiveJobBoard
    private let base: Converter
    private let metrics: ServiceMetrics
    private let health: ServiceHealth
    private let report: @Sendable (LiveReport) -> Void
    private let logger = Logger(label: "s3db.live")

    /// How long events that cannot be had are left alone before the next try.
    private static let pauses = Backoff(first: .seconds(1), limit: .seconds(30))

    /// Makes a listener. Reads and writes nothing.
    ///
    /// - Parameters:
    ///   - opener: Opens the destinations of jobs.
    ///   - report: Called for each thing that there is to tell, from any task.
    public init(
        _ configuration: LiveListenerConfiguration = LiveListenerConfiguration(), source: LiveSource,
        events: any EventSource, jobs: LiveJobStore, registry: Registry = .standard, opener: StoreOpener = .standard,
        health: ServiceHealth = ServiceHealth(), metrics factory: any MetricsFactory = MetricsSystem.factory,
        report: @escaping @Sendable (LiveReport) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.source = source
        self.events = events
        self.health = health
        self.report = report
        // Only shares its threads, memory and counters, and lists datasets.
        base = Converter(from: source.store, to: source.store, limits: configuration.limits)
        board = LiveJobBoard(jobs, source: source, sharing: base, registry: registry, opener: opener)
        metrics = ServiceMetrics("listener", factory: factory)
    }

    /// How far the conversions have come, readable from anywhere at any time.
    public var progress: ConversionProgress { base.progress }

    /// Listens until it is asked to stop, its task is cancelled, or, where it drains, nothing is left to do.
    ///
    /// - Throws: ``S3DBError`` when events, jobs or sources cannot be had while it drains; else that is tried again for
    ///   ever.
    public func run() async throws {
        let stop = StopFlag()
        defer { health.setReady(false) }
        try await withGracefulStop(within: configuration.gracePeriod, stop: { stop.set() }) { () async in
            await listen(until: stop)
        }
    }

    private func listen(until stop: StopFlag) async -> Result<Void, S3DBError> {
        let desk = LiveDesk(attemptLimit: configuration.attemptLimit, receiveLimit: configuration.receiveLimit)
        refreshed(await board.refresh())
        if configuration.drains, let problem = board.problem { return .failure(problem) }
        do throws(S3DBError) {
            try await reconcile(board.active, desk)
        } catch {
            if configuration.drains { return .failure(error) }
            // The first of the regular comparisons follows when the source can be had.
            logger.error("\(source.store.description): \(error)")
        }
        return await withTaskGroup(of: Result<Void, S3DBError>?.self) { group in
            group.addTask {
                await attend(desk)
                return nil
            }
            group.addTask {
                await keepAlive(desk)
                return nil
            }
            for _ in 0..<max(1, configuration.limits.workerCount) {
                group.addTask {
                    await lane(desk)
                    return nil
                }
            }
            group.addTask {
                let outcome = await takeEvents(until: stop, desk)
                await settle(await desk.close())
                return outcome
            }
            var outcome: Result<Void, S3DBError> = .success(())
            // Intake ends, then the lanes; the others only when they are told.
            var laneCount = max(1, configuration.limits.workerCount)
            for await ended in group {
                if let ended { outcome = ended } else { laneCount -= 1 }
                if laneCount == 0 { group.cancelAll() }
            }
            return outcome
        }
    }

    // MARK: Events

    /// Takes events until the listener is stopped, or nothing is left where it drains.
    private func takeEvents(until stop: StopFlag, _ desk: LiveDesk) async -> Result<Void, S3DBError> {
        var failureCount = 0
        while !stop.isSet, !Task.isCancelled {
            let load = await desk.load
            guard load.deliveryCount < configuration.deliveryLimit, load.pendingCount < configuration.pendingLimit
            else {
                await desk.hurry()
                try? await Task.sleep(for: .milliseconds(200))
                continue
            }
            do throws(S3DBError) {
                let deliveries = try await deliveriesAtHand()
                failureCount = 0
                if deliveries.isEmpty, configuration.drains, await desk.isIdle { return .success(()) }
                await accept(deliveries, desk)
                health.setReady(board.hasLoaded)
            } catch {
                if error.code == .cancelled || Task.isCancelled { break }
                if configuration.drains { return .failure(error) }
                logger.error("\(events.description): \(error)")
                metrics.failure(error)
                health.setReady(false)
                try? await Task.sleep(for: Self.pauses.duration(failureCount))
                failureCount += 1
            }
        }
        return .success(())
    }

    /// The deliveries that can be had without waiting, or, where there are none, the first that come.
    private func deliveriesAtHand() async throws(S3DBError) -> [EventDelivery] {
        let wait = configuration.drains ? min(configuration.eventWait, .seconds(1)) : configuration.eventWait
        var deliveries = try await events.next(wait: wait)
        while !deliveries.isEmpty, deliveries.count < configuration.deliveryLimit {
            // What is in hand already is not lost when asking for more fails: it is worked on.
            guard let more = try? await events.next(wait: .zero), !more.isEmpty else { break }
            deliveries += more
        }
        return deliveries
    }

    private func accept(_ deliveries: [EventDelivery], _ desk: LiveDesk) async {
        var wanted: [(EventDelivery, [LiveErrand: LivePacing])] = []
        let jobs = board.active
        for delivery in deliveries {
            switch delivery.events {
            case .failure(let error):
                await settle([.init(delivery: delivery, ending: .reject(QueueMessage.Reason(error)))])
            case .success(let events):
                let errands = errands(for: events, jobs)
                if errands.isEmpty {
                    await settle([.init(delivery: delivery, ending: .acknowledge)])
                } else {
                    wanted.append((delivery, errands))
                }
            }
        }
        await desk.accept(wanted)
    }

    /// What has to be looked after because of some events, and at which pace.
    private func errands(
        for events: [ObjectEvent], _ jobs: [LiveJobBoard.Active]
    ) -> [LiveErrand: LivePacing] {
        var errands: [LiveErrand: LivePacing] = [:]
        for event in events {
            let subject = source.subject(of: event)
            let takers = subject.map { subject in jobs.filter { $0.job.matches(subject.dataset) } } ?? []
            metrics.event(isWanted: !takers.isEmpty)
            for taker in takers {
                switch subject {
                case .day(let dataset, let day):
                    let span = Partition(size: taker.spec.spec.size.jobSize, containing: day)
                    errands[LiveErrand(job: taker.job.name, dataset: dataset, span: span)] = pacing(of: taker.job)
                case .metadata(let dataset):
                    errands[LiveErrand(job: taker.job.name, dataset: dataset, span: nil)] = .atOnce
                case nil: break
                }
            }
        }
        return errands
    }

    /// The pace of a job; who is to end waits for nothing.
    private func pacing(of job: LiveJob) -> LivePacing { configuration.drains ? .atOnce : job.pacing }

    /// Says to the source of events how deliveries ended.
    private func settle(_ settled: [DeliveryLedger.Settled]) async {
        await shielded {
            for entry in settled {
                do throws(S3DBError) {
                    switch entry.ending {
                    case .acknowledge:
                        try await events.acknowledge(entry.delivery)
                        recordLag(entry.delivery)
                    case .reject(let reason):
                        logger.error("rejected message \(entry.delivery.message.id): \(reason.message)")
                        try await events.reject(entry.delivery, reason: reason)
                        report(.rejected(reason))
                    case .release: try await events.release(entry.delivery)
                    }
                    metrics.message(entry.ending.name)
                } catch {
                    // The delivery comes again when its time is over, to be found done.
                    logger.warning("message \(entry.delivery.message.id) could not be settled: \(error)")
                }
            }
        }
    }

    private func recordLag(_ delivery: EventDelivery) {
        guard case .success(let events) = delivery.events else { return }
        let now = Int64(WallClock.milliseconds)
        for milliseconds in events.compactMap(\.milliseconds) {
            metrics.lag(milliseconds: now.subtractingReportingOverflow(milliseconds).partialValue)
        }
    }

    /// Keeps what is in hand from others, again and again.
    private func keepAlive(_ desk: LiveDesk) async {
        while (try? await Task.sleep(for: configuration.keepAliveInterval)) != nil {
            for delivery in await desk.deliveries {
                do throws(S3DBError) {
                    try await events.keepAlive(delivery)
                } catch {
                    // It goes to another listener, or comes again here; doing it twice changes nothing.
                    logger.debug("message \(delivery.message.id) could not be kept: \(error)")
                }
            }
        }
    }

    // MARK: Jobs and comparisons

    /// Looks at the document of jobs and the clock, again and again.
    private func attend(_ desk: LiveDesk) async {
        var reconciled = ContinuousClock.now
        while (try? await Task.sleep(for: configuration.jobsInterval)) != nil {
            health.beat()
            let change = await board.refresh()
            refreshed(change)
            let isDue = ContinuousClock.now - reconciled >= configuration.reconcileInterval
            let toCompare = isDue ? board.active : change.toCatchUp.compactMap { board.active($0) }
            if isDue { reconciled = .now }
            do throws(S3DBError) {
                try await reconcile(toCompare, desk)
            } catch {
                logger.error("\(source.store.description): \(error)")
                metrics.failure(error)
                // Whoever had to catch up does so with the next comparison, which is soon.
                reconciled = .now - configuration.reconcileInterval
            }
            await desk.serve()
            let load = await desk.load
            metrics.listener(
                jobs: board.counts, isDocumentBroken: board.problem != nil, pendingCount: load.pendingCount,
                deliveryCount: load.deliveryCount)
            metrics.memory()
        }
    }

    private func refreshed(_ change: LiveJobBoard.Change) {
        if let problem = change.problem {
            logger.error("the live jobs cannot be put in force: \(problem)")
            metrics.failure(problem)
            report(.brokenJobs(problem))
        }
        health.setProblem(board.problem.map(\.description))
        if !change.toCatchUp.isEmpty { report(.jobs(change.toCatchUp)) }
    }

    /// Leaves an errand for each dataset of some jobs.
    private func reconcile(_ jobs: [LiveJobBoard.Active], _ desk: LiveDesk) async throws(S3DBError) {
        guard !jobs.isEmpty else { return }
        let datasets = try await base.datasets()
        metrics.reconciliation()
        for active in jobs {
            await desk.add(
                datasets.filter(active.job.matches).map { LiveErrand(job: active.job.name, dataset: $0, span: nil) })
        }
    }

    // MARK: Work

    private func lane(_ desk: LiveDesk) async {
        while let entry = await desk.next() {
            // A job that was removed or paused meanwhile has nothing to do: it catches up when it is resumed.
            guard let active = board.active(entry.errand.job) else {
                await settle(await desk.finish(entry, failure: nil).settled)
                continue
            }
            let (failure, followUps) = await run(entry.errand, active)
            let (settled, isRetried) = await desk.finish(
                entry, failure: failure, followUps: followUps, interval: pacing(of: active.job).interval)
            if isRetried { metrics.retry() }
            if let failure, failure.code != .cancelled {
                metrics.failure(failure)
                logger.error("job \(active.job.name), \(entry.errand.dataset): \(failure)")
                report(.failure(job: active.job.name, entry.errand.dataset, failure, isRetried: isRetried))
            }
            await settle(settled)
        }
    }

    private func run(_ errand: LiveErrand, _ active: LiveJobBoard.Active) async -> (S3DBError?, [LiveErrand]) {
        guard let span = errand.span else { return await compare(errand, active) }
        let start = ContinuousClock.now
        let ended = await PartitionConversion(
            converter: active.converter, spec: active.spec, dataset: errand.dataset, span: span
        ).run()
        tell(ended, of: active, since: start)
        return (ended.failure, [])
    }

    /// Compares a dataset's sources with its outputs, copies METADATA.json where it is copied, and gives the partitions
    /// that are to be converted.
    private func compare(_ errand: LiveErrand, _ active: LiveJobBoard.Active) async -> (S3DBError?, [LiveErrand]) {
        var plan: ConversionPlan
        do throws(S3DBError) {
            plan = try await active.converter.plan(active.spec, datasets: [errand.dataset])
        } catch {
            return (error, [])
        }
        for failure in plan.failures where failure.code == .invalidSourceKey {
            logger.warning("\(failure)")
        }
        let followUps = plan.jobs.map { LiveErrand(job: errand.job, dataset: errand.dataset, span: $0.span) }
        plan.jobs = []
        let start = ContinuousClock.now
        let ended = await PartitionConversion.run(plan, with: active.converter)
        tell(ended, of: active, since: start)
        return (ended.failure, followUps)
    }

    private func tell(
        _ ended: PartitionConversion.Outcome, of active: LiveJobBoard.Active, since start: ContinuousClock.Instant
    ) {
        metrics.conversion(since: start, ended.results)
        for result in ended.results { report(.output(job: active.job.name, result)) }
    }
}

extension DeliveryLedger.Ending {
    /// The ending in one word.
    var name: String {
        switch self {
        case .acknowledge: "done"
        case .reject: "buried"
        case .release: "returned"
        }
    }
}
