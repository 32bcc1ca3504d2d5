import S3DBCore

extension ServiceRefusal {
    /// Whether the bucket is said to be in another region than the one that the request was signed for.
    func namesOtherRegion(than signed: String) -> Bool {
        guard let region, region != signed else { return false }
        return status == 301 || status == 307 || status == 400
    }

    /// The error for the caller of S3.
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
        case "RequestTimeTooSkewed":
            return error(.permissionDenied, "the server's clock and this machine's disagree", "Set the clock")
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
