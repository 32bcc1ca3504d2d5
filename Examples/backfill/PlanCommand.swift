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
            return try await writeDocument(of: try await service.plans())
        }
        let summary = try await service.summary()
        Output.write(PlanReport.text(summary, of: service))
        return summary.failures.isEmpty ? 0 : 1
    }

    /// Writes a document as it comes. One that cannot be ended is no JSON; the reason follows on a line of its own.
    private func writeDocument(of plans: ConversionPlans) async throws(S3DBError) -> Int32 {
        var document = PlanDocument(plans)
        var isBegun = false
        do throws(S3DBError) {
            for try await plan in plans {
                Output.write(document.text(adding: plan))
                isBegun = true
            }
        } catch {
            if isBegun { Output.write("\n") }
            throw error
        }
        Output.write(document.end() + "\n")
        return document.failures.isEmpty ? 0 : 1
    }
}
