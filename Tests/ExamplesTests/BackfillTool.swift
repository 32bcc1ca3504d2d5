import Foundation
import S3DB
import TestSupport
import Testing

/// The built `backfill`, run as users run it.
enum BackfillTool {
    /// What a run of the program gave.
    struct Outcome {
        var status: Int32
        var output: String
        var errors: String

        /// The lines of standard output as JSON.
        func jsonLines() throws -> [JSONValue] {
            try output.split(separator: "\n").map { try JSONValue.parse(String($0).utf8Span.span.bytes) }
        }

        /// The only line of standard output as JSON.
        func json() throws -> JSONValue {
            let lines = try jsonLines()
            try #require(lines.count == 1, "one JSON document, not \(lines.count): \(output)\(errors)")
            return lines[0]
        }
    }

    /// The program, which is built beside the tests.
    static let path: String = {
        let places = CommandLine.arguments + [Bundle.main.bundlePath, Bundle.main.executablePath ?? ""]
        for place in places where place.hasPrefix("/") {
            var directory = URL(filePath: place)
            while directory.path.count > 1 {
                directory.deleteLastPathComponent()
                let file = directory.appending(path: "backfill").path
                var isDirectory: ObjCBool = false
                if FileManager.default.fileExists(atPath: file, isDirectory: &isDirectory), !isDirectory.boolValue {
                    return file
                }
            }
        }
        return "backfill"
    }()

    /// The environment without what would change the program's options.
    static func environment(_ added: [String: String] = [:]) -> [String: String] {
        ProcessInfo.processInfo.environment.filter { !$0.key.hasPrefix("S3DB_") }.merging(added) { $1 }
    }

    /// Runs the program to its end, without a terminal.
    static func run(
        _ arguments: [String], environment added: [String: String] = [:], shell prefix: String? = nil,
        in directory: URL? = nil
    ) throws -> Outcome {
        let process = Process()
        if let prefix {
            process.executableURL = URL(filePath: "/bin/sh")
            process.arguments = ["-c", "\(prefix); exec \"$0\" \"$@\"", path] + arguments
        } else {
            process.executableURL = URL(filePath: path)
            process.arguments = arguments
        }
        process.environment = environment(added)
        process.currentDirectoryURL = directory
        process.standardInput = FileHandle.nullDevice
        let scratch = try TemporaryDirectory()
        let errors = try scratch.write([], to: "stderr")
        process.standardError = try FileHandle(forWritingTo: errors)
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return Outcome(
            status: process.terminationStatus, output: String(decoding: printed, as: UTF8.self),
            errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
    }
}
