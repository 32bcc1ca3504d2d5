/// Why an attempt failed, as far as trying again is concerned.
public enum RetryClass: Hashable, Sendable {
    /// The server or the connection had a problem that passes.
    case transient
    /// No answer came in time.
    case timeout
    /// The server asks to slow down; after `delay`, where it says so.
    case throttled(delay: Duration? = nil)
    /// The clocks disagree; the next attempt is signed by the server's.
    case clockSkew
    /// The credentials have ended; the next attempt takes fresh ones.
    case expiredCredentials
    /// Trying again changes nothing.
    case permanent
}

/// How often and after which pause a request is tried again: the SDKs' standard mode.
///
/// Pauses are random between nothing and a bound that doubles ("full jitter"), so that clients that failed together do
/// not come back together.
///
/// Source: AWS SDKs and Tools Reference Guide, "Retry behavior".
public struct RetryPolicy: Hashable, Sendable {
    /// Attempts in all, the first included.
    public var attemptLimit: Int
    /// The bound of the first pause.
    public var firstDelay: Duration
    /// The bound of any pause, also of one that the server asks for.
    public var delayLimit: Duration

    /// Makes a policy.
    public init(
        attemptLimit: Int = 5, firstDelay: Duration = .milliseconds(100), delayLimit: Duration = .seconds(20)
    ) {
        self.attemptLimit = attemptLimit
        self.firstDelay = firstDelay
        self.delayLimit = delayLimit
    }
}

/// The attempts of one request: a state machine without I/O.
struct RetryState: Sendable {
    private let policy: RetryPolicy
    /// How many attempts failed.
    private(set) var failureCount = 0
    private var isClockCorrected = false
    private var isRefreshed = false

    /// What to do about a failure.
    enum Decision: Hashable, Sendable {
        case retry(after: Duration)
        case fail
    }

    init(_ policy: RetryPolicy) {
        self.policy = policy
    }

    /// Decides about a failed attempt.
    ///
    /// - Parameters:
    ///   - tokens: What all requests of a client may spend on retries.
    ///   - random: A number from 0 to 1.
    mutating func next(_ failure: RetryClass, tokens: inout RetryTokens, random: Double) -> Decision {
        failureCount += 1
        guard failureCount < policy.attemptLimit else { return .fail }
        switch failure {
        case .permanent: return .fail
        case .clockSkew, .expiredCredentials:
            let isTried = failure == .clockSkew ? isClockCorrected : isRefreshed
            if failure == .clockSkew { isClockCorrected = true } else { isRefreshed = true }
            return isTried ? .fail : .retry(after: .zero)
        case .transient, .timeout, .throttled:
            guard tokens.spend(on: failure) else { return .fail }
            return .retry(after: delay(failure, random: random))
        }
    }

    private func delay(_ failure: RetryClass, random: Double) -> Duration {
        if case .throttled(let asked?) = failure { return min(asked, policy.delayLimit) }
        let bound = min(policy.firstDelay * (1 << min(failureCount - 1, 20)), policy.delayLimit)
        return bound * max(0, min(random, 1))
    }
}

/// What a client may spend on retries: when nearly every request fails, retrying them all only adds to the load.
struct RetryTokens: Hashable, Sendable {
    /// How many there are at first and at most.
    static let capacity = 500
    private(set) var count = Self.capacity

    private static func cost(_ failure: RetryClass) -> Int { failure == .timeout ? 10 : 5 }

    /// Takes the price of one retry; false where there is too little.
    mutating func spend(on failure: RetryClass) -> Bool {
        guard count >= Self.cost(failure) else { return false }
        count -= Self.cost(failure)
        return true
    }

    /// Gives back what a retry that worked had cost, or a little for a request that needed none.
    mutating func refund(after failure: RetryClass?) {
        count = min(Self.capacity, count + (failure.map(Self.cost) ?? 1))
    }
}
