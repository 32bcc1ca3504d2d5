import Synchronization

/// A rule at work in a proxy, which remembers whom it has befallen.
public final class ArmedFault: Sendable {
    /// The rule.
    public let rule: FaultRule

    private let counts = Mutex((matched: 0, drawn: 0, fired: 0))

    init(_ rule: FaultRule) {
        self.rule = rule
    }

    /// How many requests it has befallen.
    public var firedCount: Int { counts.withLock { $0.fired } }

    /// How many requests it has looked at that are of its kinds and resource.
    public var matchedCount: Int { counts.withLock { $0.matched } }

    /// Counts a request; whether the fault befalls it.
    ///
    /// - Parameter random: A number from 0 up to 1.
    func draws(_ request: ProxiedRequest, random: Double) -> Bool {
        guard rule.matches(request) else { return false }
        return counts.withLock { counts in
            counts.matched += 1
            let isLeft = rule.times.map { counts.drawn < $0 } ?? true
            guard counts.matched > rule.skip, isLeft, random < rule.probability else { return false }
            counts.drawn += 1
            return true
        }
    }

    /// Says that the fault has happened.
    func fire() {
        counts.withLock { $0.fired += 1 }
    }
}
