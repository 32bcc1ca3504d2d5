import Crypto
import NIOHTTP1
import S3DBCore

/// Signs requests with AWS Signature Version 4, without I/O.
///
///     canonical request -> string to sign -> signature -> Authorization header, or query
///
/// Source: AWS Identity and Access Management User Guide, "AWS Signature Version 4 for API requests", and Amazon S3 API
/// Reference, "Authenticating Requests (AWS Signature Version 4)".
public struct RequestSigner: Hashable, Sendable {
    /// The service's name in the scope, such as `s3`.
    public var service: String
    /// The region in the scope.
    public var region: String
    /// Whether paths are signed as they are sent: S3's rule. Others remove dot segments and encode once more.
    public var signsPathAsSent: Bool
    /// Whether the payload's hash is sent as `x-amz-content-sha256`, as S3 demands.
    public var sendsPayloadHash: Bool
    /// Whether dot segments are removed where the path is not signed as sent.
    public var normalizesPath: Bool

    /// Makes a signer; the rules follow from the service unless told otherwise.
    public init(
        service: String, region: String, signsPathAsSent: Bool? = nil, sendsPayloadHash: Bool? = nil,
        normalizesPath: Bool = true
    ) {
        self.service = service
        self.region = region
        self.signsPathAsSent = signsPathAsSent ?? (service == "s3")
        self.sendsPayloadHash = sendsPayloadHash ?? (service == "s3")
        self.normalizesPath = normalizesPath
    }

    /// What stands for the body in the signature.
    public enum Payload: Hashable, Sendable {
        /// The SHA-256 of the request's body.
        case hashed
        /// Nothing: TLS alone protects the body.
        case unsigned
        /// The body comes in chunks, each with a signature of its own; see ``ChunkSigner``.
        case chunks
        /// The body comes in chunks without signatures and ends in a trailer, such as a checksum.
        case unsignedChunksWithTrailer
    }

    static let algorithm = "AWS4-HMAC-SHA256"

    /// The headers that proxies change, or that make no sense in a signature.
    private static let unsignedHeaders: Set<String> = [
        "accept-encoding", "authorization", "connection", "expect", "transfer-encoding", "user-agent",
        "x-amzn-trace-id",
    ]

    /// `YYYYMMDD/region/service/aws4_request`.
    func scope(at time: SigningTime) -> String { "\(time.date)/\(region)/\(service)/aws4_request" }

    // MARK: Headers

    /// The request with date, token, payload hash and `Authorization` as headers. One hash of the body at most.
    public func sign(
        _ request: HTTPRequest, with credentials: Credentials, at time: SigningTime, payload: Payload = .hashed
    ) -> HTTPRequest {
        signAndKeep(request, with: credentials, at: time, payload: payload).request
    }

    /// Signs, and gives all the levels that a test can look at and a ``ChunkSigner`` goes on from.
    func signAndKeep(
        _ request: HTTPRequest, with credentials: Credentials, at time: SigningTime, payload: Payload = .hashed
    ) -> (request: HTTPRequest, levels: SignatureLevels) {
        var signed = request
        signed.headers.replaceOrAdd(name: "X-Amz-Date", value: time.stamp)
        if let token = credentials.sessionToken {
            signed.headers.replaceOrAdd(name: "X-Amz-Security-Token", value: token)
        }
        let hash = payloadHash(payload, of: request)
        if sendsPayloadHash { signed.headers.replaceOrAdd(name: "x-amz-content-sha256", value: hash) }
        let headers = canonicalHeaders(of: signed)
        let canonical = canonicalRequest(signed, query: signed.query, headers: headers, payloadHash: hash)
        let levels = levels(canonical, with: credentials, at: time)
        signed.headers.replaceOrAdd(
            name: "Authorization",
            value: "\(Self.algorithm) Credential=\(credentials.accessKeyID)/\(scope(at: time)), "
                + "SignedHeaders=\(names(headers)), Signature=\(levels.signature)")
        return (signed, levels)
    }

    // MARK: Query

    /// The request with the signature in its query, good for `seconds` from `time` on (604,800 at most).
    public func presign(
        _ request: HTTPRequest, with credentials: Credentials, at time: SigningTime, seconds: Int,
        payload: Payload = .unsigned
    ) -> HTTPRequest {
        presignAndKeep(request, with: credentials, at: time, seconds: seconds, payload: payload).request
    }

    func presignAndKeep(
        _ request: HTTPRequest, with credentials: Credentials, at time: SigningTime, seconds: Int,
        payload: Payload = .unsigned
    ) -> (request: HTTPRequest, levels: SignatureLevels) {
        var signed = request
        let hash = payloadHash(payload, of: request)
        let headers = canonicalHeaders(of: signed)
        signed.query += [
            ("X-Amz-Algorithm", Self.algorithm),
            ("X-Amz-Credential", "\(credentials.accessKeyID)/\(scope(at: time))"), ("X-Amz-Date", time.stamp),
            ("X-Amz-SignedHeaders", names(headers)), ("X-Amz-Expires", String(seconds)),
        ]
        if let token = credentials.sessionToken { signed.query.append(("X-Amz-Security-Token", token)) }
        let canonical = canonicalRequest(signed, query: signed.query, headers: headers, payloadHash: hash)
        let levels = levels(canonical, with: credentials, at: time)
        signed.query.append(("X-Amz-Signature", levels.signature))
        return (signed, levels)
    }

