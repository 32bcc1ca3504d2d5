import S3DB

/// What a run has come to: figures for each dataset, and the failures.
struct RunTally {
    /// The figures of one dataset, or of all.
    struct Figures {
        var writtenCount = 0
        /// Outputs that the plan leaves as they are.
        var keptCount = 0
        var unchangedCount = 0
        var removedCount = 0
        var failedCount = 0
        var rowCount = 0
        var outsideRowCount = 0
        var byteCount = 0
        var keptSectionCount = 0
        /// What was moved.
        var cost = TransferCost()

        static func += (a: inout Figures, b: Figures) {
            a.writtenCount += b.writtenCount
            a.keptCount += b.keptCount
            a.unchangedCount += b.unchangedCount
            a.removedCount += b.removedCount
            a.failedCount += b.failedCount
            a.rowCount += b.rowCount
            a.outsideRowCount += b.outsideRowCount
            a.byteCount += b.byteCount
            a.keptSectionCount += b.keptSectionCount
            a.cost += b.cost
        }
    }

    /// The figures by dataset; what belongs to none stands under an empty name.
    private(set) var figures: [String: Figures] = [:]
    /// The failures in the order of their coming.
    private(set) var failures: [OutputResult] = []
    /// What the user should know, each once.
    private(set) var warnings: [String]
    /// The jobs of the plans so far.
    private(set) var jobCount = 0
    /// The stored bytes of the sources that they read.
    private(set) var plannedByteCount = 0
    /// The datasets that no plan was made of yet.
    private(set) var unplannedCount: Int
    /// How far the run has come.
    var progress = ConversionProgress()

    init(_ plans: ConversionPlans) {
        unplannedCount = plans.count
        warnings = plans.spec.warnings
    }

    /// Counts what a plan has to do, and what it leaves; gives the warnings that are new.
    mutating func add(_ plan: ConversionPlan) -> [String] {
        unplannedCount -= 1
        jobCount += plan.jobs.count
        plannedByteCount += plan.sourceByteCount
        for output in plan.outputs where output.state != .orphaned {
            figures[output.dataset.description, default: Figures()].keptCount += 1
        }
        for job in plan.jobs {
            figures[job.dataset.description, default: Figures()].keptCount -= job.outputs.count
        }
        let new = plan.warnings.filter { !warnings.contains($0) }
        warnings += new
        return new
    }

    /// All datasets together.
    var total: Figures { figures.values.reduce(into: Figures()) { $0 += $1 } }

    /// The jobs that did not come to their end, because the run was stopped.
    var undoneJobCount: Int { max(0, jobCount - progress.jobCount) }

    /// Counts a result.
    mutating func add(_ result: OutputResult) {
        let name = result.dataset?.description ?? Self.dataset(ofKey: result.key)
        var added = Figures()
        added.cost = result.cost
        switch result.outcome {
        case .written(let written):
            added.writtenCount = 1
            added.rowCount = written.rowCount
            added.outsideRowCount = written.outsideRowCount
            added.byteCount = written.byteCount
            added.keptSectionCount = written.keptSectionCount
        case .unchanged: added.unchangedCount = 1
        case .removed: added.removedCount = 1
        case .failed(let error) where error.code == .cancelled: return
        case .failed:
            added.failedCount = 1
            failures.append(result)
        }
        figures[name, default: Figures()] += added
    }

    /// The dataset of a source's key; empty where it has none.
    private static func dataset(ofKey key: String) -> String {
        key.split(separator: "/").count > 2 ? key.split(separator: "/").prefix(2).joined(separator: "/") : ""
    }
}
