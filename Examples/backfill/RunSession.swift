import DriverKit
import S3DB

/// One run from plan to summary.
struct RunSession {
    private let service: Backfill
    private let isJSON: Bool
    private let showsWarnings: Bool

    init(_ service: Backfill, isJSON: Bool, showsWarnings: Bool = true) {
        self.service = service
        self.isJSON = isJSON
        self.showsWarnings = showsWarnings
    }

    /// Plans, runs and sums up.
    ///
    /// - Returns: The status to exit with: 0, 1 when something failed, 128 and its number after a signal.
    /// - Throws: What keeps it from any work.
    func run() async throws(S3DBError) -> Int32 {
        let start = ContinuousClock.now
        let (outcome, stop) = await StopSignal.cancelling { await converted() }
        let tally: RunTally
        do throws(S3DBError) {
            tally = try outcome.get()
        } catch {
            guard let stop else { throw error }
            Output.writeError("Stopped before any work.\n")
            return stop.exitStatus
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        if isJSON {
            Output.write(JSONOutput.summary(tally, seconds: seconds, signal: stop))
        } else {
            Output.write(SummaryTable.text(tally, seconds: seconds, signal: stop))
        }
        return stop?.exitStatus ?? (tally.failures.isEmpty ? 0 : 1)
    }

    /// What the run came to. Why it could not begin is a failure; why it could not go on is one among its results.
    private func converted() async -> Result<RunTally, S3DBError> {
        let plans: ConversionPlans
        do throws(S3DBError) {
            plans = try await service.plans()
        } catch {
            return .failure(error)
        }
        let reporter = RunReporter(plans, of: service, isJSON: isJSON, showsWarnings: showsWarnings)
        let drawing = Task { await reporter.drawProgress() }
        var failure: S3DBError?
        do throws(S3DBError) {
            try await service.run(plans, planned: { reporter.planned($0) }) { reporter.report($0) }
        } catch {
            failure = error
        }
        drawing.cancel()
        await drawing.value
        if let failure {
            if !reporter.hasPlan { return .failure(failure) }
            if failure.code != .cancelled { reporter.report(OutputResult(failure)) }
        }
        return .success(reporter.finish())
    }
}
