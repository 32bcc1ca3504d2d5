import DriverKit
import Logging
import S3DB
import Synchronization

/// Shows the results of a run as they come: JSON lines, plain lines, or failures above a line of progress.
final class RunReporter: Sendable {
    private struct State {
        var tally: RunTally
        var line: ProgressLine?
    }

    private let state: Mutex<State>
    private let isJSON: Bool
    private let logger = Logger(label: "backfill")

    init(_ plan: ConversionPlan, isJSON: Bool) {
        self.isJSON = isJSON
        let hasLine = !isJSON && Output.isErrorTerminal
        state = Mutex(State(tally: RunTally(plan), line: hasLine ? ProgressLine(plan) : nil))
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

    /// Draws the line of progress until the task is cancelled; returns at once where there is none.
    func drawProgress(of service: Backfill) async {
        while state.withLock({ $0.line != nil }), !Task.isCancelled {
            state.withLock { $0.line?.draw(service.progress) }
            try? await Task.sleep(for: .milliseconds(200))
        }
    }

    /// Ends the line and gives what was counted.
    func finish(_ progress: ConversionProgress) -> RunTally {
        state.withLock { state in
            state.line?.clear()
            state.tally.sourceByteCount = progress.sourceByteCount
            return state.tally
        }
    }
}
