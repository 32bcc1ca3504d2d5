import S3DBCore

extension ServiceRefusal {
    /// The error for the caller of SQS.
    ///
    /// Source: Amazon SQS API Reference, "Errors" of each operation, and "Common Errors". Codes come with or without
    /// `AWS.SimpleQueueService.` before them and `Exception` behind.
    func error(_ action: String, queue: String) -> S3DBError {
        let name = code.split(separator: ".").last.map(String.init) ?? code
        let said = message.isEmpty ? name : "\(name): \(S3DBError.quoted(message))"
        func error(_ code: S3DBError.Code, _ message: String, _ remedy: String? = nil) -> S3DBError {
            S3DBError(code, "\(action): \(message)", remedy: remedy, at: .init(key: queue))
        }
        switch name.hasSuffix("Exception") ? String(name.dropLast(9)) : name {
        case "QueueDoesNotExist", "NonExistentQueue":
            return error(.noSuchQueue, "there is no such queue", "Check its name, region and account")
        case "QueueDeletedRecently":
            return error(.noSuchQueue, "the queue was deleted a moment ago", "Make it anew after 60 seconds")
        case "ReceiptHandleIsInvalid", "MessageNotInflight":
            return error(.notFound, "the message is no longer this receiver's (\(name))")
        case "InvalidParameterValue" where message.contains("ReceiptHandle"):
            return error(.notFound, "the message is no longer this receiver's (\(name))")
        case "BatchRequestTooLong", "OverLimit":
            return error(.limitExceeded, said, "Send smaller messages, or work on fewer at once")
        case "InvalidMessageContents", "InvalidParameterValue", "InvalidAttributeValue", "MissingParameter",
            "MissingRequiredParameter":
            return error(.invalidArgument, said)
        case "AccessDenied", "KmsAccessDenied", "InvalidSecurity":
            return error(.permissionDenied, "access is denied (\(said))", "Allow it in the policy of identity or queue")
        case "ExpiredToken", "RequestExpired":
            return error(.expiredCredentials, "the credentials have expired", "Renew them, and run the command again")
        case "InvalidClientTokenId", "UnrecognizedClient", "InvalidAccessKeyId", "SignatureDoesNotMatch",
            "InvalidSignature", "IncompleteSignature", "MissingAuthenticationToken", "InvalidAddress":
            return error(
                .permissionDenied, "the server does not accept the credentials (\(name))",
                "Check access key, secret, session token and region")
        case "RequestThrottled", "Throttling", "Throttled", "KmsThrottled", "TooManyRequests", "ServiceUnavailable":
            return error(.throttled, "the server asks to slow down (\(name))", "Run fewer workers")
        case "UnsupportedOperation": return error(.unsupported, said)
        default: break
        }
        switch status {
        case 403:
            return error(.permissionDenied, "access is denied (\(said))", "Allow it in the policy of the identity")
        case 500...: return error(.ioFailure, "the server failed (\(said))", "Run the command again")
        default: return error(.ioFailure, "the server refuses the request (\(status), \(said))")
        }
    }
}

extension S3DBError.Code {
    /// The queue does not exist.
    public static let noSuchQueue = Self(rawValue: "no-such-queue")
}
