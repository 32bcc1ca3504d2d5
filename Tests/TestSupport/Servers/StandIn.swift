import Foundation
import S3DB
import Synchronization
import Testing

/// A server that stands in for AWS on this machine, as Tests/Interop/stand_in.py runs it.
///
/// One of each kind serves a whole test process and ends with it, also when the process is killed. Tests keep apart by
/// their own buckets and queues.
public final class StandIn: Sendable {
    /// Which server.
    public enum Kind: String, CaseIterable, Sendable, CustomTestStringConvertible {
        /// moto: S3 with notifications, SQS, SNS, STS. It verifies no signatures.
        case moto
        /// `rclone serve s3`: S3 over a directory. It verifies signatures, and knows no conditions for writes.
        case rclone

        /// The server's name.
        public var testDescription: String { rawValue }
    }

    /// The server's name.
    public let kind: Kind
    /// Where it listens; paths begin with the bucket.
    public let endpoint: HTTPEndpoint
    /// The one region that it has.
    public let region = "us-east-1"
    /// What it accepts.
    public let credentials = Credentials(accessKeyID: "AKIASTANDIN", secretAccessKey: "stand-in-secret")

    private let supervisor: Mutex<Supervisor>

    /// The server of a kind that this process shares; started by the first who asks.
    public static func shared(_ kind: Kind) async throws -> StandIn {
        switch kind {
        case .moto: try await sharedMoto.value
        case .rclone: try await sharedRclone.value
        }
    }

    /// The shared moto.
    public static func moto() async throws -> StandIn { try await shared(.moto) }

    /// The shared `rclone serve s3`.
    public static func rclone() async throws -> StandIn { try await shared(.rclone) }

    private static let sharedMoto = Task.detached { try await onOwnThread { try StandIn(.moto) } }
    private static let sharedRclone = Task.detached { try await onOwnThread { try StandIn(.rclone) } }

    /// Starts a server of one's own and waits until it answers; it ends with the last reference. Blocks.
    public init(_ kind: Kind) throws {
        self.kind = kind
        let script = Requirement.root.appending(path: "Tests/Interop/stand_in.py")
        var supervisor = try Supervisor(
            Python.executable,
            [script.path, kind.rawValue, credentials.accessKeyID, credentials.secretAccessKey, region])
        let line = try supervisor.readLine()
        guard let url = URL(string: line), let host = url.host(), let port = url.port else {
            throw Failure(message: "\(kind) gave \(line) for its URL")
        }
        endpoint = HTTPEndpoint(isSecure: false, host: host, port: port)
        self.supervisor = Mutex(supervisor)
    }

    deinit {
        supervisor.withLock { $0.end() }
    }

    /// Whether the servers can be started.
    public static let isAvailable =
        Python.isAvailable
        && ["moto_server", "rclone"].allSatisfy { name in
            let program = Python.executable.deletingLastPathComponent().appending(path: name)
            return FileManager.default.isExecutableFile(atPath: program.path)
        }

    /// Makes one call with boto3, straight to the server; calls are made one after another.
    ///
    ///     let listing = try await moto.call("s3", "list_objects_v2", ["Bucket": "b"])
    ///
    /// - Returns: The result as boto3 gives it, with bodies in base64.
    /// - Throws: ``Refusal`` for an answer that is an error.
    @discardableResult
    public func call(
        _ service: String, _ operation: String, _ parameters: JSONValue = [:]
    ) async throws -> JSONValue {
        let request: JSONValue = [.string(service), .string(operation), parameters]
        let line = try await onOwnThread { [self] in
            try supervisor.withLock { supervisor in
                try supervisor.write(line: request.serialized())
                return try supervisor.readLine()
            }
        }
        let answer = try JSONValue.parse(Array(line.utf8).span.bytes)
        if let result = answer["result"] { return result }
        let error = answer["error"]
        throw Refusal(
            code: error?["code"]?.stringValue ?? "", status: error?["status"]?.intValue ?? 0,
            message: error?["message"]?.stringValue ?? "")
    }

    /// Makes an empty bucket for one test and returns its name.
    public func makeBucket() async throws -> String {
        let name = "test-\(UUID().uuidString.lowercased())"
        try await call("s3", "create_bucket", ["Bucket": .string(name)])
        return name
    }

    /// Makes an empty queue for one test and returns its URL.
    ///
    /// - Parameter attributes: Those of `CreateQueue`, such as `VisibilityTimeout`.
    public func makeQueue(_ attributes: [String: String] = [:]) async throws -> String {
        let members = attributes.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
        let name = "test-\(UUID().uuidString.lowercased())"
        let made = try await call("sqs", "create_queue", ["QueueName": .string(name), "Attributes": .object(members)])
        guard let url = made["QueueUrl"]?.stringValue else { throw Failure(message: "no URL of the queue in \(made)") }
        return url
    }

    /// Runs a Python script that makes its clients with `client("s3")`; see ``Boto3``.
    ///
    /// - Parameter endpoint: Where the clients go instead of straight to the server, such as a proxy before it.
    @discardableResult
    public func boto3(
        _ script: String, _ arguments: [String] = [], through endpoint: HTTPEndpoint? = nil
    ) async throws -> String {
        try await Boto3.run(
            script, arguments, endpoint: endpoint ?? self.endpoint, credentials: credentials, region: region)
    }

    /// An answer that is an error.
    public struct Refusal: Error, CustomStringConvertible {
        /// The error's code, such as `NoSuchKey`.
        public let code: String
        /// The status of the answer; 0 where there was none.
        public let status: Int
        /// What the server says.
        public let message: String

        /// Code, status and message.
        public var description: String { "\(code) (\(status)): \(message)" }
    }

    /// A server that does not start or answer.
    public struct Failure: Error, CustomStringConvertible {
        /// What is wrong.
        public let message: String

        /// What is wrong.
        public var description: String { message }
    }
}