    // MARK: Levels

    private func levels(
        _ canonicalRequest: String, with credentials: Credentials, at time: SigningTime
    ) -> SignatureLevels {
        let hash = SHA256.hash(data: Array(canonicalRequest.utf8)).hexadecimal
        let stringToSign = "\(Self.algorithm)\n\(time.stamp)\n\(scope(at: time))\n\(hash)"
        let key = SigningKey(credentials.secretAccessKey, date: time.date, region: region, service: service)
        return SignatureLevels(
            canonicalRequest: canonicalRequest, stringToSign: stringToSign, signature: key.sign(stringToSign))
    }

    private func payloadHash(_ payload: Payload, of request: HTTPRequest) -> String {
        switch payload {
        case .hashed:
            var hasher = SHA256()
            for buffer in request.body { buffer.withUnsafeBytes { hasher.update(bufferPointer: $0) } }
            return hasher.finalize().hexadecimal
        case .unsigned: return "UNSIGNED-PAYLOAD"
        case .chunks: return "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
        case .unsignedChunksWithTrailer: return "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
        }
    }

    private func canonicalRequest(
        _ request: HTTPRequest, query: [(name: String, value: String)], headers: [(name: String, value: String)],
        payloadHash: String
    ) -> String {
        let pairs = query.map { (name: $0.name.percentEncoded(), value: $0.value.percentEncoded()) }
            .sorted { ($0.name, $0.value) < ($1.name, $1.value) }
        let lines = [
            request.method.rawValue, canonicalPath(request.path),
            pairs.map { "\($0.name)=\($0.value)" }.joined(separator: "&"),
            headers.map { "\($0.name):\($0.value)\n" }.joined(), names(headers), payloadHash,
        ]
        return lines.joined(separator: "\n")
    }

    /// Names in lower case and in order; the values of one name joined by commas, runs of blanks as one space.
    private func canonicalHeaders(of request: HTTPRequest) -> [(name: String, value: String)] {
        var values: [String: [String]] = ["host": [request.endpoint.hostHeader]]
        for (name, value) in request.headers {
            let name = name.lowercased()
            if Self.unsignedHeaders.contains(name) || name == "host" { continue }
            let words = value.split { $0 == " " || $0 == "\t" || $0 == "\n" || $0 == "\r" || $0 == "\r\n" }
            values[name, default: []].append(words.joined(separator: " "))
        }
        return values.map { (name: $0.key, value: $0.value.joined(separator: ",")) }.sorted { $0.name < $1.name }
    }

    private func names(_ headers: [(name: String, value: String)]) -> String {
        headers.map(\.name).joined(separator: ";")
    }

    private func canonicalPath(_ path: String) -> String {
        if signsPathAsSent { return path }
        return (normalizesPath ? Self.withoutDotSegments(path) : path).percentEncoded(allowing: "/")
    }

    /// A path without `.`, `..` and empty parts (RFC 3986, section 5.2.4); a slash at its end stays.
    private static func withoutDotSegments(_ path: String) -> String {
        var parts: [Substring] = []
        let given = path.split(separator: "/", omittingEmptySubsequences: true)
        for part in given {
            switch part {
            case ".": continue
            case "..": _ = parts.popLast()
            default: parts.append(part)
            }
        }
        let endsInSlash = path.hasSuffix("/") || given.last == "." || given.last == ".."
        return "/" + parts.joined(separator: "/") + (endsInSlash && !parts.isEmpty ? "/" : "")
    }
}

/// The three steps of a signature. The string to sign holds nothing secret; none of them belongs in a log all the same.
struct SignatureLevels: Hashable, Sendable {
    var canonicalRequest: String
    var stringToSign: String
    var signature: String
}

/// A key for one day, region and service.
struct SigningKey: Sendable {
    private let bytes: [UInt8]

    init(_ secret: String, date: String, region: String, service: String) {
        var bytes = Array("AWS4\(secret)".utf8)
        for part in [date, region, service, "aws4_request"] {
            bytes = Array(HMAC<SHA256>.authenticationCode(for: Array(part.utf8), using: SymmetricKey(data: bytes)))
        }
        self.bytes = bytes
    }

    /// The signature of a text in hexadecimal digits.
    func sign(_ text: String) -> String {
        HMAC<SHA256>.authenticationCode(for: Array(text.utf8), using: SymmetricKey(data: bytes)).hexadecimal
    }
}

extension Sequence<UInt8> {
    /// The bytes as hexadecimal digits in lower case.
    var hexadecimal: String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        for byte in self { text += [digits[Int(byte >> 4)], digits[Int(byte & 15)]] }
        return String(decoding: text, as: UTF8.self)
    }
}
