import ArgumentParser
import Foundation
import Logging
import S3DB

/// A command with the shared options, whose failures become messages and exit statuses.
protocol BackfillSubcommand: AsyncParsableCommand {
    var options: Options { get }

    /// Does the work; returns the status to exit with.
    func run(_ settings: Settings) async throws(S3DBError) -> Int32
}

extension BackfillSubcommand {
    /// Collects the options, does the work and exits.
    func run() async throws {
        var isJSON = options.json
        let status: Int32
        do throws(S3DBError) {
            let settings = try Settings(options.given, environment: ProcessInfo.processInfo.environment)
            isJSON = try settings.flag(.json)
            try settings.startLogging()
            status = try await run(settings)
        } catch {
            Output.writeError("backfill: \(error)\n")
            if isJSON { JSONOutput.write(error) }
            status = error.exitStatus
        }
        throw ExitCode(status)
    }
}

extension Settings {
    /// Sends log messages of the asked level to standard error.
    func startLogging() throws(S3DBError) {
        let level = try choice(.logLevel, of: Logger.Level.self) ?? .warning
        LoggingSystem.bootstrap { label in
            var handler = StreamLogHandler.standardError(label: label)
            handler.logLevel = level
            return handler
        }
    }
}

extension S3DBError {
    /// The status of a program that ends with this error before any work: 2 for what its user got wrong, else 1.
    var exitStatus: Int32 {
        let usage: Set<Code> = [
            .unknownName, .duplicateName, .invalidSpec, .invalidArgument, .invalidKey, .notFound, .unsupported,
            .memoryBudget,
        ]
        return usage.contains(code) ? 2 : 1
    }
}
