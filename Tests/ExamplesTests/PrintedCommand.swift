import Foundation
import S3DB
import TestSupport
import Testing

/// A command line that `backfill` printed, run as its reader would: by a shell.
struct PrintedCommand {
    let text: String

    /// Runs it to its end with the built `backfill`.
    func run(environment added: [String: String] = [:]) throws -> BackfillTool.Outcome {
        let folder = URL(filePath: BackfillTool.path).deletingLastPathComponent().path
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        process.arguments = ["-c", text]
        process.environment = BackfillTool.environment(added).merging(["PATH": "\(folder):\(path)"]) { $1 }
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
}

extension JSONValue {
    /// The findings of a document of `backfill verify`.
    var findings: [JSONValue] {
        (self["outputs"]?.arrayValue ?? []).flatMap { $0["findings"]?.arrayValue ?? [] }
            + (self["other_findings"]?.arrayValue ?? [])
    }

    /// Their kinds, each once, in order.
    var findingKinds: [String] { Set(findings.compactMap { $0["kind"]?.stringValue }).sorted() }

    /// The commands that set them right.
    var repairs: [PrintedCommand] {
        (self["repair"]?.arrayValue ?? []).compactMap(\.stringValue).map(PrintedCommand.init)
    }
}
