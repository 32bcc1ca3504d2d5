/// Waiting for something that has no way to say that it is there.
enum LongPoll {
    /// The longest pause between two attempts, and so what a wait adds to an arrival at most.
    static let maximumPause = Duration.milliseconds(100)
    private static let firstPause = Duration.milliseconds(2)

    /// Calls `attempt` until it gives something or `wait` is over; at least once.
    ///
    /// - Throws: What `attempt` throws, and ``S3DBError/Code/cancelled`` where the task is cancelled between two
    ///   attempts.
    static func elements<Element>(
        within wait: Duration, _ attempt: () throws(S3DBError) -> [Element]
    ) async throws(S3DBError) -> [Element] {
        let end = ContinuousClock.now + wait
        var pause = firstPause
        while true {
            if Task.isCancelled { throw cancelled }
            let elements = try attempt()
            let rest = ContinuousClock.now.duration(to: end)
            guard elements.isEmpty, rest > .zero else { return elements }
            do {
                try await Task.sleep(for: min(pause, rest))
            } catch {
                throw cancelled
            }
            pause = min(pause * 2, maximumPause)
        }
    }

    private static var cancelled: S3DBError { S3DBError(.cancelled, "the wait was cancelled") }
}
