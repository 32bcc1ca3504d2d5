import ArgumentParser
import DriverKit
import S3DB

/// `backfill run`: writes what is missing or stale.
struct RunCommand: BackfillSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "run", abstract: "Convert what is missing or stale. Running it again does what is left.")

    @OptionGroup var options: BackfillOptions

    var given: [OptionName: [String]] { options.given }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let service = try await settings.backfill(writes: true)
        return try await RunSession(service, isJSON: try settings.flag(.json)).run()
    }
}
