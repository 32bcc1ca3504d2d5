import S3DBCore
import Synchronization

/// What all requests of a client share: room for requests under way, the budget of retries, the server's clock.
final class ServiceGate: Sendable {
    private struct State {
        var limit: ConcurrencyLimit
        var tokens = RetryTokens()
        var clockOffsetSeconds: Int64 = 0
    }

    private let state: Mutex<State>
    private let permits: Permits

    init(requestLimit: Int) {
        let limit = ConcurrencyLimit(maximum: requestLimit)
        state = Mutex(State(limit: limit))
        permits = Permits(limit.current)
    }

    /// How far the server's clock is ahead of ours.
    var clockOffsetSeconds: Int64 {
        get { state.withLock { $0.clockOffsetSeconds } }
        set { state.withLock { $0.clockOffsetSeconds = newValue } }
    }

    /// How many requests may be under way now.
    var requestLimit: Int { state.withLock { $0.limit.current } }

    /// Waits for room for one request; nil for a cancelled task, else the epoch for ``leave(epoch:wasThrottled:)``.
    func enter() async -> Int? {
        guard await permits.acquire(1) else { return nil }
        return state.withLock { $0.limit.epoch }
    }

    /// Gives the room back; what the request met changes how much there is.
    func leave(epoch: Int, wasThrottled: Bool) {
        let change = state.withLock { state in
            let before = state.limit.current
            if wasThrottled { state.limit.noteThrottling(ofEpoch: epoch) } else { state.limit.noteAnswer() }
            return state.limit.current - before
        }
        permits.add(1 + change)
    }

    /// What to do about a failed attempt.
    func decide(_ failure: RetryClass, of attempts: inout RetryState, random: Double) -> RetryState.Decision {
        state.withLock { attempts.next(failure, tokens: &$0.tokens, random: random) }
    }

    /// Notes that a request worked, after a failure where there was one.
    func refund(after failure: RetryClass?) {
        state.withLock { $0.tokens.refund(after: failure) }
    }
}
