import Logging
import NIOHTTP1
import S3DBCore
import Synchronization
import TestSupport
import Testing

@testable import S3Transport

/// The loop of attempts, over a network that follows a script.
@Suite struct ServiceClientTests {
    private typealias Script = ScriptedExchange
    private static let now: Int64 = 1_700_000_000

    /// A client that waits for nothing, and the pauses that it would have made.
    private final class Bench: Sendable {
        let exchange: ScriptedExchange
        let pauses = Mutex<[Duration]>([])
        let logs = LogRecord()
        let provider: any CredentialsProvider
        let limit: Int

        init(
            _ steps: [Script.Step], limit: Int = 8,
            provider: any CredentialsProvider = StaticCredentials(
                Credentials(accessKeyID: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI", sessionToken: "TOKEN/EXAMPLE")
            )
        ) {
            exchange = ScriptedExchange(steps)
            self.provider = provider
            self.limit = limit
        }

        func client() -> ServiceClient {
            let timing = ServiceTiming(
                now: { ServiceClientTests.now },
                pause: { pause in
                    self.pauses.withLock { $0.append(pause) }
                    return true
                },
                random: { 1 })
            return ServiceClient(
                service: "s3", format: .xml, exchange: exchange, credentials: provider,
                retries: RetryPolicy(attemptLimit: 4, firstDelay: .milliseconds(100), delayLimit: .seconds(5)),
                requestLimit: limit, logger: logs.logger(), timing: timing)
        }
    }

    private static func request(_ method: HTTPMethod = .GET) -> ServiceRequest {
        ServiceRequest(
            "Test", HTTPRequest(method, HTTPEndpoint(host: "s3.example"), path: "/b/k"), region: "eu-west-1")
    }

    @Test func anAnswerIsCollectedAndTheRequestSigned() async throws {
        let bench = Bench([Script.answer(200, "hello", ["ETag": "\"1\""])])
        let answer = try await bench.client().send(Self.request())
        #expect(String(decoding: answer.body, as: UTF8.self) == "hello")
        #expect(answer.headers.first(name: "etag") == "\"1\"")
        let authorization = try #require(bench.exchange.requests.first?.headers.first(name: "Authorization"))
        #expect(authorization.hasPrefix("AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20231114/eu-west-1/s3/aws4_request"))
    }

    @Test func withoutCredentialsNothingIsSigned() async throws {
        let bench = Bench([Script.answer(200)], provider: StaticCredentials(nil))
        _ = try await bench.client().send(Self.request())
        #expect(bench.exchange.requests.first?.headers.first(name: "Authorization") == nil)
    }

    @Test func whatPassesIsTriedAgainWithGrowingPauses() async throws {
        let bench = Bench([
            Script.failure(.connectionLost), Script.error(500, "InternalError"), Script.failure(.timedOut),
            Script.answer(200, "x"),
        ])
        _ = try await bench.client().send(Self.request())
        #expect(bench.pauses.withLock { $0 } == [.milliseconds(100), .milliseconds(200), .milliseconds(400)])
        #expect(bench.exchange.restCount == 0)
        #expect(bench.logs.lines.filter { $0.contains("attempt") }.count == 4)
    }

    @Test func attemptsAreLimited() async throws {
        let bench = Bench(Array(repeating: Script.error(503, "SlowDown", ["Retry-After": "2"]), count: 9))
        let failure = await #expect(throws: ServiceFailure.self) { try await bench.client().send(Self.request()) }
        #expect(failure?.refusal?.code == "SlowDown")
        #expect(bench.exchange.requests.count == 4)
        #expect(bench.pauses.withLock { $0 } == [.seconds(2), .seconds(2), .seconds(2)])
    }

    @Test(arguments: [
        Script.error(403, "AccessDenied"), Script.error(404, "NoSuchKey"), Script.failure(.insecure),
        Script.error(412, "PreconditionFailed"),
    ])
    func whatStaysIsNotTriedAgain(step: @escaping ScriptedExchange.Step) async throws {
        let bench = Bench([step, Script.answer(200)])
        let failure = await #expect(throws: ServiceFailure.self) { try await bench.client().send(Self.request()) }
        #expect(failure?.isOutcomeUnknown == false)
        #expect(bench.exchange.requests.count == 1)
    }

    @Test func aBodyThatIsCutIsTriedAgain() async throws {
        let bench = Bench([
            Script.answer(200, chunks: [Buffer("ha".utf8)], cut: .connectionLost, [:]), Script.answer(200, "whole"),
        ])
        #expect(String(decoding: try await bench.client().send(Self.request()).body, as: UTF8.self) == "whole")
    }

    @Test func anErrorInAnAnswerOfStatus200IsAnError() async throws {
        let bench = Bench([
            Script.answer(200, "\n\n<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code></Error>"),
            Script.answer(200, "<Result/>"),
        ])
        #expect(try await bench.client().send(Self.request(.POST)).body == Buffer("<Result/>".utf8))
    }

