import DriverKit
import S3DB

/// What `--json` prints: one document for a plan, one line for each result of a run and one for its summary.
enum JSONOutput {
    /// The states alone, and what is in the queue where there is one.
    static func status(_ plan: PlanSummary, _ queue: QueueStatus?) -> JSONValue {
        let failed = queue?.failedCounts ?? [:]
        return [
            "type": "status",
            "counts": .counts(plan.counts()), "sections": plan.sections().json,
            "datasets": .array(
                plan.datasets.map { dataset in
                    [
                        "dataset": .string(dataset.description), "counts": .counts(plan.counts(of: dataset)),
                        "sections": plan.sections(of: dataset).json, "failed": .number(failed[dataset] ?? 0),
                    ]
                }),
            "stale": .array(
                plan.stale.map { ["key": .string($0.key.text), "sections": $0.sections.json] }),
            "queue": queue?.json ?? .null,
            "failures": .array(plan.failures.map(\.json)),
        ]
    }

    /// The end of a run.
    static func summary(
        _ tally: RunTally, seconds: Double, signal: StopSignal?
    ) -> JSONValue {
        let total = tally.total
        return [
            "type": "summary", "written": .number(total.writtenCount), "kept": .number(total.keptCount),
            "unchanged": .number(total.unchangedCount), "removed": .number(total.removedCount),
            "failed": .number(total.failedCount), "not_done": .number(tally.undoneJobCount),
            "datasets_not_planned": .number(tally.unplannedCount),
            "rows": .number(total.rowCount), "rows_outside_day": .number(total.outsideRowCount),
            "bytes": .number(total.byteCount), "source_bytes": .number(tally.progress.sourceByteCount),
            "kept_sections": .number(total.keptSectionCount), "cost": total.cost.json,
            "seconds": .number((seconds * 1000).rounded() / 1000),
            "stopped_by": signal.map { .string($0.rawValue) } ?? .null,
            "warnings": .array(tally.warnings.map { .string($0) }),
        ]
    }
}
