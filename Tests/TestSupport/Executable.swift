import Foundation

/// Runs the executables of this package, as built beside the tests.
public enum Executable {
    /// Runs a product to its end.
    ///
    /// - Throws: ``Failure`` when it exits with another status than 0.
    @discardableResult
    public static func run(_ name: String, _ arguments: [String]) throws -> Outcome {
        let outcome = try outcome(of: name, arguments)
        guard outcome.status == 0 else { throw Failure(name: name, outcome: outcome) }
        return outcome
    }

    /// Runs a product to its end, whatever its exit status.
    ///
    /// - Parameter environment: All of its variables; those of this process where nil.
    public static func outcome(
        of name: String, _ arguments: [String], environment: [String: String]? = nil
    ) throws -> Outcome {
        let directory = try TemporaryDirectory()
        let process = Process()
        process.executableURL = try url(of: name)
        process.arguments = arguments
        if let environment { process.environment = environment }
        process.standardInput = FileHandle.nullDevice
        let streams = try ["stdout", "stderr"].map { try directory.write([], to: $0) }
        process.standardOutput = try FileHandle(forWritingTo: streams[0])
        process.standardError = try FileHandle(forWritingTo: streams[1])
        try process.run()
        process.waitUntilExit()
        let texts = try streams.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    /// Where a product stands: beside the test bundle.
    ///
    /// - Throws: ``NotFound``.
    public static func url(of name: String) throws -> URL {
        let folders = ([Bundle.main] + Bundle.allBundles).flatMap { bundle in
            [bundle.bundleURL, bundle.bundleURL.deletingLastPathComponent()]
        }
        let candidates = folders.map { $0.appending(path: name) }
        guard let found = candidates.first(where: isProgram) else { throw NotFound(searched: candidates.map(\.path)) }
        return found
    }

    private static func isProgram(_ url: URL) -> Bool {
        var isDirectory: ObjCBool = false
        return FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) && !isDirectory.boolValue
            && FileManager.default.isExecutableFile(atPath: url.path)
    }

    /// How a run ended.
    public struct Outcome: Sendable {
        /// The exit status.
        public let status: Int32
        /// What it wrote to standard output.
        public let output: String
        /// What it wrote to standard error.
        public let errors: String
    }

    /// A run that did not exit with 0.
    public struct Failure: Error, CustomStringConvertible {
        /// What ran.
        public let name: String
        /// How it ended.
        public let outcome: Outcome

        /// Status and messages.
        public var description: String { "\(name) exited with \(outcome.status):\n\(outcome.errors)" }
    }

    /// No such executable.
    public struct NotFound: Error {
        /// Where it was looked for.
        public let searched: [String]
    }
}
