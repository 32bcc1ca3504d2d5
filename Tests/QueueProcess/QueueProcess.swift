import Foundation
import S3DBCore

/// Sends to a directory queue, or works on one, until it is killed; says in a log what it has done.
///
///     queue-process send ROOT LOG PREFIX     sends PREFIX-0, PREFIX-1, ... and logs each once it was sent
///     queue-process work ROOT LOG            logs what it receives, and deletes, returns, extends or buries it
@main
struct QueueProcess {
    static func main() async throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 4 else { throw S3DBError(.invalidArgument, "name what to do, a queue and a log") }
        let queue = try DirectoryQueue(root: arguments[2], maximumReceiveCount: 10_000)
        let log = try Log(path: arguments[3])
        switch (arguments[1], arguments.count) {
        case ("send", 5): try await send(to: queue, log, prefix: arguments[4])
        case ("work", 4): try await work(on: queue, log)
        default: throw S3DBError(.invalidArgument, "there is no command \(arguments[1])")
        }
    }

    private static func send(to queue: DirectoryQueue, _ log: Log, prefix: String) async throws {
        var number = 0
        while true {
            let bodies = (0..<(1 + number % 5)).map { "\(prefix)-\(number + $0)" }
            try await queue.send(bodies)
            try log.append(bodies)
            number += bodies.count
            // So that the workers keep up.
            try await Task.sleep(for: .milliseconds(2))
        }
    }

    private static func work(on queue: DirectoryQueue, _ log: Log) async throws {
        var number = 0
        while true {
            for message in try await queue.receive(limit: 5, wait: .seconds(1), visibility: .seconds(1)) {
                number += 1
                do throws(S3DBError) {
                    switch number % 7 {
                    case 0: try await queue.setVisibility(of: message, to: .zero)
                    case 1:
                        try await queue.setVisibility(of: message, to: .seconds(2))
                        fallthrough
                    case 2:
                        // The body says that it is in the dead-letter queue or, after a kill, comes again.
                        try await queue.bury(message, reason: .init(code: "seventh", message: message.body))
                    default:
                        do {
                            try log.append([message.body])
                        } catch {
                            continue
                        }
                        try await queue.delete(message)
                    }
                } catch  where error.code == .notFound {
                    // A machine that stood still for longer than the visibility: somebody else has it.
                }
            }
        }
    }

    /// A file of lines, whole ones only whenever its writer is killed.
    struct Log {
        private let file: FileHandle

        init(path: String) throws {
            let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND, 0o644)
            guard descriptor >= 0 else { throw S3DBError(.ioFailure, "cannot open the log \(path)") }
            file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }

        func append(_ lines: [String]) throws {
            try file.write(contentsOf: Data(lines.map { $0 + "\n" }.joined().utf8))
        }
    }
}
