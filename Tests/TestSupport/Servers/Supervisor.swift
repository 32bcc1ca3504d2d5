import Foundation

/// A program that is asked and answers by lines, and ends when its standard input does: with ``end()``, or with this
/// process.
public struct Supervisor: Sendable {
    private let process: Process
    private let input = Pipe()
    private let output = Pipe()
    private let directory: TemporaryDirectory
    private var received: [UInt8] = []

    /// Starts a program.
    public init(_ program: URL, _ arguments: [String]) throws {
        // Writing to a program that has ended is an error to report, not the end of this process.
        signal(SIGPIPE, SIG_IGN)
        directory = try TemporaryDirectory()
        process = Process()
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = try FileHandle(forWritingTo: try directory.write([], to: "stderr"))
        try process.run()
    }

    /// Ends the program's standard input, and so the program.
    public func end() {
        try? input.fileHandleForWriting.close()
    }

    /// Sends a line.
    public func write(line: String) throws {
        try input.fileHandleForWriting.write(contentsOf: Data("\(line)\n".utf8))
    }

    /// The next line; waits for it.
    ///
    /// - Throws: ``StandIn/Failure`` with what the program wrote to standard error when it has ended.
    public mutating func readLine() throws -> String {
        while true {
            if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                defer { received.removeSubrange(...end) }
                return String(decoding: received[..<end], as: UTF8.self)
            }
            let bytes = output.fileHandleForReading.availableData
            guard !bytes.isEmpty else {
                let errors = try String(contentsOf: directory.url.appending(path: "stderr"), encoding: .utf8)
                throw StandIn.Failure(message: "the server ended:\n\(errors)")
            }
            received += bytes
        }
    }
}
