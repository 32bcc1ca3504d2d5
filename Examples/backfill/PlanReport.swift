import DriverKit
import S3DB

/// A plan as people read it.
enum PlanReport {
    /// Outputs by state for each dataset, what is to be read, what to know.
    static func text(_ plan: PlanSummary, of service: Backfill) -> String {
        var text = heading(plan, of: service)
        for dataset in plan.datasets { text += "\n\(dataset)\n" + states(of: dataset, in: plan) }
        text += "\n" + foreign(plan) + work(plan)
        text += list("Warnings", plan.warnings)
        text += list(
            "Columns without a declared type, read as text (--type COLUMN=TYPE declares one)",
            plan.undeclaredColumns.map { column in
                "\(column.dataset): \(column.name)"
                    + (column.sample.map { ", such as \(S3DBError.quoted($0))" } ?? ", no value seen")
            })
        text += list(
            "Files of several sections hold several frames, which one-shot decoders do not read whole; call",
            plan.frameAdvice.map { "\($0.reader): \($0.call)" })
        text += list("Failures", plan.failures.map(\.description))
        return text
    }

    /// A line for each dataset with the number of outputs in each state, and what is in the queue where there is one.
    static func status(_ plan: PlanSummary, _ queue: QueueStatus?) -> String {
        var table = TextTable([("dataset", .left)] + plan.counts().map { ($0.state, .right) })
        for dataset in plan.datasets {
            table.append([dataset.description] + plan.counts(of: dataset).map { ByteText.number($0.count) })
        }
        table.setFooter(["total"] + plan.counts().map { ByteText.number($0.count) })
        return table.text + sections(plan) + (queue.map(text) ?? "")
            + list("Failures", plan.failures.map(\.description))
    }

    /// The sections of months and years, and where they are not all current.
    private static func sections(_ plan: PlanSummary) -> String {
        let spec = plan.spec.spec
        guard spec.size == .month || spec.size == .year else { return "" }
        let total = plan.sections()
        var table = TextTable([("sections of a \(spec.span)", .left)] + total.counts.map { ($0.state, .right) })
        for dataset in plan.datasets {
            table.append([dataset.description] + plan.sections(of: dataset).counts.map { ByteText.number($0.count) })
        }
        table.setFooter(["total"] + total.counts.map { ByteText.number($0.count) })
        let shown = plan.stale.prefix(20).map { stale in
            let counts = stale.sections.counts.filter { $0.count > 0 }
            return "\(stale.key): " + counts.map { "\(ByteText.number($0.count)) \($0.state)" }.joined(separator: ", ")
        }
        let count = plan.counts().first { $0.state == "stale" }?.count ?? 0
        let rest = count > shown.count ? ["and \(ByteText.number(count - shown.count)) more"] : []
        return "\n" + table.text + list("Sections of stale outputs", shown + rest)
    }

    private static func text(_ status: QueueStatus) -> String {
        let age = status.depth.oldestSeconds.map { ", the oldest for \(ByteText.duration(seconds: $0))" } ?? ""
        let shown = status.failed.prefix(20).map { failed in
            let name = failed.job.map { "\($0.dataset) \($0.partition)" } ?? "a message that is no job"
            let reason = failed.reason.map { "\($0.message) (\($0.code))" } ?? "received too often"
            return "\(name), \(failed.attemptCount) attempts: \(reason)"
        }
        let rest = status.failed.count - shown.count
        return """

            Queue \(status.queue): \(ByteText.number(status.depth.waitingCount)) waiting\(age), \
            \(ByteText.number(status.depth.inHandCount)) in hand, \(ByteText.number(status.failed.count)) failed.

            """ + list("Failed jobs", shown + (rest > 0 ? ["and \(ByteText.number(rest)) more"] : []))
    }

    private static func heading(_ plan: PlanSummary, of service: Backfill) -> String {
        let spec = plan.spec.spec
        let level = spec.level.map { ", level \($0)" } ?? ""
        return """
            Source       \(service.source.description)
            Destination  \(service.destination.description)
            Spec         \(spec.format), \(spec.codec)\(level), layout \(spec.layout), a file a \(spec.size)

            """
    }

    private static func states(of dataset: DatasetID, in plan: PlanSummary) -> String {
        var table = TextTable([("state", .left), ("outputs", .right), ("first", .left), ("last", .left)])
        let figures = plan.figures[dataset] ?? PlanSummary.Figures()
        for name in PlanSummary.stateNames {
            guard let stretch = figures.states[name] else { continue }
            table.append([
                name, ByteText.number(stretch.count), stretch.first.description, stretch.last.description,
            ])
        }
        let lines = table.text.split(separator: "\n").map { "  \($0)\n" }
        return lines.joined() + "  to read: \(ByteText.size(figures.sourceByteCount))\n"
    }

    private static func work(_ plan: PlanSummary) -> String {
        let counts = plan.counts().map { "\(ByteText.number($0.count)) \($0.state)" }.joined(separator: ", ")
        var text = "Outputs: \(counts).\n"
        text +=
            plan.jobCount == 0
            ? "Nothing is to be written.\n"
            : "Jobs to do: \(ByteText.number(plan.jobCount)), which read \(ByteText.size(plan.sourceByteCount)).\n"
        if plan.removalCount > 0 { text += "To remove: \(ByteText.number(plan.removalCount)) orphaned outputs.\n" }
        if plan.ignoredObjectCount > 0 {
            text += "Ignored: \(ByteText.number(plan.ignoredObjectCount)) objects that are no S3DB data.\n"
        }
        return text
    }

    /// What stands in the way, up to a number that can be read.
    private static func foreign(_ plan: PlanSummary) -> String {
        guard !plan.foreign.isEmpty else { return "" }
        let shown = plan.foreign.map { output in
            "\(output.key): \(output.spec.map { "made under the spec \($0)" } ?? "of unknown origin")"
        }
        let count = plan.counts().first { $0.state == "foreign" }?.count ?? 0
        let rest = count > shown.count ? ["and \(ByteText.number(count - shown.count)) more"] : []
        return list("Foreign outputs, refused without --overwrite always", shown + rest).dropFirst() + "\n"
    }

    private static func list(_ title: String, _ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        return "\n\(title):\n" + lines.map { "  \($0)\n" }.joined()
    }
}
