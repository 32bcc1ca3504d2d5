import Logging
import NIOHTTP1
import S3DBCore

/// Sends requests of one AWS service: credentials -> signature -> exchange -> verdict, again where that helps.
///
/// What is worth another attempt, and after which pause, decides ``RetryState``. A request whose answer was lost is
/// only repeated where that does no harm or where reading back says that it was not carried out. Logs have one line an
/// attempt, at level debug, and nothing of what is secret: no header, query or body.
struct ServiceClient: Sendable {
    /// The service's name in signatures, such as `s3`.
    let service: String
    /// How its error answers are written.
    let format: RefusalFormat
    /// The way to the network.
    let exchange: any HTTPExchange
    /// What requests are signed with.
    let credentials: any CredentialsProvider
    /// How often requests are tried.
    let retries: RetryPolicy
    let logger: Logger
    let timing: ServiceTiming
    let gate: ServiceGate

    /// A clock's error that signatures forgive; beyond it a refused signature is taken for the clock's fault.
    private static let toleratedSkewSeconds: Int64 = 240

    init(
        service: String, format: RefusalFormat, exchange: any HTTPExchange, credentials: any CredentialsProvider,
        retries: RetryPolicy = RetryPolicy(), requestLimit: Int = 64, logger: Logger,
        timing: ServiceTiming = ServiceTiming()
    ) {
        self.service = service
        self.format = format
        self.exchange = exchange
        self.credentials = credentials
        self.retries = retries
        self.logger = logger
        self.timing = timing
        gate = ServiceGate(requestLimit: requestLimit)
    }

    /// Sends a request and collects its answer.
    func send(_ request: ServiceRequest) async throws(ServiceFailure) -> ServiceAnswer {
        try await perform(request, isStreamed: false)
    }

    /// Sends a request and gives the answer as its head has come, with the body to be read.
    func open(_ request: ServiceRequest) async throws(ServiceFailure) -> ServiceAnswer {
        try await perform(request, isStreamed: true)
    }

    // MARK: Attempts

    private func perform(_ request: ServiceRequest, isStreamed: Bool) async throws(ServiceFailure) -> ServiceAnswer {
        var attempts = RetryState(retries)
        var latest: RetryClass?
        var wasLost = false
        while true {
            let (reason, verdict): (ServiceFailure.Reason, RetryClass)
            switch await attempt(request, number: attempts.failureCount + 1, isStreamed: isStreamed) {
            case .answered(let answer):
                gate.refund(after: latest)
                return answer
            case .failed(let failed, let failedVerdict): (reason, verdict) = (failed, failedVerdict)
            }
            wasLost = wasLost || ServiceFailure.mayBeApplied(reason)
            let decision = gate.decide(verdict, of: &attempts, random: timing.random())
            latest = verdict
            if case .retry(let delay) = decision {
                guard await timing.pause(delay) else {
                    throw ServiceFailure(reason: .cancelled, isOutcomeUnknown: wasLost && request.settle != nil)
                }
            }
            if wasLost, let settle = request.settle {
                switch await settle() {
                case .applied(let answer):
                    log(request, attempts.failureCount, "found to be carried out")
                    return answer
                case .unknown: throw ServiceFailure(reason: reason, isOutcomeUnknown: true)
                case .notApplied: break
                }
            }
            guard case .retry = decision else {
                // A refusal is the service's last word; after silence the request may yet be carried out.
                throw ServiceFailure(
                    reason: reason, isOutcomeUnknown: request.settle != nil && ServiceFailure.mayBeApplied(reason))
            }
        }
    }

    private enum Attempt {
        case answered(ServiceAnswer)
        case failed(ServiceFailure.Reason, RetryClass)
    }

    private func attempt(_ request: ServiceRequest, number: Int, isStreamed: Bool) async -> Attempt {
        let begun = ContinuousClock.now
        guard let epoch = await gate.enter() else { return .failed(.cancelled, .permanent) }
        let (attempt, outcome) = await signedAttempt(request, isStreamed: isStreamed)
        var wasThrottled = false
        if case .failed(_, .throttled) = attempt { wasThrottled = true }
        gate.leave(epoch: epoch, wasThrottled: wasThrottled)
        log(request, number, outcome, after: .now - begun)
        return attempt
    }

