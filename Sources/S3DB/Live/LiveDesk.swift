import S3DBCore

/// Where events and comparisons leave errands and lanes fetch them.
actor LiveDesk {
    private var agenda = LiveAgenda()
    private var ledger: DeliveryLedger
    private var isClosed = false
    /// Lanes that wait for an errand, first come first served.
    private var lanes: [(id: Int, continuation: CheckedContinuation<LiveAgenda.Entry?, Never>)] = []
    private var lastLane = 0

    private let attemptLimit: Int
    private let now: @Sendable () -> ContinuousClock.Instant
    private static let pauses = Backoff(first: .seconds(1), limit: .seconds(60))

    /// - Parameter now: The clock.
    init(
        attemptLimit: Int, receiveLimit: Int, now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
    ) {
        self.attemptLimit = attemptLimit
        self.now = now
        ledger = DeliveryLedger(receiveLimit: receiveLimit)
    }

    /// Whether there is nothing to do and nothing in hand.
    var isIdle: Bool { agenda.isEmpty && ledger.count == 0 }

    /// How many errands wait and how many deliveries are in hand.
    var load: (pendingCount: Int, deliveryCount: Int) { (agenda.waitingCount, ledger.count) }

    /// The deliveries in hand.
    var deliveries: [EventDelivery] { ledger.deliveries }

    /// Takes deliveries that are at hand together, each with its errands, one at least.
    func accept(_ deliveries: [(EventDelivery, [LiveErrand: LivePacing])]) {
        let now = now()
        for (delivery, errands) in deliveries where !errands.isEmpty {
            let number = ledger.take(delivery, errandCount: errands.count)
            for (errand, pacing) in errands { agenda.add(errand, deliveries: [number], pacing: pacing, at: now) }
        }
        serve()
    }

    /// Adds errands that no delivery waits for.
    func add(_ errands: [LiveErrand]) {
        guard !isClosed else { return }
        let now = now()
        for errand in errands { agenda.add(errand, at: now) }
        serve()
    }

    /// Waits for no further events with what waits now, as too much is in hand.
    func hurry() {
        agenda.hurry()
        serve()
    }

    /// The next errand; nil once the desk is closed or the task is cancelled.
    func next() async -> LiveAgenda.Entry? {
        if isClosed || Task.isCancelled { return nil }
        if lanes.isEmpty, let entry = agenda.take(at: now()) { return entry }
        lastLane += 1
        let id = lastLane
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                if Task.isCancelled { return continuation.resume(returning: nil) }
                lanes.append((id, continuation))
                serve()
            }
        } onCancel: {
            Task { await self.leave(id) }
        }
    }

    private func leave(_ id: Int) {
        guard let index = lanes.firstIndex(where: { $0.id == id }) else { return }
        lanes.remove(at: index).continuation.resume(returning: nil)
    }

    /// Hands errands that may begin to lanes that wait. To be called now and then, as time alone makes some ready.
    func serve() {
        while !lanes.isEmpty, let entry = agenda.take(at: now()) {
            lanes.removeFirst().continuation.resume(returning: entry)
        }
    }

    /// Says how an errand ended; one that may pass is run again later.
    ///
    /// - Parameters:
    ///   - followUps: What came out of it, for the same deliveries.
    ///   - interval: How far apart each of these is run at least.
    /// - Returns: The deliveries that are done with, and whether the errand is run again.
    func finish(
        _ entry: LiveAgenda.Entry, failure: S3DBError?, followUps: [LiveErrand] = [], interval: Duration = .zero
    ) -> (settled: [DeliveryLedger.Settled], isRetried: Bool) {
        agenda.finish(entry.errand)
        defer { serve() }
        if isClosed {
            let isUndone = failure != nil || !followUps.isEmpty
            let lasting = failure?.isLasting == true ? failure : nil
            return (ledger.finish(entry.deliveries, failure: lasting, isUndone: isUndone), false)
        }
        if let failure, !failure.isLasting, entry.attemptCount + 1 < attemptLimit {
            let now = now()
            agenda.retry(entry, due: now + Self.pauses.duration(entry.attemptCount), at: now)
            return ([], true)
        }
        ledger.extend(entry.deliveries, by: followUps.count)
        let pacing = LivePacing(settle: .zero, interval: interval, staleness: interval)
        for errand in followUps { agenda.add(errand, deliveries: entry.deliveries, pacing: pacing, at: now()) }
        return (ledger.finish(entry.deliveries, failure: failure), false)
    }

    /// Gives out nothing more; returns the deliveries that nobody works on.
    func close() -> [DeliveryLedger.Settled] {
        isClosed = true
        for lane in lanes { lane.continuation.resume(returning: nil) }
        lanes = []
        var settled: [DeliveryLedger.Settled] = []
        for entry in agenda.clear() { settled += ledger.finish(entry.deliveries, failure: nil, isUndone: true) }
        return settled
    }
}
