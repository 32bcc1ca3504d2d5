import ArgumentParser
import S3DB

/// Parses the command line and runs a command; returns when that does not exit by itself.
func runCommand() async throws {
    var command = try BackfillCommand.parseAsRoot()
    if var command = command as? any AsyncParsableCommand {
        try await command.run()
    } else {
        try command.run()
    }
}

StopSignal.ignoreWriteSignals()
do {
    try await runCommand()
} catch {
    // ArgumentParser has a status of its own for bad usage; here it is 2.
    let status = BackfillCommand.exitCode(for: error)
    let message = BackfillCommand.fullMessage(for: error)
    if !message.isEmpty {
        if status.isSuccess { Output.write(message + "\n") } else { Output.writeError(message + "\n") }
    }
    BackfillCommand.exit(withError: status == .validationFailure ? ExitCode(2) : status)
}
