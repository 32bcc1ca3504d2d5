import Foundation
import NIOCore
import NIOHTTP1

/// An answer of the proxy's own that is an error, in the form of the service that was asked.
///
/// Source: Amazon S3 API Reference, "Error responses"; AWS JSON 1.0 and AWS query protocols of Smithy, "Operation error
/// serialization".
struct ErrorAnswer: Sendable {
    var status: HTTPResponseStatus
    var code: String
    var message: String
    var headers: HTTPHeaders = [:]
    /// What stands in S3's XML beside code and message.
    var details: [(name: String, value: String)] = []

    static let preconditionFailed = ErrorAnswer(
        status: .preconditionFailed, code: "PreconditionFailed",
        message: "At least one of the pre-conditions you specified did not hold")
    static let conditionalConflict = ErrorAnswer(
        status: .conflict, code: "ConditionalRequestConflict",
        message: "A conflicting conditional operation is currently in progress against this resource.")
    static let noSuchKey = ErrorAnswer(
        status: .notFound, code: "NoSuchKey", message: "The specified key does not exist.")
    static let entityTooSmall = ErrorAnswer(
        status: .badRequest, code: "EntityTooSmall",
        message: "Your proposed upload is smaller than the minimum allowed size")

    static let invalidRange = ErrorAnswer(
        status: .badRequest, code: "InvalidArgument", message: "Range specified is not valid for source object")

    /// What S3 says to a body that is not what the request's checksum says; nil where the request has none.
    static func damage(to request: ProxiedRequest) -> ErrorAnswer? {
        let headers = request.head.headers
        // The hash that is signed, unless it is a word such as UNSIGNED-PAYLOAD.
        if headers.first(name: "x-amz-content-sha256")?.utf8.count == 64 {
            return ErrorAnswer(
                status: .badRequest, code: "XAmzContentSHA256Mismatch",
                message: "The provided 'x-amz-content-sha256' header does not match what was computed.")
        }
        let hasChecksum = headers.contains { $0.name.lowercased().hasPrefix("x-amz-checksum-crc") }
        guard hasChecksum || headers.contains(name: "Content-MD5") else { return nil }
        return ErrorAnswer(
            status: .badRequest, code: "BadDigest",
            message: "The checksum you specified did not match what we received.")
    }

    /// The answer that a fault gives in place of the server; nil for faults of another sort.
    init?(_ rule: FaultRule, to request: ProxiedRequest) {
        func answer(_ status: HTTPResponseStatus, _ code: String, _ message: String) -> ErrorAnswer {
            ErrorAnswer(status: status, code: code, message: message)
        }
        switch rule.fault {
        case .internalError:
            self = answer(
                .internalServerError, request.isS3 ? "InternalError" : "InternalFailure", "We encountered an error.")
        case .slowDown:
            self = answer(
                .serviceUnavailable, request.isS3 ? "SlowDown" : "ServiceUnavailable",
                "Please reduce your request rate.")
        case .tooManyRequests:
            self = answer(
                .tooManyRequests, request.isS3 ? "TooManyRequests" : "ThrottlingException", "Rate exceeded")
        case .errorInOK:
            self = answer(.ok, "InternalError", "We encountered an internal error. Please try again.")
        case .expiredToken:
            self = answer(
                request.isS3 ? .badRequest : .forbidden, request.isJSON ? "ExpiredTokenException" : "ExpiredToken",
                "The provided token has expired.")
        case .wrongRegion:
            self = answer(
                .movedPermanently, "PermanentRedirect",
                "The bucket you are attempting to access must be addressed using the specified endpoint.")
            headers.add(name: "x-amz-bucket-region", value: rule.region)
            details = [("Endpoint", "s3.\(rule.region).amazonaws.com"), ("Bucket", request.target.bucket)]
        case .refusedSignature:
            let sent = request.head.headers.map { "\($0.name):\($0.value)" }.joined(separator: "\n")
            self = answer(
                .forbidden, "SignatureDoesNotMatch",
                "The request signature we calculated does not match the signature you provided. \(sent)")
            details = [("CanonicalRequest", "\(request.head.method) \(request.head.uri)\n\(sent)")]
            headers.add(name: "x-echo", value: sent.replacing("\n", with: " "))
        default: return nil
        }
    }

    init(status: HTTPResponseStatus, code: String, message: String) {
        self.status = status
        self.code = code
        self.message = message
    }

    /// The body in the form that the request's client reads; empty in answers to HEAD.
    func body(for request: ProxiedRequest) -> ByteBuffer {
        if request.head.method == .HEAD { return ByteBuffer() }
        if request.isJSON {
            let object = ["__type": "com.amazonaws.sqs#\(code)", "message": message]
            return ByteBuffer(bytes: (try? JSONSerialization.data(withJSONObject: object)) ?? Data())
        }
        let error = "<Code>\(code)</Code><Message>\(Self.escaped(message))</Message>"
        let more = details.map { "<\($0.name)>\(Self.escaped($0.value))</\($0.name)>" }.joined()
        let xml =
            request.isForm
            ? "<ErrorResponse><Error><Type>Sender</Type>\(error)</Error><RequestId>0</RequestId></ErrorResponse>"
            : "<Error>\(error)\(more)<Resource>\(Self.escaped(request.target.path))</Resource></Error>"
        return ByteBuffer(string: "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\(xml)")
    }

    /// The head that goes with a body.
    func head(for request: ProxiedRequest, body: ByteBuffer) -> HTTPResponseHead {
        var head = HTTPResponseHead(version: .http1_1, status: status, headers: headers)
        head.headers.add(
            name: "Content-Type", value: request.isJSON ? "application/x-amz-json-1.0" : "application/xml")
        head.headers.add(name: "Content-Length", value: "\(body.readableBytes)")
        return head
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
