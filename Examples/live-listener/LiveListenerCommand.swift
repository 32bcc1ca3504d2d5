import ArgumentParser
import DriverKit
import S3DB

/// `live-listener`: converts each file as it lands.
struct LiveListenerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "live-listener",
        abstract: "Convert S3DB days into Arrow and Parquet as they land.",
        discussion: """
            Every option can also come from the environment (--live-jobs as S3DB_LIVE_JOBS) or from a JSON file \
            (--config). The command line wins over the environment, and that over the file. Exit status: 0 when all \
            went well, 1 when something failed, 2 for bad usage.
            """,
        version: ToolVersion.createdBy, subcommands: [ListenCommand.self, JobsCommand.self])
}

/// A command of this program.
protocol LiveListenerSubcommand: DriverCommand {}

extension LiveListenerSubcommand {
    static var program: String { "live-listener" }
}
