import DriverKit
import S3DB

/// What stands at the end of a run for people.
enum SummaryTable {
    /// A line for each dataset and one for all, then every failure with its reason.
    static func text(_ tally: RunTally, seconds: Double, signal: StopSignal?) -> String {
        var text = "\n" + table(tally)
        let total = tally.total
        let rate = ByteText.rate(byteCount: tally.progress.sourceByteCount, seconds: seconds)
        text +=
            "\nRead \(ByteText.size(tally.progress.sourceByteCount)) in \(ByteText.duration(seconds: seconds)) (\(rate)).\n"
        if total.cost.requestCount > 0 {
            text +=
                "Stores: \(ByteText.size(total.cost.readByteCount)) read, \(ByteText.size(total.cost.sentByteCount)) sent, "
                + "\(ByteText.size(total.cost.copiedByteCount)) copied in place, "
                + "\(ByteText.number(total.cost.requestCount)) requests.\n"
        }
        if total.keptSectionCount > 0 {
            text += "\(ByteText.number(total.keptSectionCount)) sections were kept as they stood.\n"
        }
        if total.outsideRowCount > 0 {
            text += "\(ByteText.number(total.outsideRowCount)) rows lie outside their object's UTC day.\n"
        }
        for result in tally.failures { text += failure(result) }
        if let signal {
            text +=
                "\nStopped by \(signal.rawValue): \(ByteText.number(total.writtenCount)) written, "
                + "\(ByteText.number(tally.undoneJobCount)) of \(ByteText.number(tally.jobCount)) jobs left"
                + (tally.unplannedCount > 0
                    ? ", \(ByteText.number(tally.unplannedCount)) datasets not looked at" : "")
                + ". The same command resumes.\n"
        }
        return text
    }

    /// One failure, its reason indented below its key.
    static func failure(_ result: OutputResult) -> String {
        guard case .failed(let error) = result.outcome else { return "" }
        return "\nFAILED \(result.key)\n  \(error.description.replacing("\n", with: "\n  "))\n"
    }

    private static func table(_ tally: RunTally) -> String {
        var table = TextTable([
            ("dataset", .left), ("written", .right), ("kept", .right), ("unchanged", .right), ("removed", .right),
            ("failed", .right), ("rows", .right), ("bytes", .right), ("sent", .right), ("copied", .right),
        ])
        for (name, figures) in tally.figures.sorted(by: { $0.key < $1.key }) {
            table.append([name.isEmpty ? "(none)" : name] + cells(figures))
        }
        table.setFooter(["total"] + cells(tally.total))
        return table.text
    }

    private static func cells(_ figures: RunTally.Figures) -> [String] {
        let counts = [
            figures.writtenCount, figures.keptCount, figures.unchangedCount, figures.removedCount, figures.failedCount,
            figures.rowCount,
        ]
        let byteCounts = [figures.byteCount, figures.cost.sentByteCount, figures.cost.copiedByteCount]
        return counts.map(ByteText.number) + byteCounts.map(ByteText.size)
    }
}
