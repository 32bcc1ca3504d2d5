import NIOHTTP1
import S3DBCore

/// How a service writes its error answers.
enum RefusalFormat: Hashable, Sendable {
    /// `<Error><Code/><Message/></Error>`, as S3 does, also within `<ErrorResponse>`, as STS does.
    case xml
    /// `{"__type": "name.space#Code", "message": "…"}`, as SQS does; the older name of the code in a header.
    case json
}

/// An answer that is an error: its status, and what its body says.
///
/// Of the body only code, message and region are kept: it can also hold keys, signatures and the string that was
/// signed. Source: Amazon S3 API Reference, "Error responses"; AWS JSON 1.0 protocol, "Operation error serialization".
struct ServiceRefusal: Hashable, Sendable {
    var status: Int
    var code: String
    var message: String
    var region: String?
    var retryAfter: Duration?

    /// The largest error answer that is read, in bytes.
    static let byteLimit = 256 << 10

    /// Reads an answer; nil where it is no error. In XML a status of 200 with `<Error>` is one.
    init?(status: Int, headers: HTTPHeaders, body: Buffer, format: RefusalFormat = .xml) {
        let said: (code: String?, message: String?, region: String?)
        switch format {
        case .xml:
            guard status >= 300 || Self.mayBeError(body) else { return nil }
            let root = try? XMLParser.parse(body)
            let error = root?.name == "ErrorResponse" ? root?["Error"] : root?.name == "Error" ? root : nil
            guard status >= 300 || error != nil else { return nil }
            said = (error?.text("Code"), error?.text("Message"), error?.text("Region"))
        case .json:
            guard status >= 300 else { return nil }
            let root = try? JSONValue.parse(body.bytes)
            let type = (root?["__type"] ?? root?["code"])?.stringValue?.split(separator: "#").last.map(String.init)
            said = (type, (root?["message"] ?? root?["Message"])?.stringValue, nil)
        }
        self.status = status
        code = said.code.flatMap(Self.checkedCode) ?? Self.code(ofStatus: status)
        message = said.message ?? ""
        region = S3Address.checkedRegion(headers.first(name: "x-amz-bucket-region") ?? said.region)
        retryAfter = headers.first(name: "Retry-After").flatMap { Int($0) }.map { .seconds(max(0, min($0, 3600))) }
    }

    /// Whether `<Error` opens an answer, behind the blanks that S3 sends while it is still at work. O(blanks).
    private static func mayBeError(_ body: Buffer) -> Bool {
        let isBlank: (UInt8) -> Bool = { $0 == 0x20 || $0 == 0x0A || $0 == 0x0D || $0 == 0x09 }
        guard let start = body.firstIndex(where: { !isBlank($0) }) else { return false }
        let head = body[start..<min(start + 256, body.count)]
        let tag = Array("<Error".utf8)
        return head.indices.contains { head[$0...].starts(with: tag) }
    }

    /// A code as services have them: a word of letters, digits, dots and underscores.
    private static func checkedCode(_ text: String) -> String? {
        let isWord = text.utf8.allSatisfy { byte in
            byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
                || Character(Unicode.Scalar(byte)).isLetter && byte < 0x80 || (0x30...0x39).contains(byte)
        }
        return isWord && (1...80).contains(text.utf8.count) ? text : nil
    }

    /// What an answer without a body means, such as that to HEAD.
    private static func code(ofStatus status: Int) -> String {
        switch status {
        case 301: "PermanentRedirect"
        case 307: "TemporaryRedirect"
        case 400: "BadRequest"
        case 403: "AccessDenied"
        case 404: "NotFound"
        case 409: "ConditionalRequestConflict"
        case 412: "PreconditionFailed"
        case 416: "InvalidRange"
        case 429: "TooManyRequests"
        case 503: "ServiceUnavailable"
        default: "Status\(status)"
        }
    }

    /// The same without what a server echoed of the request's secrets: its words go as a whole where one is in them.
    func withoutSecrets(_ secrets: [String]) -> ServiceRefusal {
        // What is shorter is no secret, and stands in any text.
        let marks =
            secrets.filter { $0.utf8.count >= 8 } + ["AWS4-HMAC", "Signature=", "Credential=", "X-Amz-Security-Token"]
        func isSafe(_ text: String) -> Bool {
            let folded = text.lowercased()
            return !marks.contains { folded.contains($0.lowercased()) }
        }
        var copy = self
        if !isSafe(message) { copy.message = "" }
        if !isSafe(code) { copy.code = Self.code(ofStatus: status) }
        if let region, !isSafe(region) { copy.region = nil }
        return copy
    }

    /// Says that credentials have expired in an answer that could not say why it refuses.
    mutating func nameExpiry() {
        if code == "BadRequest" { code = "ExpiredToken" }
    }

    /// What it means for trying again.
    var retryClass: RetryClass {
        switch code {
        case "SlowDown", "Throttling", "ThrottlingException", "ThrottledException", "RequestThrottledException",
            "RequestThrottled", "RequestLimitExceeded", "TooManyRequests", "TooManyRequestsException",
            "BandwidthLimitExceeded", "LimitExceededException", "ServiceUnavailable", "KmsThrottled",
            "KMS.ThrottlingException", "PriorRequestNotComplete", "TransactionInProgressException":
            .throttled(delay: retryAfter)
        case "RequestTimeTooSkewed", "RequestExpired", "InvalidSignatureTime", "RequestInTheFuture": .clockSkew
        case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired": .expiredCredentials
        case "RequestTimeout", "RequestTimeoutException", "InternalError", "InternalFailure", "OperationAborted":
            .transient
        // The body was damaged on its way: what is sent has its checksum from the bytes themselves.
        case "BadDigest", "XAmzContentSHA256Mismatch": .transient
        default:
            switch status {
            case 429: .throttled(delay: retryAfter)
            case 500, 502, 503, 504: .transient
            // An error in an answer of status 200: the server failed after it had begun to answer.
            case 200: .transient
            default: .permanent
            }
        }
    }

    /// Whether the request may have been carried out all the same: the server failed while it was at work.
    var mayBeApplied: Bool {
        if case .throttled = retryClass { return false }
        return status >= 500 || status == 200
    }

    /// Whether it can come from a signature by a clock that runs wrong.
    var isAboutSignature: Bool {
        switch code {
        case "SignatureDoesNotMatch", "InvalidSignatureException", "AccessDenied", "AuthFailure",
            "IncompleteSignature", "BadRequest":
            true
        default: false
        }
    }
}
