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

    private struct Span: Hashable {
        var dataset: DatasetID
        var span: Partition
    }

    /// The figures by dataset; what belongs to none stands under an empty name.
    private(set) var figures: [String: Figures] = [:]
    /// The failures in the order of their coming.
    private(set) var failures: [OutputResult] = []
    /// The stored bytes of the sources that were read.
    var sourceByteCount = 0

    private var ended: Set<Span> = []
    private var cancelled: Set<Span> = []
    private let plan: ConversionPlan

    init(_ plan: ConversionPlan) {
        self.plan = plan
        let toWrite = Set(plan.jobs.lazy.flatMap(\.outputs).map(\.key))
        for output in plan.outputs where output.state != .orphaned {
            figures[output.dataset.description, default: Figures()].keptCount += toWrite.contains(output.key) ? 0 : 1
        }
    }

    /// All datasets together.
    var total: Figures { figures.values.reduce(into: Figures()) { $0 += $1 } }

    /// The jobs that did not come to their end, because the run was stopped.
    var undoneJobCount: Int {
        plan.jobs.count { job in
            let span = Span(dataset: job.dataset, span: job.span)
            return !ended.contains(span) || cancelled.contains(span)
        }
    }

    /// Counts a result.
    mutating func add(_ result: OutputResult) {
        let name = result.dataset?.description ?? Self.dataset(ofKey: result.key)
        let span = result.dataset.flatMap { dataset in
            result.partition.map { Span(dataset: dataset, span: spanOf($0)) }
        }
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
        case .failed(let error) where error.code == .cancelled:
            if let span { cancelled.insert(span) }
            return
        case .failed:
            added.failedCount = 1
            failures.append(result)
        }
        if let span { ended.insert(span) }
        figures[name, default: Figures()] += added
    }

    /// The stretch that one job covers, of which `partition` is all or an hour.
    private func spanOf(_ partition: Partition) -> Partition {
        Partition(size: partition.size.jobSize, containing: partition.firstDay)
    }

    /// The dataset of a source's key; empty where it has none.
    private static func dataset(ofKey key: String) -> String {
        key.split(separator: "/").count > 2 ? key.split(separator: "/").prefix(2).joined(separator: "/") : ""
    }
}
