import S3DBCore

/// The errands of a listener: which wait, which may begin when, which run. A value that knows nothing of time or tasks.
///
/// An errand is there once: events for one that waits join it; events for one that runs make it run again afterwards.
/// What events wait for comes before what a comparison of everything found. When an errand may begin follows from the
/// pace of its job.
struct LiveAgenda {
    /// An errand with all that hangs on it.
    struct Entry {
        let errand: LiveErrand
        /// The deliveries that are done with once it is, by number.
        var deliveries: Set<Int>
        /// How often it was run before.
        var attemptCount = 0
    }

    private struct Waiting {
        var entry: Entry
        /// When it was left.
        let since: ContinuousClock.Instant
        /// When it may begin by the pace of its job.
        var due: ContinuousClock.Instant
        /// When what failed before may be tried again; nil for what did not.
        var retryDue: ContinuousClock.Instant?
        /// How long after its beginning it may begin again.
        var interval: Duration
    }

    private var waiting: [LiveErrand: Waiting] = [:]
    private var running: Set<LiveErrand> = []
    /// Errands in the order of their coming. Those that are not waiting any more are skipped.
    private var urgent = Line<LiveErrand>()
    private var background = Line<LiveErrand>()
    /// When errands that were run may begin again, those that may already being removed now and then.
    private var rests: [LiveErrand: ContinuousClock.Instant] = [:]
    private var restLimit = Self.restLimitMin

    /// How many rests are kept before those that are over are looked for.
    private static let restLimitMin = 1024

    /// How many errands wait.
    var waitingCount: Int { waiting.count }

    /// Whether nothing waits and nothing runs.
    var isEmpty: Bool { waiting.isEmpty && running.isEmpty }

    /// Adds an errand, or what hangs on it to one that waits already.
    ///
    /// One that no delivery waits for does not settle, and lets one that waits keep its own time.
    mutating func add(
        _ errand: LiveErrand, deliveries: Set<Int> = [], pacing: LivePacing = .atOnce, at now: ContinuousClock.Instant
    ) {
        let rest = rests[errand]
        if deliveries.isEmpty {
            put(Entry(errand: errand, deliveries: deliveries), due: rest ?? now, interval: pacing.interval, at: now)
        } else {
            let first = waiting[errand]?.since ?? now
            let due = pacing.start(forEventAt: now, first: first, rest: rest)
            waiting[errand]?.due = due
            put(Entry(errand: errand, deliveries: deliveries), due: due, interval: pacing.interval, at: now)
        }
    }

    /// Adds an errand that failed, to be run again from `due` on.
    mutating func retry(_ entry: Entry, due: ContinuousClock.Instant, at now: ContinuousClock.Instant) {
        var again = entry
        again.attemptCount += 1
        put(again, due: now, retryDue: due, interval: .zero, at: now)
    }

    private mutating func put(
        _ entry: Entry, due: ContinuousClock.Instant, retryDue: ContinuousClock.Instant? = nil, interval: Duration,
        at now: ContinuousClock.Instant
    ) {
        let errand = entry.errand
        if var known = waiting[errand] {
            let wasUrgent = !known.entry.deliveries.isEmpty
            known.entry.deliveries.formUnion(entry.deliveries)
            known.entry.attemptCount = max(known.entry.attemptCount, entry.attemptCount)
            known.interval = max(known.interval, interval)
            waiting[errand] = known
            if !wasUrgent, !known.entry.deliveries.isEmpty { urgent.append(errand) }
        } else {
            waiting[errand] = Waiting(entry: entry, since: now, due: due, retryDue: retryDue, interval: interval)
            if entry.deliveries.isEmpty { background.append(errand) } else { urgent.append(errand) }
        }
    }

    /// Waits for no further events with what waits now.
    mutating func hurry() {
        for (errand, known) in waiting { waiting[errand]?.due = known.since }
    }

    /// The next errand to run, which counts as running from now on; nil where none may begin.
    mutating func take(at now: ContinuousClock.Instant) -> Entry? {
        guard let errand = firstThatMayBegin(at: now), let taken = waiting.removeValue(forKey: errand) else {
            return nil
        }
        running.insert(errand)
        if taken.interval > .zero { rest(errand, until: now + taken.interval, at: now) }
        return taken.entry
    }

    private mutating func rest(
        _ errand: LiveErrand, until end: ContinuousClock.Instant, at now: ContinuousClock.Instant
    ) {
        rests[errand] = end
        guard rests.count > restLimit else { return }
        rests = rests.filter { $0.value > now }
        restLimit = max(Self.restLimitMin, rests.count * 2)
    }

    private mutating func firstThatMayBegin(at now: ContinuousClock.Instant) -> LiveErrand? {
        // The queues change while the rest is looked at, as a value of its own that is gone before anything is written.
        let (waiting, running) = (waiting, running)
        let mayBegin = { (errand: LiveErrand) in Self.mayBegin(errand, at: now, waiting, running) }
        return urgent.popFirst(where: mayBegin) ?? background.popFirst(where: mayBegin)
    }

    /// Whether an errand may begin; nil for one that does not wait any more.
    private static func mayBegin(
        _ errand: LiveErrand, at now: ContinuousClock.Instant, _ waiting: [LiveErrand: Waiting],
        _ running: Set<LiveErrand>
    ) -> Bool? {
        guard let known = waiting[errand] else { return nil }
        return !running.contains(errand) && known.due <= now && known.retryDue.map { $0 <= now } ?? true
    }

    /// Says that an errand has been run.
    mutating func finish(_ errand: LiveErrand) {
        running.remove(errand)
    }

    /// Forgets and returns all that waits.
    mutating func clear() -> [Entry] {
        let entries = waiting.values.map(\.entry)
        waiting = [:]
        urgent = Line()
        background = Line()
        return entries
    }
}
