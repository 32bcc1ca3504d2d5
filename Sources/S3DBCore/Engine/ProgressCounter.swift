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

    /// Counts a job by its results; one that was cut short has not come to its end.
    func add(_ results: [OutputResult]) {
        state.withLock { state in
            var isCancelled = false
            for result in results {
                switch result.outcome {
                case .written: state.outputCount += 1
                case .failed(let error) where error.code == .cancelled: isCancelled = true
                case .failed: state.failureCount += 1
                case .unchanged, .removed: break
                }
            }
            if !isCancelled { state.jobCount += 1 }
        }
    }
}