    @Test(arguments: [(403, "RequestTimeTooSkewed"), (403, "SignatureDoesNotMatch"), (403, "")])
    func theServersClockIsTaken(status: Int, code: String) async throws {
        let date: HTTPHeaders = ["Date": "Tue, 14 Nov 2023 23:13:20 GMT"]
        let refusal = code.isEmpty ? Script.answer(status, "", date) : Script.error(status, code, date)
        let bench = Bench([refusal, Script.answer(200), Script.answer(200)])
        let client = bench.client()
        _ = try await client.send(Self.request())
        _ = try await client.send(Self.request())
        let stamps = bench.exchange.requests.map { $0.headers.first(name: "X-Amz-Date") }
        #expect(stamps == ["20231114T221320Z", "20231114T231320Z", "20231114T231320Z"])
        #expect(bench.pauses.withLock { $0 } == [.zero])
    }

    @Test func aRefusedSignatureByAGoodClockStays() async throws {
        let bench = Bench([
            Script.error(403, "SignatureDoesNotMatch", ["Date": "Tue, 14 Nov 2023 22:15:20 GMT"]), Script.answer(200),
        ])
        await #expect(throws: ServiceFailure.self) { try await bench.client().send(Self.request()) }
    }

    private final class Rotating: CredentialsProvider {
        let refused = Mutex(0)
        func credentials() async throws(S3DBError) -> Credentials? {
            Credentials(accessKeyID: "KEY\(refused.withLock { $0 })", secretAccessKey: "s", sessionToken: "t")
        }
        func refuse(_ credentials: Credentials) async { refused.withLock { $0 += 1 } }
    }

    @Test(arguments: [(HTTPMethod.GET, Script.error(400, "ExpiredToken")), (.HEAD, Script.answer(400))])
    func expiredCredentialsAreRefusedAndTakenAfresh(
        method: HTTPMethod, step: @escaping ScriptedExchange.Step
    ) async throws {
        let bench = Bench([step, Script.answer(200)], provider: Rotating())
        _ = try await bench.client().send(Self.request(method))
        let used = bench.exchange.requests.compactMap { $0.headers.first(name: "Authorization")?.contains("KEY1/") }
        #expect(used == [false, true])
    }

    @Test(arguments: [(HTTPMethod.GET, Script.error(400, "ExpiredToken")), (.HEAD, Script.answer(400))])
    func credentialsThatStayExpiredAreAnError(
        method: HTTPMethod, step: @escaping ScriptedExchange.Step
    ) async throws {
        let bench = Bench(Array(repeating: step, count: 5), provider: Rotating())
        let failure = await #expect(throws: ServiceFailure.self) { try await bench.client().send(Self.request(method)) }
        #expect(bench.exchange.requests.count == 2)
        let error = failure?.error("get", at: .init()) { $0.error("get", bucket: "b", key: "k") }
        #expect(error?.code == .expiredCredentials)
    }

    // MARK: Lost answers

    private static func settling(
        _ settlements: [Settlement], _ steps: [Script.Step]
    ) async -> (Result<ServiceAnswer, ServiceFailure>, sent: Int) {
        let bench = Bench(steps)
        let rest = Mutex(settlements)
        var request = request(.PUT)
        request.settle = { rest.withLock { $0.isEmpty ? .unknown : $0.removeFirst() } }
        do throws(ServiceFailure) {
            return (.success(try await bench.client().send(request)), bench.exchange.requests.count)
        } catch {
            return (.failure(error), bench.exchange.requests.count)
        }
    }

    private static let applied = Settlement.applied(ServiceAnswer(status: 200, headers: ["ETag": "read back"]))

    @Test(arguments: [Script.failure(.connectionLost), Script.failure(.timedOut), Script.error(500, "InternalError")])
    func aLostRequestThatWasCarriedOutIsASuccess(step: @escaping ScriptedExchange.Step) async throws {
        let (result, sent) = await Self.settling([Self.applied], [step])
        #expect(try result.get().headers.first(name: "ETag") == "read back")
        #expect(sent == 1)
    }

    @Test func aLostRequestThatWasNotCarriedOutIsSentAgain() async throws {
        let (result, sent) = await Self.settling([.notApplied], [Script.failure(.connectionLost), Script.answer(200)])
        #expect(try result.get().status == 200)
        #expect(sent == 2)
    }

    /// Read back too early: the second request meets what the first one wrote.
    @Test func aRefusalByOnesOwnLateSuccessIsASuccess() async throws {
        let (result, sent) = await Self.settling(
            [.notApplied, Self.applied], [Script.failure(.timedOut), Script.error(412, "PreconditionFailed")])
        #expect(try result.get().headers.first(name: "ETag") == "read back")
        #expect(sent == 2)
    }

    @Test func aRefusalByAnotherIsAFailureWithKnownOutcome() async throws {
        let (result, _) = await Self.settling(
            [.notApplied, .notApplied], [Script.failure(.timedOut), Script.error(412, "PreconditionFailed")])
        let failure = #expect(throws: ServiceFailure.self) { try result.get() }
        #expect(failure?.isOutcomeUnknown == false)
        #expect(failure?.refusal?.status == 412)
    }

