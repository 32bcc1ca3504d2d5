import Foundation

/// Runs Python with the packages that tests compare against: the strangers that verify what this package writes.
public enum Python {
    /// The interpreter: `S3DB_PYTHON`, or that of the virtual environment that Scripts/test.sh makes.
    public static let executable: URL =
        ProcessInfo.processInfo.environment["S3DB_PYTHON"].map { URL(filePath: $0) }
        ?? Requirement.root.appending(path: ".venv/bin/python")

    /// Whether the interpreter is there.
    public static let isAvailable = FileManager.default.isExecutableFile(atPath: executable.path)

    /// Runs a script and returns what it printed.
    ///
    /// - Throws: ``Failure`` with what it wrote to standard error when it exits with another status than 0.
    @discardableResult
    public static func run(_ script: String, _ arguments: [String] = []) throws -> String {
        let process = Process()
        process.executableURL = executable
        // Without the interpreter's own end, in which the readers' idle threads now and then abort the process.
        let ending = "\nimport os, sys\nsys.stdout.flush()\nos._exit(0)\n"
        process.arguments = ["-c", script + ending] + arguments
        let output = Pipe()
        let directory = try TemporaryDirectory()
        let errors = directory.url.appending(path: "stderr")
        try Data().write(to: errors)
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: errors)
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw Failure(
                status: process.terminationStatus,
                message: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
        }
        return String(decoding: printed, as: UTF8.self)
    }

    /// A script that did not exit with 0.
    public struct Failure: Error, CustomStringConvertible {
        /// The exit status.
        public let status: Int32
        /// What it wrote to standard error.
        public let message: String

        /// Status and message.
        public var description: String { "python exited with \(status):\n\(message)" }
    }
}
