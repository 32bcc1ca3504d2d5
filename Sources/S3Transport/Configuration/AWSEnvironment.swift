import Logging
import NIOPosix
import S3DBCore

#if canImport(FoundationEssentials)
import FoundationEssentials
#else
import Foundation
#endif
#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// The surroundings that AWS's configuration and credentials come from: variables, files, servers, programs, the time.
///
/// All of it can be replaced, so that what the SDKs' rules make of it can be tried anywhere.
public struct AWSEnvironment: Sendable {
    /// The environment variables. An empty one counts as not set.
    public var variables: [String: String]
    /// What STS, the container's and the instance's endpoints are reached over.
    public var exchange: any HTTPExchange
    /// The bytes of a file; nil where nothing stands at the path.
    public var readFile: @Sendable (_ path: String) async throws(S3DBError) -> Buffer?
    /// What a program writes to standard output until it ends with status 0; see ``ProgramRun``.
    public var runProgram: @Sendable (_ run: ProgramRun) async throws(S3DBError) -> Buffer
    /// The time in seconds since 1970.
    public var now: @Sendable () -> Int64

    /// Makes surroundings: those of this process, unless told otherwise.
    public init(
        variables: [String: String] = ProcessInfo.processInfo.environment,
        exchange: any HTTPExchange = HTTPClientExchange.shared
    ) {
        self.variables = variables
        self.exchange = exchange
        readFile = { path throws(S3DBError) in try await Self.readFile(path) }
        runProgram = { run throws(S3DBError) in try await run.output() }
        now = { Int64(time(nil)) }
    }

    /// The largest file that is read, in bytes.
    static let fileByteLimit = 1 << 20

    /// The first of some variables that is set and not empty.
    func variable(_ names: String...) -> String? {
        for name in names {
            if let value = variables[name], !value.isEmpty { return value }
        }
        return nil
    }

    /// A path with a leading `~` replaced by `HOME`; nil where that is not set.
    func expanded(_ path: String) -> String? {
        guard path == "~" || path.hasPrefix("~/") else { return path }
        return variable("HOME").map { $0 + path.dropFirst() }
    }

    private static func readFile(_ path: String) async throws(S3DBError) -> Buffer? {
        // A file may lie on a network's file system: its reading must not hold up the host's tasks.
        let result = try? await NIOThreadPool.singleton.runIfActive {
            Result { () throws(S3DBError) in try contents(of: path) }
        }
        guard let result else { throw S3DBError(.cancelled, "cancelled while reading a file", at: .init(key: path)) }
        return try result.get()
    }

    private static func contents(of path: String) throws(S3DBError) -> Buffer? {
        do throws(Errno) {
            let file = try FileDescriptor.reading(path)
            var bytes = BufferBuilder()
            while true {
                let block = try file.read(at: bytes.count, limit: 64 << 10)
                if block.isEmpty { return bytes.freeze() }
                bytes.append(block.bytes)
                if bytes.count > fileByteLimit { break }
            }
        } catch {
            if error.isNothingThere { return nil }
            throw error.error("read the file", at: path)
        }
        throw S3DBError(.limitExceeded, "the file is larger than \(fileByteLimit) bytes", at: .init(key: path))
    }

    // MARK: Servers

    /// A client of a server that gives credentials. It logs nothing: the path at a container's endpoint is as good as
    /// a password.
    func client(
        _ service: String, _ format: RefusalFormat, credentials: StaticCredentials = StaticCredentials(nil),
        retries: RetryPolicy = RetryPolicy()
    ) -> ServiceClient {
        let silent = Logger(label: "s3db.credentials") { _ in SwiftLogNoOpLogHandler() }
        return ServiceClient(
            service: service, format: format, exchange: exchange, credentials: credentials, retries: retries,
            logger: silent, timing: ServiceTiming(now: now))
    }

    /// A request to such a server.
    func request(_ operation: String, _ http: HTTPRequest) -> ServiceRequest {
        var request = ServiceRequest(operation, http, region: "")
        request.answerByteLimit = CredentialsDocument.byteLimit
        return request
    }
}
