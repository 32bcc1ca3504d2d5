import DriverKit
import Logging
import S3DB
import Synchronization

/// Shows the results of a run as they come: JSON lines, plain lines, or failures above a line of progress.
final class RunReporter: Sendable {
    private struct State {
        var tally: RunTally
        var line: ProgressLine?
        var hasPlan = false
    }

    private let state: Mutex<State>
    private let isJSON: Bool
    private let showsWarnings: Bool
    private let service: Backfill
    private let logger = Logger(label: "backfill")

    init(_ plans: ConversionPlans, of service: Backfill, isJSON: Bool, showsWarnings: Bool) {
        self.service = service
        self.isJSON = isJSON
        self.showsWarnings = showsWarnings && !isJSON
        let hasLine = !isJSON && Output.isErrorTerminal
        let tally = RunTally(plans)
        if self.showsWarnings { Self.show(tally.warnings) }
        state = Mutex(State(tally: tally, line: hasLine ? ProgressLine() : nil))
    }

    /// Counts what is to be done, and shows what the user should know of it.
    func planned(_ plan: ConversionPlan) {
        state.withLock { state in
            state.hasPlan = true
            let warnings = state.tally.add(plan)
            if showsWarnings && !warnings.isEmpty {
                state.line?.clear()
                Self.show(warnings)
            }
            state.line?.draw(service.progress, of: state.tally)
        }
        let name = plan.dataset?.description ?? "all"
        logger.info("\(name): \(plan.jobs.count) jobs for \(plan.outputs.count) outputs, spec \(plan.spec.text)")
    }

    private static func show(_ warnings: [String]) {
        for warning in warnings { Output.writeError("warning: \(warning)\n") }
    }

    /// Shows and counts a result.
    func report(_ result: OutputResult) {
        state.withLock { state in
            state.tally.add(result)
            if isJSON {
                Output.write(result.json)
            } else if state.line == nil {
                Output.write(result.line)
            } else if result.outcome.name == "failed" {
                state.line?.clear()
                Output.writeError("FAILED \(result.key)\n")
            }
        }
        logger.debug("\(result.outcome.name) \(result.key)")
    }

    /// Whether a plan was made.
    var hasPlan: Bool { state.withLock { $0.hasPlan } }

    /// Draws the line of progress until the task is cancelled; returns at once where there is none.
    func drawProgress() async {
        while state.withLock({ $0.line != nil }), !Task.isCancelled {
            state.withLock { $0.line?.draw(service.progress, of: $0.tally) }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Ends the line and gives what was counted.
    func finish() -> RunTally {
        state.withLock { state in
            state.line?.clear()
            state.tally.progress = service.progress
            return state.tally
        }
    }
}