    private func signedAttempt(_ request: ServiceRequest, isStreamed: Bool) async -> (Attempt, outcome: String) {
        let used: Credentials?
        do throws(S3DBError) {
            used = try await credentials.credentials()
        } catch {
            return (.failed(.noCredentials(error), .permanent), "no credentials")
        }
        let signedSeconds = timing.now() + gate.clockOffsetSeconds
        var outgoing = request.http
        if let used {
            outgoing = RequestSigner(service: service, region: request.region)
                .sign(outgoing, with: used, at: SigningTime(seconds: signedSeconds), payload: request.payload)
        }
        do throws(HTTPFailure) {
            let response = try await exchange.send(outgoing)
            var answer = ServiceAnswer(status: response.status, headers: response.headers)
            if isStreamed, response.status < 300 {
                answer.stream = response.body
                return (.answered(answer), "\(response.status)")
            }
            let limit = response.status < 300 ? request.answerByteLimit : ServiceRefusal.byteLimit
            answer.body = try await response.body.collect(limit: limit)
            guard
                let refusal = ServiceRefusal(
                    status: answer.status, headers: answer.headers, body: answer.body, format: format)
            else { return (.answered(answer), "\(response.status)") }
            var safe = refusal.withoutSecrets(Self.secrets(of: used, in: outgoing))
            let verdict = await verdict(
                on: safe, of: request, signedWith: used, at: signedSeconds, answer: answer.headers)
            if verdict == .expiredCredentials { safe.nameExpiry() }
            return (.failed(.refused(safe), verdict), "\(safe.status) \(safe.code)")
        } catch {
            return (.failed(.noAnswer(error), error.retryClass), "\(error.kind)")
        }
    }

    /// What of a request must never be shown, though a server echoes it.
    private static func secrets(of credentials: Credentials?, in request: HTTPRequest) -> [String] {
        guard let credentials else { return [] }
        var secrets = [credentials.accessKeyID, credentials.secretAccessKey]
        if let token = credentials.sessionToken { secrets.append(token) }
        if let signature = request.headers.first(name: "Authorization")?.split(separator: "=").last {
            secrets.append(String(signature))
        }
        return secrets
    }

    // MARK: Verdicts

    /// What an error answer means for trying again; the clock and the credentials are mended on the way.
    private func verdict(
        on refusal: ServiceRefusal, of request: ServiceRequest, signedWith used: Credentials?, at seconds: Int64,
        answer headers: HTTPHeaders
    ) async -> RetryClass {
        if request.retriedCodes.contains(refusal.code) { return .transient }
        var verdict = refusal.retryClass
        guard let used else { return verdict }
        let server = headers.first(name: "Date").flatMap(HTTPDate.seconds)
        if let server, refusal.isAboutSignature, (400...403).contains(refusal.status),
            abs(server - seconds) > Self.toleratedSkewSeconds
        {
            verdict = .clockSkew
        }
        // HEAD has no body that could name the token; temporary credentials that end are what it mostly means.
        if verdict == .permanent, refusal.code == "BadRequest", used.sessionToken != nil, request.http.method == .HEAD {
            verdict = .expiredCredentials
        }
        switch verdict {
        case .clockSkew: if let server { gate.clockOffsetSeconds = server - timing.now() }
        case .expiredCredentials: await credentials.refuse(used)
        case .transient, .timeout, .throttled, .permanent: break
        }
        return verdict
    }

    private func log(_ request: ServiceRequest, _ attempt: Int, _ outcome: String, after duration: Duration? = nil) {
        var metadata: Logger.Metadata = [
            "service": "\(service)", "operation": "\(request.operation)", "host": "\(request.http.endpoint)",
            "path": "\(request.http.path)", "attempt": "\(attempt)", "outcome": "\(outcome)",
        ]
        if let duration { metadata["milliseconds"] = "\(duration / .milliseconds(1))" }
        logger.debug("request", metadata: metadata)
    }
}

extension HTTPFailure {
    /// What it means for trying again.
    var retryClass: RetryClass {
        switch kind {
        case .notConnected, .connectionLost: .transient
        case .timedOut: .timeout
        case .insecure, .tooLarge, .cancelled: .permanent
        }
    }
}
