import DriverKit
import S3DB

/// The command lines that set right what a verification found, in the order in which they are to be run.
struct RepairCommands {
    /// The options on the command line of the verification.
    let given: [OptionName: [String]]
    /// Whether only the newest days were chosen, wherever that was said.
    let hasLatest: Bool

    /// One command for each stretch that must be overwritten, then one for all that is missing, stale or too much.
    ///
    /// What stands where nothing of this spec should is refused by a run, so it comes first.
    func texts(for summary: VerificationSummary) -> [String] {
        var texts = summary.overwrites.map(overwriting)
        if summary.needsRun || summary.needsPruning {
            var options = given
            options[.overwrite] = [OverwritePolicy.ifStale.rawValue]
            options[.prune] = summary.needsPruning ? ["true"] : nil
            texts.append(text(options))
        }
        return texts
    }

    private func overwriting(_ stretch: VerificationSummary.Stretch) -> String {
        var options = given
        options[.all] = nil
        options[.dataset] = [stretch.dataset.description]
        options[.from] = [stretch.days.lowerBound.description]
        options[.to] = [stretch.days.upperBound.description]
        // All days of the stretch, also where the environment or a file says otherwise.
        let dayCount = stretch.days.upperBound.number - stretch.days.lowerBound.number + 1
        options[.latest] = hasLatest ? [String(min(dayCount, 100_000))] : nil
        options[.overwrite] = [OverwritePolicy.always.rawValue]
        options[.prune] = nil
        return text(options)
    }

    private func text(_ options: [OptionName: [String]]) -> String {
        var options = options
        options[.json] = nil
        return EquivalentCommand.text(options)
    }
}
