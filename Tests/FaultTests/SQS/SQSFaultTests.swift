import FaultProxy
import S3DB
import TestSupport
import Testing

/// Every kind of request of an SQS queue under every fault.
@Suite("SQS under faults", .needsServers, .serialized)
struct SQSFaultTests {
    /// What came of a scenario.
    private struct Run: Sendable {
        var result: Result<String, any Error>
        /// The bodies that can still be received, each once.
        var left: Set<String>
        var attemptCount: Int
        var firedCount: Int

        var code: S3DBError.Code? {
            if case .failure(let error) = result { (error as? S3DBError)?.code } else { nil }
        }
    }

    private static let patience = Duration.seconds(3)
    private static let impatientExchange = HTTPClientExchange(timeouts: .init(idle: patience))
    private static let patientExchange = HTTPClientExchange()

    /// What makes no sense for a service that answers in JSON from one region.
    private static func reason(_ fault: Fault) -> String? {
        switch fault {
        case .errorInOK: "errors have statuses of their own in the JSON protocol"
        case .wrongRegion: "a queue's URL names its region"
        case .flippedRequestBit: "the hash in the signature guards requests"
        case .flippedBit: "answers have no checksum; TLS guards them"
        case .heldBeforeApplied, .heldAfterApplied: "the client waits 10 s at least"
        default: nil
        }
    }

    private static func run(
        _ scenario: SQSScenario, _ fault: Fault?, on moto: StandIn, _ canary: Canary, times: Int? = 1,
        attemptLimit: Int = 8
    ) async throws -> Run {
        let graves = try await moto.makeQueue()
        let arn = try await moto.call(
            "sqs", "get_queue_attributes", ["QueueUrl": .string(graves), "AttributeNames": ["QueueArn"]])
        let policy: JSONValue = [
            "deadLetterTargetArn": arn["Attributes"]?["QueueArn"] ?? .null, "maxReceiveCount": 5,
        ]
        let url = try await moto.makeQueue(["RedrivePolicy": policy.serialized()])
        for body in scenario.bodies {
            try await moto.call("sqs", "send_message", ["QueueUrl": .string(url), "MessageBody": .string(body)])
        }
        return try await moto.behindProxy { proxy in
            var configuration = SQSConfiguration(
                region: moto.region, endpoint: proxy.endpoint, credentials: canary.provider,
                exchange: fault == .stalledBody ? impatientExchange : patientExchange, logger: canary.log.logger())
            configuration.retries = RetryPolicy(
                attemptLimit: attemptLimit, firstDelay: .milliseconds(5), delayLimit: .milliseconds(50))
            let queue = try await SQSQueue(try SQSAddress(url), configuration)
            let lookCount = proxy.log.entries.count { $0.kind == scenario.kind }
            let armed = fault.map { fault in
                let milliseconds = fault == .stalledBody ? 4000 : fault == .refusedConnection ? 10 : 1
                return proxy.arm(FaultRule(fault, [scenario.kind], times: times, milliseconds: milliseconds))
            }
            let result: Result<String, any Error>
            do {
                result = .success(try await scenario.action(queue))
            } catch {
                canary.note(error)
                result = .failure(error)
            }
            await proxy.log.settled(duplicateCount: fault == .duplicate ? 1 : 0)
            let attempts = proxy.log.entries.count { $0.kind == scenario.kind && !$0.isDuplicate } - lookCount
            return Run(
                result: result, left: try await left(moto, url), attemptCount: attempts,
                firedCount: armed?.firedCount ?? 0)
        }
    }

    /// Takes all messages that wait; those in hand stay there.
    private static func left(_ moto: StandIn, _ url: String) async throws -> Set<String> {
        var bodies: Set<String> = []
        while true {
            let answer = try await moto.call(
                "sqs", "receive_message",
                ["QueueUrl": .string(url), "MaxNumberOfMessages": 10, "VisibilityTimeout": 600])
            guard let messages = answer["Messages"]?.arrayValue, !messages.isEmpty else { return bodies }
            bodies.formUnion(messages.compactMap { $0["Body"]?.stringValue })
        }
    }

    @Test("A fault that happens once changes nothing but the number of attempts")
    func once() async throws {
        let moto = try await StandIn.moto()
        let canary = Canary()
        var clean: [String: Run] = [:]
        for scenario in SQSScenario.all {
            let run = try await Self.run(scenario, nil, on: moto, canary)
            #expect(run.code == nil, "\(scenario.name): \(run.result)")
            clean[scenario.name] = run
        }
        var table = FaultTable(
            "SQS on moto: attempts under each fault", rows: SQSScenario.all.map(\.name), columns: Fault.allCases)
        for scenario in SQSScenario.all {
            for fault in Fault.allCases {
                if let reason = Self.reason(fault) { table.leaveOut(scenario.name, fault, because: reason) }
            }
        }
        let cells = SQSScenario.all.flatMap { scenario in
            Fault.allCases.filter { Self.reason($0) == nil }.map { (scenario, $0) }
        }
        let runs = try await concurrently(cells, limit: 6) { scenario, fault in
            try await Self.run(scenario, fault, on: moto, canary)
        }
        for ((scenario, fault), run) in runs {
            let reference = try #require(clean[scenario.name])
            let cell = "\(scenario.name) under \(fault)"
            #expect(run.firedCount == 1, "\(cell): the fault did not happen")
            if fault == .refusedSignature {
                #expect(run.code == .permissionDenied, "\(cell): \(run.result)")
            } else {
                #expect((try? run.result.get()) == (try? reference.result.get()), "\(cell): \(run.result)")
                // A return that is carried out once more after the next delivery returns the message once more, by
                // moto, which takes old receipts: delivery is at least once.
                let mayComeAgain = scenario.kind == "ChangeMessageVisibility" && fault == .duplicate
                #expect(
                    run.left == reference.left || mayComeAgain && run.left == Set(scenario.bodies),
                    "\(cell): \(run.left) is left")
            }
            // Receiving is repeated until a message comes.
            let mayRepeat = scenario.kind == "ReceiveMessage" ? 9 : 0
            #expect(run.attemptCount <= reference.attemptCount + 1 + mayRepeat, "\(cell): \(run.attemptCount) attempts")
            table.set(scenario.name, fault, run.code == nil ? "\(run.attemptCount)" : "fails")
        }
        print(table.text)
        canary.expectSilence()
    }

    @Test(
        "A fault that stays ends in its error after as many attempts as there may be",
        arguments: [
            (Fault.resetBeforeApplied, S3DBError.Code.ioFailure), (.internalError, .ioFailure),
            (.slowDown, .throttled), (.tooManyRequests, .throttled), (.expiredToken, .expiredCredentials),
        ])
    func lasting(_ fault: Fault, _ code: S3DBError.Code) async throws {
        let moto = try await StandIn.moto()
        let canary = Canary()
        let attemptLimit = 3
        for scenario in SQSScenario.all {
            let run = try await Self.run(scenario, fault, on: moto, canary, times: nil, attemptLimit: attemptLimit)
            let cell = "\(scenario.name) under lasting \(fault)"
            #expect(run.code == code, "\(cell): \(run.result)")
            #expect((1...attemptLimit).contains(run.attemptCount), "\(cell): \(run.attemptCount) attempts")
            #expect(run.firedCount == run.attemptCount, "\(cell): the fault did not happen each time")
        }
        canary.expectSilence()
    }
}
