import DriverKit
import Logging
import S3DB

/// One run from plan to summary.
struct RunSession {
    private let service: Backfill
    private let isJSON: Bool
    private let logger = Logger(label: "backfill")

    init(_ service: Backfill, isJSON: Bool) {
        self.service = service
        self.isJSON = isJSON
    }

    /// Plans, runs and sums up.
    ///
    /// - Parameter planned: The plan, where it is made already.
    /// - Returns: The status to exit with: 0, 1 when something failed, 128 and its number after a signal.
    func run(_ planned: ConversionPlan? = nil) async throws(S3DBError) -> Int32 {
        let (outcome, stop) = await StopSignal.cancelling { await plannedAndRun(planned) }
        guard let ended = try ended(outcome, stop) else { return stop?.exitStatus ?? 1 }
        let (plan, tally, seconds) = ended
        if isJSON {
            Output.write(JSONOutput.summary(tally, plan, seconds: seconds, signal: stop))
        } else {
            Output.write(SummaryTable.text(tally, plan, seconds: seconds, signal: stop))
        }
        return stop?.exitStatus ?? (tally.failures.isEmpty ? 0 : 1)
    }

    private typealias Ended = (plan: ConversionPlan, tally: RunTally, seconds: Double)

    /// What a run came to; nil when it was stopped before there was a plan.
    private func ended(_ outcome: Result<Ended, S3DBError>, _ stop: StopSignal?) throws(S3DBError) -> Ended? {
        if stop != nil, case .failure = outcome {
            Output.writeError("Stopped before any work.\n")
            return nil
        }
        return try outcome.get()
    }

    private func plannedAndRun(_ planned: ConversionPlan?) async -> Result<Ended, S3DBError> {
        let plan: ConversionPlan
        do throws(S3DBError) {
            plan = if let planned { planned } else { try await service.plan() }
        } catch {
            return .failure(error)
        }
        logger.info("\(plan.jobs.count) jobs for \(plan.outputs.count) outputs, spec \(plan.spec.text)")
        if planned == nil && !isJSON {
            for warning in plan.warnings { Output.writeError("warning: \(warning)\n") }
        }
        let start = ContinuousClock.now
        let reporter = RunReporter(plan, isJSON: isJSON)
        let drawing = Task { await reporter.drawProgress(of: service) }
        await service.run(plan) { reporter.report($0) }
        drawing.cancel()
        await drawing.value
        let elapsed = (ContinuousClock.now - start).components
        let seconds = Double(elapsed.seconds) + Double(elapsed.attoseconds) / 1e18
        return .success((plan, reporter.finish(service.progress), seconds))
    }
}
