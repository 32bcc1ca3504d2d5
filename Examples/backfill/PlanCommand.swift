import ArgumentParser
import DriverKit
import S3DB

/// `backfill plan`: what a run would do.
struct PlanCommand: BackfillSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "plan", abstract: "Show what a run would do. Changes nothing.")

    @OptionGroup var options: BackfillOptions

    var given: [OptionName: [String]] { options.given }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let service = try await settings.backfill()
        if try settings.flag(.json) {
            let plan = try await service.plan()
            Output.write(plan.json)
            return plan.failures.isEmpty ? 0 : 1
        }
        let summary = try await service.summary()
        Output.write(PlanReport.text(summary, of: service))
        return summary.failures.isEmpty ? 0 : 1
    }
}