    @Test func whatCannotBeReadBackIsUnknownAndNotSentAgain() async throws {
        let (result, sent) = await Self.settling([.unknown], [Script.failure(.connectionLost), Script.answer(200)])
        let failure = #expect(throws: ServiceFailure.self) { try result.get() }
        #expect(failure?.isOutcomeUnknown == true)
        #expect(failure?.error("put", at: .init()) { _ in S3DBError(.ioFailure, "") }.code == .outcomeUnknown)
        #expect(sent == 1)
    }

    @Test func whatNeverLeftIsNotReadBack() async throws {
        let (result, sent) = await Self.settling([], [Script.failure(.notConnected), Script.answer(200)])
        #expect(try result.get().status == 200)
        #expect(sent == 2)
    }

    // MARK: Concurrency

    @Test func requestsToSlowDownLowerTheLimitAndAnswersRaiseIt() async throws {
        let bench = Bench([Script.error(503, "SlowDown")] + Array(repeating: Script.answer(200), count: 30))
        let client = bench.client()
        #expect(client.gate.requestLimit == 8)
        _ = try await client.send(Self.request())
        #expect(client.gate.requestLimit == 4)
        for _ in 0..<5 { _ = try await client.send(Self.request()) }
        #expect(client.gate.requestLimit == 5)
        for _ in 0..<24 { _ = try await client.send(Self.request()) }
        #expect(client.gate.requestLimit == 8)
    }

    private final class UnderWay: Sendable {
        let count = Mutex((now: 0, most: 0))
    }

    @Test func noMoreRequestsAreUnderWayThanTheLimit() async throws {
        let gate = ServiceGate(requestLimit: 4)
        let underWay = UnderWay()
        await withTaskGroup(of: Void.self) { group in
            for index in 0..<200 {
                group.addTask {
                    guard let epoch = await gate.enter() else { return }
                    underWay.count.withLock {
                        $0.now += 1
                        $0.most = max($0.most, $0.now)
                    }
                    await Task.yield()
                    underWay.count.withLock { $0.now -= 1 }
                    gate.leave(epoch: epoch, wasThrottled: index % 50 == 0)
                }
            }
        }
        #expect(underWay.count.withLock { $0.now } == 0)
        #expect((1...4).contains(underWay.count.withLock { $0.most }))
    }

    @Test func oneRoundOfThrottlingHalvesTheLimitOnce() {
        var limit = ConcurrencyLimit(maximum: 64)
        let begun = limit.epoch
        for _ in 0..<10 { limit.noteThrottling(ofEpoch: begun) }
        #expect(limit.current == 32)
        for _ in 0..<10 { limit.noteThrottling(ofEpoch: limit.epoch) }
        #expect(limit.current == 1)
        for _ in 0..<3000 { limit.noteAnswer() }
        #expect(limit.current == 64)
    }

    // MARK: Secrets

    @Test func whatAServerEchoesIsNeitherLoggedNorPutIntoErrors() async throws {
        let echo: Script.Step = { request in
            let said = request.headers.map { "\($0.name): \($0.value)" }.joined(separator: " ")
            return HTTPResponse(
                status: 403, headers: request.headers,
                body: ScriptedBody([
                    Buffer(
                        "<Error><Code>AKIDEXAMPLE</Code><Message>\(said) wJalrXUtnFEMI</Message></Error>".utf8)
                ]))
        }
        let bench = Bench([echo])
        let failure = await #expect(throws: ServiceFailure.self) { try await bench.client().send(Self.request()) }
        let error = failure?.error("get", at: .init()) { $0.error("get", bucket: "b", key: "k") }
        let shown = (bench.logs.lines + ["\(String(describing: error))", String(reflecting: failure)])
            .joined(separator: "\n").lowercased()
        let authorization = try #require(bench.exchange.requests[0].headers.first(name: "Authorization"))
        let signature = String(try #require(authorization.split(separator: "=").last))
        let secrets = ["AKIDEXAMPLE", "wJalrXUtnFEMI", "TOKEN/EXAMPLE", "AWS4-HMAC", signature]
        for secret in secrets.map({ $0.lowercased() }) { #expect(!shown.contains(secret)) }
    }

    @Test(
        arguments: [
            ("Sun, 06 Nov 1994 08:49:37 GMT", 784_111_777), ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("", nil),
            ("Sunday, 06-Nov-94 08:49:37 GMT", nil), ("Sun, 31 Feb 2023 08:49:37 GMT", nil),
            ("Sun, 06 Nov 1994 24:49:37 GMT", nil), ("Sun, 9223372036854775807 Nov 1994 08:49:37 GMT", nil),
            ("Sun, 06 Nov 99999999999999999999 08:49:37 GMT", nil),
        ] as [(String, Int64?)])
    func dates(text: String, seconds: Int64?) {
        #expect(HTTPDate.seconds(text) == seconds)
    }
}
