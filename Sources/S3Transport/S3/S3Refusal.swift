import NIOHTTP1
import S3DBCore

/// An answer that is an error: its status, and what its XML says.
///
/// Source: Amazon S3 API Reference, "Error responses". Of the XML only code, message and region are kept: it can also
/// hold keys, signatures and the string that was signed.
struct S3Refusal: Hashable, Sendable {
    var status: Int
    var code: String
    var message: String
    var region: String?
    var retryAfter: Duration?

    /// The largest error answer that is read, in bytes.
    static let byteLimit = 256 << 10

    /// Reads an answer; nil where it is no error. A status of 200 with `<Error>` is one.
    init?(status: Int, headers: HTTPHeaders, body: Buffer) {
        let root = try? XMLParser.parse(body)
        guard status >= 300 || root?.name == "Error" else { return nil }
        self.status = status
        code = root?.text("Code") ?? Self.code(ofStatus: status)
        message = root?.text("Message") ?? ""
        region = S3Address.checkedRegion(headers.first(name: "x-amz-bucket-region") ?? root?.text("Region"))
        retryAfter = headers.first(name: "Retry-After").flatMap { Int($0) }.map { .seconds(max(0, min($0, 3600))) }
    }

    /// What an answer without a body means, such as that to HEAD.
    private static func code(ofStatus status: Int) -> String {
        switch status {
        case 301: "PermanentRedirect"
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

    /// Whether the bucket is said to be elsewhere.
    var namesOtherRegion: Bool {
        region != nil && (status == 301 || status == 307 || code == "AuthorizationHeaderMalformed")
    }

    /// What it means for trying again.
    var retryClass: RetryClass {
        switch code {
        case "SlowDown", "Throttling", "ThrottlingException", "RequestLimitExceeded", "TooManyRequests",
            "TooManyRequestsException", "BandwidthLimitExceeded", "RequestThrottled", "ServiceUnavailable":
            .throttled(delay: retryAfter)
        case "RequestTimeTooSkewed", "RequestExpired", "InvalidSignatureTime": .clockSkew
        case "ExpiredToken", "ExpiredTokenException", "TokenRefreshRequired": .expiredCredentials
        case "RequestTimeout", "RequestTimeoutException", "InternalError", "OperationAborted": .transient
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

    /// The error for the caller.
    func error(_ action: String, bucket: String, key: String?) -> S3DBError {
        let place = S3DBError.Location(key: key ?? "s3://\(bucket)/")
        let said = message.isEmpty ? code : "\(code): \(S3DBError.quoted(message))"
        func error(_ code: S3DBError.Code, _ message: String, _ remedy: String? = nil) -> S3DBError {
            S3DBError(code, "\(action): \(message)", remedy: remedy, at: place)
        }
        switch code {
        case "NoSuchBucket": return error(.noSuchBucket, "there is no bucket \(bucket)", "Check its name and region")
        case "NoSuchKey", "NotFound", "NoSuchUpload": return error(.notFound, "nothing is there (\(code))")
        case "PreconditionFailed": return error(.preconditionFailed, "the object is not at the version that was named")
        case "ConditionalRequestConflict", "OperationAborted":
            return error(.conflict, "a concurrent request touched the object")
        case "ExpiredToken", "TokenRefreshRequired", "RequestExpired":
            return error(.expiredCredentials, "the credentials have expired", "Renew them, and run the command again")
        case "InvalidAccessKeyId", "SignatureDoesNotMatch", "AuthorizationHeaderMalformed", "InvalidToken":
            return error(
                .permissionDenied, "the server does not accept the credentials (\(code))",
                "Check access key, secret, session token and region")
        case "PermanentRedirect", "TemporaryRedirect":
            return error(
                .wrongRegion, "the bucket \(bucket) is in another region\(region.map { ", \($0)" } ?? "")",
                "Give it with --region")
        case "SlowDown", "ServiceUnavailable", "TooManyRequests":
            return error(.throttled, "the server asks to slow down (\(code))", "Run with fewer --jobs")
        default: break
        }
        switch status {
        case 403:
            return error(.permissionDenied, "access is denied (\(said))", "Allow it in the policy of the identity")
        case 404: return error(.notFound, "nothing is there (\(said))")
        case 409: return error(.conflict, said)
        case 412: return error(.preconditionFailed, said)
        case 500...: return error(.ioFailure, "the server failed (\(said))", "Run the command again")
        default: return error(.ioFailure, "the server refuses the request (\(status), \(said))")
        }
    }
}

extension S3DBError.Code {
    /// The bucket does not exist.
    public static let noSuchBucket = Self(rawValue: "no-such-bucket")
    /// The credentials have ended and no fresh ones were to be had.
    public static let expiredCredentials = Self(rawValue: "expired-credentials")
    /// The bucket is in another region than the one named, and the right one was not told.
    public static let wrongRegion = Self(rawValue: "wrong-region")
    /// The server keeps asking to slow down.
    public static let throttled = Self(rawValue: "throttled")
    /// The server cannot be reached.
    public static let unreachable = Self(rawValue: "unreachable")
}
