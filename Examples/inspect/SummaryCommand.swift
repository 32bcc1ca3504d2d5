import ArgumentParser
import DriverKit
import S3DB

/// `inspect FILE`: a file at a glance.
struct SummaryCommand: InspectSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "summary", abstract: "What a file holds, and how: the default.")

    @OptionGroup var argument: FileArgument
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(resources, general) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let file = try await InspectedFile(argument.file, settings)
        let summary = SummaryReport(file, try await file.describe())
        if try settings.flag(.json) {
            Output.write(summary.json)
        } else {
            Output.write(summary.text(width: Output.width))
        }
        return 0
    }
}
