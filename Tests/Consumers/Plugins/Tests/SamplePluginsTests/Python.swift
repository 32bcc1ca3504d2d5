import Foundation

/// Runs scripts with an interpreter that has pyarrow.
enum Python {
    private static let environment = ProcessInfo.processInfo.environment

    /// `S3DB_PYTHON`, or that of the virtual environment at the root of the repository.
    private static let executable: URL = {
        if let path = environment["S3DB_PYTHON"] { return URL(filePath: path) }
        var root = URL(filePath: #filePath)
        for _ in 0..<6 { root.deleteLastPathComponent() }
        return root.appending(path: ".venv/bin/python")
    }()

    /// Whether the interpreter is there, or must be, as `S3DB_REQUIRE` says.
    static let isWanted =
        (environment["S3DB_REQUIRE"] ?? "").split(separator: ",").contains("python")
        || FileManager.default.isExecutableFile(atPath: executable.path)

    /// Runs a script; gives its exit status and what it printed.
    static func run(_ script: URL, _ arguments: [String]) throws -> (status: Int32, text: String) {
        let process = Process()
        process.executableURL = executable
        process.arguments = [script.path] + arguments
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let printed = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return (process.terminationStatus, String(decoding: printed, as: UTF8.self))
    }
}
