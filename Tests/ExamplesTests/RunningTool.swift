import Foundation
import S3DB
import TestSupport
import Testing

/// A program of this package that runs beside the test until it is stopped.
final class RunningTool: Sendable {
    private let process = Process()
    private let directory: TemporaryDirectory
    private let output: URL
    private let errors: URL

    /// Starts it.
    ///
    /// - Parameter added: Variables beside those of this process.
    init(_ name: String, _ arguments: [String], environment added: [String: String] = [:]) throws {
        directory = try TemporaryDirectory()
        output = try directory.write([], to: "stdout")
        errors = try directory.write([], to: "stderr")
        process.executableURL = try Executable.url(of: name)
        process.arguments = arguments
        process.environment = BackfillTool.environment(added)
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = try FileHandle(forWritingTo: output)
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
    }

    deinit {
        if process.isRunning { kill(process.processIdentifier, SIGKILL) }
    }

    /// What it has printed so far.
    var printed: String { (try? String(contentsOf: output, encoding: .utf8)) ?? "" }

    /// What it has said to standard error so far.
    var said: String { (try? String(contentsOf: errors, encoding: .utf8)) ?? "" }

    var isRunning: Bool { process.isRunning }

    /// Sends a signal.
    func send(_ signal: Int32) {
        kill(process.processIdentifier, signal)
    }

    /// Whether the process stands still (Linux).
    var isStopped: Bool {
        guard process.isRunning, let status = try? String(contentsOfFile: "\(system)/stat", encoding: .utf8) else {
            return true
        }
        // "pid (name) state ..."; a name may have spaces and brackets.
        return status.split(separator: ")").last?.hasPrefix(" T") == true
    }

    /// The paths of the files that the process has open (Linux).
    var openFiles: [String] {
        let numbers = (try? FileManager.default.contentsOfDirectory(atPath: "\(system)/fd")) ?? []
        return numbers.compactMap { try? FileManager.default.destinationOfSymbolicLink(atPath: "\(system)/fd/\($0)") }
    }

    private var system: String { "/proc/\(process.processIdentifier)" }

    /// Sends a signal and waits for the end; the status, or the signal's number where that ended it.
    func end(with signal: Int32) -> Int32 {
        kill(process.processIdentifier, signal)
        process.waitUntilExit()
        return process.terminationStatus
    }

    /// Waits for the end.
    func ended() -> Int32 {
        process.waitUntilExit()
        return process.terminationStatus
    }
}

/// Waits until something holds; fails the test when it does not within a time that is long for any machine.
func eventually(
    within seconds: Double = 60, _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
    _ holds: () throws -> Bool
) throws {
    let end = Date(timeIntervalSinceNow: seconds)
    while Date() < end {
        if try holds() { return }
        Thread.sleep(forTimeInterval: 0.02)
    }
    Issue.record(what, sourceLocation: sourceLocation)
}
