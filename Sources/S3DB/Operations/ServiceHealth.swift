import Synchronization

/// Whether a service runs, and whether it does what it is for: what hosts ask for before they restart or wait.
public final class ServiceHealth: Sendable {
    private struct State {
        var isReady = false
        var problem: String?
        var lastBeat: ContinuousClock.Instant?
    }

    private let state = Mutex(State())
    private let patience: Duration

    /// Makes the health of a service that is not ready yet.
    ///
    /// - Parameter patience: How long a running service may go without ``beat()`` and still counts as alive.
    public init(patience: Duration = .seconds(120)) {
        self.patience = patience
    }

    /// Whether the service's loop turns; also true before it has begun.
    public var isLive: Bool {
        state.withLock { $0.lastBeat.map { ContinuousClock.now - $0 < patience } ?? true }
    }

    /// Whether the service does its work now.
    public var isReady: Bool { state.withLock { $0.isReady } }

    /// What a person should look at though the service goes on, such as a broken document of jobs; nil for nothing.
    public var problem: String? { state.withLock { $0.problem } }

    /// Says that the service's loop has come round.
    public func beat() {
        state.withLock { $0.lastBeat = .now }
    }

    func setReady(_ isReady: Bool) {
        state.withLock { $0.isReady = isReady }
    }

    func setProblem(_ problem: String?) {
        state.withLock { $0.problem = problem }
    }
}
