import NIOHTTP1
import S3DBCore

/// Sends one HTTP request and gives its answer: the border between the clients of this module and the network.
///
/// An implementation follows no redirect, inflates nothing, retries nothing and adds no credentials: what it sends is
/// what was signed. A body that ends before its `Content-Length` is a failure, never an end.
public protocol HTTPExchange: Sendable {
    /// Sends a request and waits for the head of the answer.
    ///
    /// - Throws: ``HTTPFailure`` where there is no answer; an answer of any status is returned.
    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse
}

/// Where a request goes: scheme, host and port, nothing else.
public struct HTTPEndpoint: Hashable, Sendable, CustomStringConvertible {
    /// Whether the connection is encrypted: `https` and not `http`.
    public var isSecure: Bool
    /// The host's name or address; an IPv6 address without its brackets.
    public var host: String
    /// The port; nil for the scheme's own.
    public var port: Int?

    /// Makes an endpoint.
    public init(isSecure: Bool = true, host: String, port: Int? = nil) {
        self.isSecure = isSecure
        self.host = host
        self.port = port
    }

    /// The value of the `Host` header: with the port where it is not the scheme's own (RFC 9110, section 7.2).
    public var hostHeader: String {
        let name = host.contains(":") ? "[\(host)]" : host
        guard let port, port != (isSecure ? 443 : 80) else { return name }
        return "\(name):\(port)"
    }

    /// `https://host:port`.
    public var description: String { "\(isSecure ? "https" : "http")://\(hostHeader)" }
}

/// A request as it is sent and signed.
public struct HTTPRequest: Sendable {
    /// The method.
    public var method: HTTPMethod
    /// Where it goes.
    public var endpoint: HTTPEndpoint
    /// The path as it is sent: percent-encoded, with a slash at its start.
    public var path: String
    /// The query's names and values, not encoded; they are sent in this order, each as `name=value`, percent-encoded
    /// but for the unreserved characters (RFC 3986, section 2.3).
    public var query: [(name: String, value: String)]
    /// The header fields, without `Host` and `Content-Length`, which the exchange adds.
    public var headers: HTTPHeaders
    /// The body's bytes, in order.
    public var body: [Buffer]
    /// How long the head of the answer may take, from the start of the request.
    public var timeout: Duration

    /// Makes a request.
    public init(
        _ method: HTTPMethod, _ endpoint: HTTPEndpoint, path: String = "/", query: [(name: String, value: String)] = [],
        headers: HTTPHeaders = [:], body: [Buffer] = [], timeout: Duration = .seconds(60)
    ) {
        self.method = method
        self.endpoint = endpoint
        self.path = path
        self.query = query
        self.headers = headers
        self.body = body
        self.timeout = timeout
    }

    /// The size of the body in bytes.
    public var bodyByteCount: Int { body.reduce(0) { $0 + $1.count } }

    /// The path, and the query behind a question mark where there is one.
    public var target: String {
        guard !query.isEmpty else { return path }
        let pairs = query.map { "\($0.name.percentEncoded())=\($0.value.percentEncoded())" }
        return "\(path)?\(pairs.joined(separator: "&"))"
    }
}

/// The head of an answer, and its body as it arrives.
public struct HTTPResponse: Sendable {
    /// The status code.
    public var status: Int
    /// The header fields.
    public var headers: HTTPHeaders
    /// The body.
    public var body: any HTTPBody

    /// Makes an answer.
    public init(status: Int, headers: HTTPHeaders, body: any HTTPBody) {
        self.status = status
        self.headers = headers
        self.body = body
    }
}

/// The bytes of an answer's body, in order. Read by one task at a time; letting go of it closes the connection where
/// bytes are left.
public protocol HTTPBody: AnyObject, Sendable {
    /// The next bytes, as many as have arrived; nil at the end.
    ///
    /// - Throws: ``HTTPFailure`` of kind ``HTTPFailure/Kind/connectionLost`` for a body that is cut short.
    func next() async throws(HTTPFailure) -> Buffer?
}

extension HTTPBody {
    /// All bytes of a body.
    ///
    /// - Throws: ``HTTPFailure`` of kind ``HTTPFailure/Kind/tooLarge`` for one of more than `limit` bytes.
    public func collect(limit: Int = 8 << 20) async throws(HTTPFailure) -> Buffer {
        var bytes = BufferBuilder()
        while let chunk = try await next() {
            guard bytes.count + chunk.count <= limit else {
                throw HTTPFailure(.tooLarge, "the answer is larger than \(limit) bytes")
            }
            bytes.append(chunk.bytes)
        }
        return bytes.freeze()
    }
}

/// Why there is no answer, or no whole one.
public struct HTTPFailure: Error, Sendable, CustomStringConvertible {
    /// The kind of failure.
    public enum Kind: Sendable, Hashable {
        /// No connection came about: the request cannot have been applied.
        case notConnected
        /// The peer's certificate was not accepted, or TLS failed otherwise.
        case insecure
        /// The connection ended before the answer did: the request may have been applied.
        case connectionLost
        /// No answer in time, or none of its bytes for too long: the request may have been applied.
        case timedOut
        /// The answer is larger than the reader takes.
        case tooLarge
        /// The task was cancelled.
        case cancelled
    }

    /// The kind of failure.
    public var kind: Kind
    /// What happened, without anything of the request but its host.
    public var message: String

    /// Makes a failure.
    public init(_ kind: Kind, _ message: String) {
        self.kind = kind
        self.message = message
    }

    /// The message.
    public var description: String { message }
}
