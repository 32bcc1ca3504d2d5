import S3DBCore

/// The errands of a listener: which wait, which may begin when, which run. A value that knows nothing of time or tasks.
///
/// An errand is there once: events for one that waits join it; events for one that runs make it run again afterwards.
/// What events wait for comes before what a comparison of everything found.
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
        /// When it may begin; nil for at once.
        var due: ContinuousClock.Instant?
    }

    private var waiting: [LiveErrand: Waiting] = [:]
    private var running: Set<LiveErrand> = []
    /// Errands in the order of their coming. Those that are not waiting any more are skipped.
    private var urgent = FirstInFirstOut()
    private var background = FirstInFirstOut()

    /// How many errands wait.
    var waitingCount: Int { waiting.count }

    /// Whether nothing waits and nothing runs.
    var isEmpty: Bool { waiting.isEmpty && running.isEmpty }

    /// Adds an errand, or what hangs on it to one that waits already.
    ///
    /// - Parameter due: When it may begin at the earliest; one that waits keeps its own time.
    mutating func add(_ errand: LiveErrand, deliveries: Set<Int> = [], due: ContinuousClock.Instant? = nil) {
        put(Entry(errand: errand, deliveries: deliveries), due: due)
    }

    /// Adds an errand that failed, to be run again from `due` on.
    mutating func retry(_ entry: Entry, due: ContinuousClock.Instant) {
        var again = entry
        again.attemptCount += 1
        put(again, due: due)
    }

    private mutating func put(_ entry: Entry, due: ContinuousClock.Instant?) {
        let errand = entry.errand
        if var known = waiting[errand] {
            let wasUrgent = !known.entry.deliveries.isEmpty
            known.entry.deliveries.formUnion(entry.deliveries)
            known.entry.attemptCount = max(known.entry.attemptCount, entry.attemptCount)
            waiting[errand] = known
            if !wasUrgent, !known.entry.deliveries.isEmpty { urgent.append(errand) }
        } else {
            waiting[errand] = Waiting(entry: entry, due: due)
            if entry.deliveries.isEmpty { background.append(errand) } else { urgent.append(errand) }
        }
    }

    /// The next errand to run, which counts as running from now on; nil where none may begin.
    mutating func take(at now: ContinuousClock.Instant) -> Entry? {
        guard let errand = firstThatMayBegin(at: now), let entry = waiting.removeValue(forKey: errand)?.entry else {
            return nil
        }
        running.insert(errand)
        return entry
    }

    private mutating func firstThatMayBegin(at now: ContinuousClock.Instant) -> LiveErrand? {
        // The queues change while the rest is looked at, as a value of its own that is gone before anything is written.
        let (waiting, running) = (waiting, running)
        let mayBegin = { (errand: LiveErrand) in Self.mayBegin(errand, at: now, waiting, running) }
        return urgent.first(where: mayBegin) ?? background.first(where: mayBegin)
    }

    /// Whether an errand may begin; nil for one that does not wait any more.
    private static func mayBegin(
        _ errand: LiveErrand, at now: ContinuousClock.Instant, _ waiting: [LiveErrand: Waiting],
        _ running: Set<LiveErrand>
    ) -> Bool? {
        guard let known = waiting[errand] else { return nil }
        return !running.contains(errand) && known.due.map { $0 <= now } ?? true
    }

    /// Says that an errand has been run.
    mutating func finish(_ errand: LiveErrand) {
        running.remove(errand)
    }

    /// Forgets and returns all that waits.
    mutating func clear() -> [Entry] {
        let entries = waiting.values.map(\.entry)
        waiting = [:]
        urgent = FirstInFirstOut()
        background = FirstInFirstOut()
        return entries
    }
}

/// Errands in order; taking the first is O(1) in the mean.
private struct FirstInFirstOut {
    private var elements: [LiveErrand] = []
    private var head = 0

    mutating func append(_ errand: LiveErrand) {
        elements.append(errand)
    }

    /// Takes the first that is wanted. What `isWanted` says nil to is dropped, what is not wanted goes to the end, so
    /// that each is looked at once.
    mutating func first(where isWanted: (LiveErrand) -> Bool?) -> LiveErrand? {
        for _ in head..<elements.count {
            let errand = elements[head]
            head += 1
            switch isWanted(errand) {
            case true?:
                shrink()
                return errand
            case false?: elements.append(errand)
            case nil: break
            }
        }
        shrink()
        return nil
    }

    private mutating func shrink() {
        guard head > 1024, head * 2 > elements.count else { return }
        elements.removeFirst(head)
        head = 0
    }
}
