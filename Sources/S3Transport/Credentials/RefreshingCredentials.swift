import S3DBCore
import Synchronization

/// Keeps credentials, and takes fresh ones before they end.
///
///     |<------------- used ------------->|<- good: one caller refreshes ->|<- all wait ->| end
///                                        15 to 20 min before              1 min before
///
/// One refresh is under way at a time. While the old ones are good the others go on with them, and a refresh that fails
/// is tried again a minute later; at their end, all wait for it, and its failure is theirs.
public final class RefreshingCredentials: CredentialsProvider {
    /// How long before their end credentials are refreshed, at the least.
    static let windowSeconds: Int64 = 15 * 60
    /// How much longer before it, at random, so that many clients do not ask at the same moment.
    static let jitterSeconds: Int64 = 5 * 60
    /// How long before their end credentials are no longer used: a request takes time to arrive.
    static let marginSeconds: Int64 = 60
    /// The pause after a refresh that failed while the old ones are good.
    static let pauseSeconds: Int64 = 60

    private typealias Outcome = Result<Credentials, S3DBError>

    private struct State {
        var current: Credentials?
        var refreshSeconds: Int64 = 0
        var isRefreshing = false
        var waiters: [Int: CheckedContinuation<Outcome, Never>] = [:]
        var nextWaiter = 0
    }

    private enum Step {
        case use(Credentials)
        case refresh(good: Credentials?)
        case wait
    }

    private let state = Mutex(State())
    private let now: @Sendable () -> Int64
    private let jitter: @Sendable () -> Int64
    private let fetch: @Sendable () async throws(S3DBError) -> Credentials

    /// Makes a provider that has none yet.
    ///
    /// - Parameters:
    ///   - now: The time in seconds since 1970.
    ///   - fetch: Where fresh ones come from.
    public convenience init(
        now: @escaping @Sendable () -> Int64, fetch: @escaping @Sendable () async throws(S3DBError) -> Credentials
    ) {
        self.init(now: now, jitter: { Int64.random(in: 0...Self.jitterSeconds) }, fetch: fetch)
    }

    init(
        now: @escaping @Sendable () -> Int64, jitter: @escaping @Sendable () -> Int64,
        fetch: @escaping @Sendable () async throws(S3DBError) -> Credentials
    ) {
        self.now = now
        self.jitter = jitter
        self.fetch = fetch
    }

    /// Credentials that are good for a while.
    ///
    /// - Throws: What fetching throws, where no good ones are left; ``S3DBError/Code/expiredCredentials`` where fresh
    ///   ones have ended already; ``S3DBError/Code/cancelled``.
    public func credentials() async throws(S3DBError) -> Credentials? {
        while true {
            switch step() {
            case .use(let credentials): return credentials
            case .refresh(let good):
                let outcome = await refreshed()
                finish(outcome)
                if let good, case .failure(let error) = outcome, error.code != .cancelled { return good }
                return try outcome.get()
            case .wait:
                let outcome = await othersOutcome()
                // Cancelled was the task that refreshed; this one looks again, unless it was cancelled itself.
                if case .failure(let error) = outcome, error.code == .cancelled, !Task.isCancelled { continue }
                return try outcome.get()
            }
        }
    }

    /// Forgets these, so that the next call takes fresh ones.
    public func refuse(_ credentials: Credentials) async {
        state.withLock { state in
            if state.current == credentials { state.current = nil }
        }
    }

    private func step() -> Step {
        let now = now()
        return state.withLock { state in
            if let current = state.current {
                let end = current.expirationSeconds ?? .max
                if now < end - min(end, Self.marginSeconds) {
                    if state.isRefreshing || now < state.refreshSeconds { return .use(current) }
                    state.isRefreshing = true
                    return .refresh(good: current)
                }
            }
            if state.isRefreshing { return .wait }
            state.isRefreshing = true
            return .refresh(good: nil)
        }
    }

    private func refreshed() async -> Outcome {
        do throws(S3DBError) {
            let fresh = try await fetch()
            if let end = fresh.expirationSeconds, end <= now() {
                throw S3DBError(
                    .expiredCredentials, "the credentials have ended already", remedy: "Renew them where they come from"
                )
            }
            return .success(fresh)
        } catch {
            return .failure(error)
        }
    }

    private func finish(_ outcome: Outcome) {
        let (now, jitter) = (now(), jitter())
        let waiters = state.withLock { state in
            switch outcome {
            case .success(let fresh):
                state.current = fresh
                state.refreshSeconds = Self.refreshSeconds(of: fresh, at: now, jitter: jitter)
            case .failure: state.refreshSeconds = now + Self.pauseSeconds
            }
            state.isRefreshing = false
            defer { state.waiters = [:] }
            return state.waiters.values
        }
        for waiter in waiters { waiter.resume(returning: outcome) }
    }

    /// When credentials that were taken at `now` are to be refreshed: before the window of their end, but not at once
    /// where they are short-lived.
    private static func refreshSeconds(of credentials: Credentials, at now: Int64, jitter: Int64) -> Int64 {
        guard let end = credentials.expirationSeconds else { return .max }
        return max(end - windowSeconds - jitter, now + (end - now) / 2)
    }

    private func othersOutcome() async -> Outcome {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        let cancelled = Outcome.failure(S3DBError(.cancelled, "cancelled while waiting for credentials"))
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || !state.isRefreshing { return true }
                    state.waiters[id] = continuation
                    return false
                }
                // The refresh ended in between: a cancelled outcome makes the caller look again.
                if isOver { continuation.resume(returning: cancelled) }
            }
        } onCancel: {
            state.withLock { $0.waiters.removeValue(forKey: id) }?.resume(returning: cancelled)
        }
    }
}
