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
                do {
                    try await work(on: message, of: queue, log, number: number)
                } catch let error as S3DBError where error.code == .notFound {
                    // A machine that stood still for longer than the visibility: somebody else has it.
                }
            }
        }
    }

    private static func work(
        on message: QueueMessage, of queue: DirectoryQueue, _ log: Log, number: Int
    ) async throws {
        let isExtended = number % 2 == 0
        if isExtended { try await queue.setVisibility(of: message, to: .seconds(2)) }
        switch number % 7 {
        case 0: try await queue.setVisibility(of: message, to: .zero)
        case 1: try await queue.bury(message, reason: .init(code: "seventh", message: message.body))
        default:
            try log.append([message.body])
            try await queue.delete(message)
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
