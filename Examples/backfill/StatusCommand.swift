import ArgumentParser
import DriverKit
import S3DB

/// `backfill status`: how many outputs are in which state, and with a queue what is still to come and what failed.
struct StatusCommand: BackfillSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract:
            "Count the outputs in each state; with --queue also what waits there and what failed. Changes nothing.")

    @OptionGroup var options: BackfillOptions
    @OptionGroup var queue: QueueOptions

    var given: [OptionName: [String]] { .init(options, queue) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let backfill = try await settings.backfill()
        let queue: QueueStatus? =
            if settings.text(.queue) != nil { try await QueueStatus(of: settings.queue()) } else { nil }
        let plan = try await backfill.summary()
        if try settings.flag(.json) {
            Output.write(JSONOutput.status(plan, queue))
        } else {
            Output.write(PlanReport.status(plan, queue))
        }
        return 0
    }
}
