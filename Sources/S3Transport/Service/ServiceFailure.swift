import S3DBCore

/// Why a service's answer is not to be had, after all attempts.
struct ServiceFailure: Error, Sendable {
    /// The kinds of failure.
    enum Reason: Sendable {
        /// The service answered with an error.
        case refused(ServiceRefusal)
        /// No whole answer came.
        case noAnswer(HTTPFailure)
        /// There were no credentials to sign with.
        case noCredentials(S3DBError)
        /// The task was cancelled between two attempts.
        case cancelled
    }

    /// What the last attempt came to.
    var reason: Reason
    /// Whether the request may have been carried out all the same.
    var isOutcomeUnknown: Bool

    /// The error of the service; nil where it did not answer.
    var refusal: ServiceRefusal? {
        if case .refused(let refusal) = reason { refusal } else { nil }
    }

    /// Whether one attempt by itself may have been carried out.
    static func mayBeApplied(_ reason: Reason) -> Bool {
        switch reason {
        case .refused(let refusal): refusal.mayBeApplied
        case .noAnswer(let failure):
            switch failure.kind {
            case .connectionLost, .timedOut, .tooLarge, .cancelled: true
            case .notConnected, .insecure: false
            }
        case .noCredentials, .cancelled: false
        }
    }

    /// The error for the caller; `refused` says what the service's own errors mean.
    func error(
        _ action: String, at place: S3DBError.Location, refused: (ServiceRefusal) -> S3DBError
    ) -> S3DBError {
        var error =
            switch reason {
            case .refused(let refusal): refused(refusal)
            case .noCredentials(let error): error.located(in: place)
            case .cancelled: S3DBError(.cancelled, "\(action): cancelled", at: place)
            case .noAnswer(let failure): failure.error(action, at: place)
            }
        if isOutcomeUnknown, error.code != .cancelled {
            error.code = .outcomeUnknown
            error.message += "; whether the request was carried out is not known"
            error.remedy = "Run the command again: it looks at what stands there"
        }
        return error
    }
}

extension HTTPFailure {
    /// The error for the caller.
    func error(_ action: String, at place: S3DBError.Location) -> S3DBError {
        let (code, remedy): (S3DBError.Code, String?) =
            switch kind {
            case .notConnected: (.unreachable, "Check the endpoint and the network")
            case .insecure: (.unreachable, "Check the endpoint, its certificate and those that this machine trusts")
            case .connectionLost, .timedOut: (.ioFailure, "Run the command again")
            case .tooLarge: (.limitExceeded, nil)
            case .cancelled: (.cancelled, nil)
            }
        return S3DBError(code, "\(action): \(message)", remedy: remedy, at: place)
    }
}

extension S3DBError.Code {
    /// The answer to a request was lost and reading back could not tell whether the request was carried out.
    public static let outcomeUnknown = Self(rawValue: "outcome-unknown")
}
