import ArgumentParser
import DriverKit
import S3DB

/// `backfill status`: how many outputs are in which state.
struct StatusCommand: BackfillSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Count the outputs in each state. Changes nothing.")

    @OptionGroup var options: BackfillOptions

    var given: [OptionName: [String]] { options.given }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let plan = try await Backfill(try settings.configuration()).plan()
        if try settings.flag(.json) {
            Output.write(JSONOutput.status(plan))
        } else {
            Output.write(PlanReport.status(plan))
        }
        return 0
    }
}
