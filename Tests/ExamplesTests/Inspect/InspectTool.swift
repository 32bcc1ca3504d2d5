import Foundation
import S3DB
import TestSupport
import Testing

/// The built `inspect`, run as users run it.
enum InspectTool {
    /// Runs the program to its end, without a terminal.
    static func run(_ arguments: [String], environment added: [String: String] = [:]) throws -> BackfillTool.Outcome {
        let outcome = try Executable.outcome(
            of: "inspect", arguments, environment: BackfillTool.environment(added))
        return BackfillTool.Outcome(status: outcome.status, output: outcome.output, errors: outcome.errors)
    }

    /// Runs a line of the shell, in which `$inspect` is the program and `$1` and so on are some texts.
    static func shell(_ line: String, _ arguments: [String]) throws -> BackfillTool.Outcome {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/bash")
        process.arguments = ["-c", line, "bash"] + arguments
        process.environment = BackfillTool.environment(["inspect": try Executable.url(of: "inspect").path])
        process.standardInput = FileHandle.nullDevice
        let scratch = try TemporaryDirectory()
        let streams = try ["stdout", "stderr"].map { try scratch.write([], to: $0) }
        process.standardOutput = try FileHandle(forWritingTo: streams[0])
        process.standardError = try FileHandle(forWritingTo: streams[1])
        try process.run()
        process.waitUntilExit()
        let texts = try streams.map { String(decoding: try Data(contentsOf: $0), as: UTF8.self) }
        return BackfillTool.Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    /// A script of Tests/Interop.
    static func script(_ name: String) throws -> String {
        try String(contentsOf: Requirement.root.appending(path: "Tests/Interop/\(name)"), encoding: .utf8)
    }

    /// The files under a folder of others' test data that have one of some endings.
    static func conformanceFiles(_ folder: String, endings: [String]) -> [URL] {
        let root = Requirement.conformance(folder)
        let names = FileManager.default.enumerator(atPath: root.path)?.compactMap { $0 as? String } ?? []
        return names.filter { name in endings.contains { name.hasSuffix($0) } }.sorted()
            .map { root.appending(path: $0) }
    }
}
