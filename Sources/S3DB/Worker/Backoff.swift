/// Pauses that double up to a limit.
struct Backoff: Sendable {
    var first: Duration
    var limit: Duration

    /// The pause after so many failures before this one.
    func duration(_ previousCount: Int) -> Duration {
        min(first * (1 << min(max(previousCount, 0), 20)), limit)
    }
}
