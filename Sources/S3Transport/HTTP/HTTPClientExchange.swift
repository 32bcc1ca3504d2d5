import AsyncHTTPClient
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import S3DBCore
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Sends requests over pooled HTTP/1.1 connections of async-http-client.
///
/// Waiting is all that it does on a task's thread; bytes move on the event loops that the process shares.
public final class HTTPClientExchange: HTTPExchange {
    /// How long a connection may take to come about, and to be silent.
    public struct Timeouts: Hashable, Sendable {
        /// From the first packet to the end of the TLS handshake.
        public var connect: Duration
        /// Between two reads of an answer, and between two writes of a request.
        public var idle: Duration

        /// Makes timeouts.
        public init(connect: Duration = .seconds(5), idle: Duration = .seconds(30)) {
            self.connect = connect
            self.idle = idle
        }
    }

    /// The exchange that clients use unless they are given another; it lives as long as the process.
    public static let shared = HTTPClientExchange()

    /// The most that one read of a connection takes, in bytes; four reads at most wait to be taken.
    private static let readByteCount = 512 << 10

    private let client: HTTPClient
    private let isShutDown = Mutex(false)

    /// Makes an exchange with its own connections.
    ///
    /// - Parameter connectionLimit: How many connections to one host are open at once.
    public init(timeouts: Timeouts = Timeouts(), connectionLimit: Int = 64) {
        var configuration = HTTPClient.Configuration(
            redirectConfiguration: .disallow,
            timeout: .init(
                connect: TimeAmount(timeouts.connect), read: TimeAmount(timeouts.idle),
                write: TimeAmount(timeouts.idle)),
            // Servers drop idle connections after some 20 s, and a request on one that is going away is lost.
            connectionPool: .init(
                idleTimeout: .seconds(15), concurrentHTTP1ConnectionsPerHostSoftLimit: connectionLimit),
            decompression: .disabled)
        // Whoever sends decides about another attempt.
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.httpVersion = .http1Only
        // The client reads on only when what it read before has been taken, by a task on another thread. With reads of
        // at most 64 KiB, as they are by default, a large body is mostly spent on waiting for one another.
        configuration.http1_1ConnectionDebugInitializer = { channel in
            channel.setOption(
                ChannelOptions.recvAllocator,
                value: AdaptiveRecvByteBufferAllocator(
                    minimum: 4 << 10, initial: 64 << 10, maximum: Self.readByteCount))
        }
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    deinit {
        // A client must be shut down, which waits for its connections, before its last reference goes.
        guard isShutDown.withLock({ !$0 }) else { return }
        let client = client
        Task.detached { try? await client.shutdown() }
    }

    /// Closes all connections and waits until they are; what is sent from then on fails. The shared exchange is left to
    /// the end of the process; a host shuts down one of its own when its stores are no longer used.
    public func shutdown() async {
        let isFirst = isShutDown.withLock { isShutDown in
            defer { isShutDown = true }
            return !isShutDown
        }
        // The only error is that of a second shutdown.
        if isFirst { try? await client.shutdown() }
    }

    /// Sends a request and waits for the head of the answer.
    public func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        var outgoing = HTTPClientRequest(url: "\(request.endpoint)\(request.target)")
        outgoing.method = request.method
        outgoing.headers = request.headers
        outgoing.headers.replaceOrAdd(name: "Host", value: request.endpoint.hostHeader)
        let byteCount = request.bodyByteCount
        if byteCount > 0 {
            outgoing.body = .stream(BodyChunks(buffers: request.body), length: .known(Int64(byteCount)))
        } else if request.method == .PUT || request.method == .POST {
            outgoing.body = .bytes(ByteBuffer())
        }
        do {
            let response = try await client.execute(outgoing, timeout: TimeAmount(request.timeout))
            return HTTPResponse(
                status: Int(response.status.code), headers: response.headers,
                body: ClientBody(response, endpoint: request.endpoint, isHead: request.method == .HEAD))
        } catch {
            throw HTTPFailure(error, endpoint: request.endpoint)
        }
    }
}

