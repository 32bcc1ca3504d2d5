import FaultProxy
import S3DB
import TestSupport

/// What came of a scenario, with or without a fault.
struct S3FaultRun: Sendable {
    /// What the action gave.
    var result: Result<String, any Error>
    /// The objects before it, by key.
    var before: [String: String]
    /// The objects when all was over.
    var after: [String: String]
    /// What a reader saw at the key `k` meanwhile.
    var seen: Set<String>
    /// The uploads that were left in progress.
    var uploadCount: Int
    /// How often the scenario's request came to the proxy.
    var attemptCount: Int
    /// How many requests came in all.
    var requestCount: Int
    /// How many requests the fault has befallen.
    var firedCount: Int
    /// What the server failed at by itself.
    var ownFailures: [String]

    /// The error's code; nil for a success.
    var code: S3DBError.Code? {
        if case .failure(let error) = result { (error as? S3DBError)?.code } else { nil }
    }
}

/// Runs scenarios on one server, each under a prefix of its own and behind a proxy of its own.
struct S3FaultBench: Sendable {
    let server: StandIn
    let bucket: String
    let canary: Canary

    init(_ server: StandIn) async throws {
        self.server = server
        bucket = try await server.makeBucket()
        canary = Canary()
    }

    /// How long a client waits that shall run out of patience, and how long it must wait for that.
    private static let patience = Duration.seconds(3)
    private static let delayMilliseconds = 4000

    private static let patientExchange = HTTPClientExchange()
    private static let impatientExchange = HTTPClientExchange(timeouts: .init(idle: patience))

    /// The rule by which a fault befalls the requests of a kind.
    static func rule(_ fault: Fault, _ kind: RequestKind, times: Int? = 1) -> FaultRule {
        let milliseconds = isSlow(fault) ? delayMilliseconds : fault == .refusedConnection ? 10 : 1
        return FaultRule(fault, [kind], times: times, milliseconds: milliseconds)
    }

    private static func isSlow(_ fault: Fault?) -> Bool {
        [.stalledBody, .heldBeforeApplied, .heldAfterApplied].contains(fault)
    }

    private func store(
        _ endpoint: HTTPEndpoint, prefix: String, attemptLimit: Int = 8, isImpatient: Bool = false,
        isUnderTest: Bool = true
    ) throws -> S3Store {
        var configuration = S3Configuration(region: server.region, endpoint: endpoint)
        configuration.retries = RetryPolicy(
            attemptLimit: attemptLimit, firstDelay: .milliseconds(5), delayLimit: .milliseconds(50))
        if isImpatient { configuration.answerTimeout = Self.patience }
        // rclone knows one pair of keys only.
        let provider: any CredentialsProvider =
            isUnderTest && server.kind == .moto ? canary.provider : StaticCredentials(server.credentials)
        var access = S3Access(
            configuration: configuration, credentials: provider,
            exchange: isImpatient ? Self.impatientExchange : Self.patientExchange)
        if isUnderTest { access.logger = canary.log.logger() }
        return try S3Store(access.client(bucket: bucket), prefix: prefix)
    }

    /// Runs a scenario while a rule is armed.
    func run(_ scenario: S3Scenario, _ rule: FaultRule? = nil, attemptLimit: Int = 8) async throws -> S3FaultRun {
        let prefix = "run \(UInt64.random(in: 0...UInt64.max))/"
        let straight = try store(server.endpoint, prefix: prefix, isUnderTest: false)
        let action = try await scenario.prepare(straight)
        let before = try await Self.contents(straight)
        return try await server.behindProxy { proxy in
            let armed = rule.map { proxy.arm($0) }
            let tested = try store(
                proxy.endpoint, prefix: prefix, attemptLimit: attemptLimit, isImpatient: Self.isSlow(rule?.fault))
            let watch = Task { await Self.watch(straight) }
            let result: Result<String, any Error>
            do {
                result = .success(try await action(tested))
            } catch {
                canary.note(error)
                result = .failure(error)
            }
            await proxy.log.settled(duplicateCount: rule?.fault == .duplicate ? 1 : 0)
            watch.cancel()
            let entries = proxy.log.entries.filter { !$0.isDuplicate }
            return S3FaultRun(
                result: result, before: before, after: try await Self.contents(straight), seen: await watch.value,
                uploadCount: try await straight.client.listUploads(prefix: prefix).elements.count,
                attemptCount: entries.count { $0.kind == scenario.kind }, requestCount: entries.count,
                firedCount: armed?.firedCount ?? 0, ownFailures: entries.compactMap(Self.ownFailure))
        }
    }

    private static func ownFailure(_ entry: RequestLog.Entry) -> String? {
        guard entry.fault == nil else { return nil }
        if let problem = entry.problem { return "\(entry.kind): \(problem)" }
        return entry.status.flatMap { $0 >= 500 ? "\(entry.kind): \($0)" : nil }
    }

    /// What stands at `k`, again and again.
    private static func watch(_ store: S3Store) async -> Set<String> {
        var seen: Set<String> = []
        while !Task.isCancelled {
            do {
                seen.insert(S3Scenario.named(try await store.read(.known("k"))?.bytes))
                try await Task.sleep(for: .milliseconds(25))
            } catch let error as S3DBError where error.code == .preconditionFailed {
                // It was replaced while it was read.
            } catch {
                break
            }
        }
        return seen
    }

    private static func contents(_ store: S3Store) async throws -> [String: String] {
        var keys: [ObjectKey] = []
        try await store.list(prefix: "", after: nil) { keys += $0.map(\.key) }
        var contents: [String: String] = [:]
        for key in keys { contents[key.text] = S3Scenario.named(try await store.read(key)?.bytes) }
        return contents
    }
}
