/// How many requests may be under way at once: a state machine without I/O that follows what the service can take.
///
/// Each answer adds a share of one, so that a round of answers adds one; a request to slow down halves the limit, once
/// for all requests that were under way then (additive increase, multiplicative decrease, as in RFC 5681, section 3.1).
struct ConcurrencyLimit: Hashable, Sendable {
    /// What the limit never exceeds.
    let maximum: Int
    private var exact: Double
    /// Counts the decreases, so that requests of before one do not cause the next.
    private(set) var epoch = 0

    /// Begins at the maximum: services throttle few clients, and say so at once.
    init(maximum: Int) {
        self.maximum = max(1, maximum)
        exact = Double(self.maximum)
    }

    /// How many requests may be under way, at least one.
    var current: Int { max(1, Int(exact)) }

    /// Notes an answer that did not ask to slow down.
    mutating func noteAnswer() {
        exact = min(Double(maximum), exact + 1 / exact)
    }

    /// Notes that a request begun in an epoch was asked to slow down.
    mutating func noteThrottling(ofEpoch begun: Int) {
        guard begun == epoch else { return }
        epoch += 1
        exact = max(1, exact / 2)
    }
}