/// Copies buffers to the event loop's, a block at a time, so that a part is never twice in memory.
private struct BodyChunks: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    static let blockByteCount = 256 << 10
    let buffers: [Buffer]

    struct AsyncIterator: AsyncIteratorProtocol {
        let buffers: [Buffer]
        var index = 0
        var offset = 0

        mutating func next() async -> ByteBuffer? {
            while index < buffers.count, offset == buffers[index].count {
                index += 1
                offset = 0
            }
            guard index < buffers.count else { return nil }
            let end = Swift.min(offset + BodyChunks.blockByteCount, buffers[index].count)
            let block = buffers[index].slice(offset..<end)
            offset = end
            return block.withUnsafeBytes { ByteBuffer(bytes: $0) }
        }
    }

    func makeAsyncIterator() -> AsyncIterator { AsyncIterator(buffers: buffers) }
}

/// The body of an answer.
///
/// Unchecked: one task at a time reads it, as ``HTTPBody`` asks.
private final class ClientBody: HTTPBody, @unchecked Sendable {
    private var iterator: HTTPClientResponse.Body.AsyncIterator?
    private let endpoint: HTTPEndpoint
    private var rest: Int?

    init(_ response: HTTPClientResponse, endpoint: HTTPEndpoint, isHead: Bool) {
        iterator = response.body.makeAsyncIterator()
        self.endpoint = endpoint
        let hasBody = !isHead && response.status != .noContent && response.status != .notModified
        rest = hasBody ? response.headers.first(name: "Content-Length").flatMap { Int($0) } : nil
    }

    func next() async throws(HTTPFailure) -> Buffer? {
        do {
            while let chunk = try await iterator?.next() {
                guard chunk.readableBytes > 0 else { continue }
                if let left = rest { rest = left - chunk.readableBytes }
                return Buffer(sharing: chunk)
            }
        } catch {
            iterator = nil
            throw HTTPFailure(error, endpoint: endpoint)
        }
        iterator = nil
        if let rest, rest != 0 {
            throw HTTPFailure(.connectionLost, "the answer of \(endpoint) ended \(rest) bytes before its length")
        }
        return nil
    }
}

extension Buffer {
    /// The readable bytes of what the event loop read, without a copy: while this refers to its storage, a byte buffer that
    /// writes moves to another.
    fileprivate init(sharing chunk: ByteBuffer) {
        self = chunk.withUnsafeReadableBytesWithStorageManagement { bytes, storage in
            Buffer(unsafelySharing: bytes, keptAliveBy: storage.takeUnretainedValue())
        }
    }
}

extension HTTPFailure {
    /// Reads what the client throws.
    fileprivate init(_ error: any Error, endpoint: HTTPEndpoint) {
        let code = error as? HTTPClientError
        switch error {
        case is CancellationError:
            self.init(.cancelled, "the request was cancelled")
        case _ where code == .cancelled:
            self.init(.cancelled, "the request was cancelled")
        case is NIOConnectionError, is ChannelError:
            self.init(.notConnected, "\(endpoint) cannot be reached")
        case _ where code == .connectTimeout || code == .getConnectionFromPoolTimeout:
            self.init(.notConnected, "\(endpoint) cannot be reached")
        case _ where code == .readTimeout || code == .writeTimeout || code == .deadlineExceeded:
            self.init(.timedOut, "\(endpoint) did not answer in time")
        case is NIOSSLError, is BoringSSLError, is NIOSSLExtraError:
            self.init(.insecure, "no secure connection to \(endpoint) came about: \(error)")
        case let error as IOError where error.errnoCode == ECONNREFUSED:
            self.init(.notConnected, "\(endpoint) refuses connections")
        default:
            self.init(.connectionLost, "the connection to \(endpoint) was lost: \(type(of: error))")
        }
    }
}

extension TimeAmount {
    fileprivate init(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        self = .nanoseconds(overflow ? .max / 2 : nanoseconds + attoseconds / 1_000_000_000)
    }
}
