import FaultProxy

extension StandIn {
    /// Runs a ``FaultProxy`` before the server for as long as `body` takes.
    ///
    /// - Parameter random: Where rules with a probability take their numbers from; a test that has such rules names its
    ///   seed in its failures.
    public func behindProxy<Result>(
        random: SeededGenerator = .fresh(), _ body: (FaultProxy) async throws -> Result
    ) async throws -> Result {
        let backend = Backend(endpoint, credentials: credentials, region: region)
        return try await FaultProxy.with(backend, random: random, body)
    }
}
