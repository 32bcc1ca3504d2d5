import ArgumentParser
import Logging
import S3DB

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif

/// A command whose options can also come from the environment or a file, and whose failures become messages and exit
/// statuses.
package protocol DriverCommand: AsyncParsableCommand {
    /// The program's name, for messages.
    static var program: String { get }

    /// The options on the command line.
    var given: [OptionName: [String]] { get }

    /// Does the work; returns the status to exit with.
    func run(_ settings: Settings) async throws(S3DBError) -> Int32

    /// Says why the work ended before its time; returns the status to exit with.
    static func report(_ error: S3DBError, isJSON: Bool) -> Int32
}

extension DriverCommand {
    /// A line on standard error; with JSON also an object on standard output, in place of the result.
    package static func report(_ error: S3DBError, isJSON: Bool) -> Int32 {
        Output.writeError("\(program): \(error)\n")
        if isJSON { Output.write(["type": "error", "error": error.json]) }
        return error.exitStatus
    }
}

extension DriverCommand {
    /// Collects the options, does the work and exits.
    package func run() async throws {
        var isJSON = given[.json] != nil
        let status: Int32
        do throws(S3DBError) {
            let settings = try Settings(given, environment: ProcessInfo.processInfo.environment)
            isJSON = try settings.flag(.json)
            try settings.startLogging()
            status = try await run(settings)
        } catch {
            status = Self.report(error, isJSON: isJSON)
        }
        throw ExitCode(status)
    }
}

extension AsyncParsableCommand {
    /// Parses the command line and runs a command: the whole of a program.
    package static func runProgram() async {
        StopSignal.ignoreWriteSignals()
        do {
            try await runCommand()
        } catch {
            // ArgumentParser has a status of its own for bad usage; here it is 2.
            let status = exitCode(for: error)
            let message = fullMessage(for: error)
            if !message.isEmpty {
                if status.isSuccess { Output.write(message + "\n") } else { Output.writeError(message + "\n") }
            }
            exit(withError: status == .validationFailure ? ExitCode(2) : status)
        }
    }

    private static func runCommand() async throws {
        var command = try parseAsRoot()
        if var command = command as? any AsyncParsableCommand {
            try await command.run()
        } else {
            try command.run()
        }
    }
}

extension Settings {
    /// Sends log messages of the asked level to standard error.
    package func startLogging() throws(S3DBError) {
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
    package var exitStatus: Int32 {
        let usage: Set<Code> = [
            .unknownName, .duplicateName, .invalidSpec, .invalidArgument, .invalidKey, .notFound, .unsupported,
            .memoryBudget,
        ]
        return usage.contains(code) ? 2 : 1
    }
}
