import ArgumentParser
import DriverKit
import S3DB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// `backfill`: without a subcommand, on a terminal, it asks.
struct BackfillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "backfill",
        abstract: "Convert S3DB history into Arrow and Parquet.",
        discussion: """
            Every option can also come from the environment (--assume-strings as S3DB_ASSUME_STRINGS, lists \
            separated by commas) or from a JSON file (--config). The command line wins over the environment, and \
            that over the file. Exit status: 0 when all went well, 1 when something failed, 2 for bad usage.
            """,
        version: ToolVersion.createdBy,
        subcommands: [
            PlanCommand.self, RunCommand.self, EnqueueCommand.self, WorkCommand.self, StatusCommand.self,
            VerifyCommand.self, RedriveCommand.self,
        ])

    func run() async throws {
        guard Output.isInteractive else {
            Output.writeError(Self.helpMessage() + "\n")
            throw ExitCode(2)
        }
        throw ExitCode(await Prompts(environment: ProcessInfo.processInfo.environment).run())
    }
}
