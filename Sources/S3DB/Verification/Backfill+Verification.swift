import S3DBCore

extension Backfill {
    /// Says of each chosen partition whether its output holds what its sources ask for. Changes nothing.
    ///
    /// - Parameters:
    ///   - isDeep: Whether sources are read too, and values compared.
    ///   - report: Called with what was found of each dataset, in order; no more than one is in memory.
    /// - Returns: What all of it comes to.
    /// - Throws: What ``datasets()`` throws, and failures of the stores that concern more than one object.
    public func verify(
        isDeep: Bool = false, _ report: (DatasetVerification) -> Void = { _ in }
    ) async throws(S3DBError) -> VerificationSummary {
        var summary = VerificationSummary()
        for dataset in try await datasets() {
            let verification = try await converter.verification(
                spec, of: dataset, days: configuration.days, isDeep: isDeep)
            summary.add(verification)
            report(verification)
        }
        return summary
    }
}
