import DriverKit
import S3DB

/// What a verification found, as people read it.
enum VerificationReport {
    /// A line for each dataset, the findings, and the commands that set them right.
    static func text(_ summary: VerificationSummary, of service: Backfill, repair: [String]) -> String {
        var text = figures(summary) + sections(summary, spec: service.spec.spec) + findings(summary)
        text += list("Failures", summary.failures.map(\.description))
        if summary.holds { return text + "\nAll outputs hold what their sources ask for.\n" }
        text += list("To set this right, run", repair)
        if summary.needsPerson {
            text +=
                "\nUnexpected objects are left alone by every command: remove them by hand, or move them elsewhere.\n"
        }
        return text
    }

    /// How the outputs compare with another tree.
    static func text(_ trees: TreeSummary) -> String {
        var table = TextTable([
            ("dataset", .left), ("compared", .right), ("differences", .right), ("rows", .right),
        ])
        func cells(_ figures: TreeSummary.Figures) -> [String] {
            [figures.pairCount, figures.differenceCount, figures.rowCount].map(ByteText.number)
        }
        for dataset in trees.datasets {
            table.append([dataset.description] + cells(trees.figures[dataset] ?? .init()))
        }
        table.setFooter(["total"] + cells(trees.total))
        let text = "Against \(trees.other):\n\n" + table.text
        if trees.holds { return text + "\nBoth trees hold the same.\n" }
        var list = TextTable([("difference", .left), ("object", .left), ("what", .left)])
        for difference in trees.differences.prefix(100) {
            list.append([difference.kind.rawValue, difference.key, difference.detail])
        }
        let left = trees.differences.count - 100
        return text + "\n" + list.text + (left > 0 ? "and \(ByteText.number(left)) more, which --json lists\n" : "")
    }

    /// The sections of each output of a dataset.
    static func sections(_ dataset: DatasetVerification) -> String {
        dataset.outputs.map { output in
            var table = TextTable([("days", .left), ("state", .left), ("rows", .right), ("bytes", .right)])
            for section in output.sections {
                table.append([
                    days(section.days), section.state.rawValue,
                    section.rowCount.map(ByteText.number) ?? "-", section.byteCount.map(ByteText.size) ?? "-",
                ])
            }
            let lines = table.text.split(separator: "\n").map { "  \($0)\n" }.joined()
            return "\(output.key): \(output.state.name)\n" + (output.sections.isEmpty ? "" : lines) + "\n"
        }.joined()
    }

    private static func figures(_ summary: VerificationSummary) -> String {
        var table = TextTable([
            ("dataset", .left), ("outputs", .right), ("hold", .right), ("findings", .right), ("rows", .right),
        ])
        for dataset in summary.datasets {
            table.append([dataset.description] + cells(summary.figures[dataset] ?? .init()))
        }
        table.setFooter(["total"] + cells(summary.total))
        return table.text
    }

    private static func cells(_ figures: VerificationSummary.Figures) -> [String] {
        [figures.outputCount, figures.holdingCount, figures.findingCount, figures.rowCount].map(ByteText.number)
    }

    /// The sections of months and years by their states.
    private static func sections(_ summary: VerificationSummary, spec: ConversionSpec) -> String {
        guard spec.size == .month || spec.size == .year else { return "" }
        let total = summary.total.sections
        var table = TextTable([("sections of a \(spec.span)", .left)] + total.counts.map { ($0.state, .right) })
        for dataset in summary.datasets {
            let counts = (summary.figures[dataset] ?? .init()).sections.counts
            table.append([dataset.description] + counts.map { ByteText.number($0.count) })
        }
        table.setFooter(["total"] + total.counts.map { ByteText.number($0.count) })
        return "\n" + table.text
    }

    private static func findings(_ summary: VerificationSummary) -> String {
        guard !summary.shownFindings.isEmpty else { return "" }
        var table = TextTable([("finding", .left), ("object", .left), ("days", .left), ("what", .left)])
        for finding in summary.shownFindings {
            table.append([finding.kind.rawValue, finding.key, days(finding.days), finding.detail])
        }
        let left = summary.total.findingCount - summary.shownFindings.count
        let rest = left > 0 ? "and \(ByteText.number(left)) more, which --json lists\n" : ""
        return "\n" + table.text + rest
    }

    /// Days with runs of neighbours as `first..last`; of many runs the first ones.
    static func days(_ days: [UTCDay]) -> String {
        var runs: [ClosedRange<UTCDay>] = []
        for day in days {
            if let last = runs.last, day.number == last.upperBound.number + 1 {
                runs[runs.count - 1] = last.lowerBound...day
            } else {
                runs.append(day...day)
            }
        }
        let shown = runs.prefix(4).map {
            $0.lowerBound == $0.upperBound ? "\($0.lowerBound)" : "\($0.lowerBound)..\($0.upperBound)"
        }
        return shown.joined(separator: ", ")
            + (runs.count > shown.count ? ", and \(runs.count - shown.count) more" : "")
    }

    private static func list(_ title: String, _ lines: [String]) -> String {
        guard !lines.isEmpty else { return "" }
        return "\n\(title):\n" + lines.map { "  \($0)\n" }.joined()
    }
}
