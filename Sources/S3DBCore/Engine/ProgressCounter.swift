import Synchronization

/// Counts what a run has done.
final class ProgressCounter: Sendable {
    private let state = Mutex(ConversionProgress())

    /// The figures now.
    var now: ConversionProgress { state.withLock { $0 } }

    func add(rows: Int, sourceBytes: Int) {
        state.withLock {
            $0.rowCount += rows
            $0.sourceByteCount += sourceBytes
        }
    }

    func add(_ results: [OutputResult]) {
        state.withLock { state in
            state.jobCount += 1
            for result in results {
                switch result.outcome {
                case .written: state.outputCount += 1
                case .failed: state.failureCount += 1
                case .unchanged, .removed: break
                }
            }
        }
    }
}
