import Foundation
import NIOHTTP1
import S3DBCore
import Synchronization
import TestSupport
import Testing

@testable import S3Transport

/// What is asked of SQS, and what its answers mean, by a script.
@Suite struct SQSQueueTests {
    private static let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"

    /// A queue whose first two requests, which look at it, are answered already.
    private static func queue(
        _ steps: [ScriptedExchange.Step], attributes: String = #"{"MaximumMessageSize": "262144"}"#
    ) async throws -> (SQSQueue, ScriptedExchange) {
        let exchange = ScriptedExchange([ScriptedExchange.answer(200, "{\"Attributes\": \(attributes)}")] + steps)
        var configuration = SQSConfiguration(
            credentials: StaticCredentials(Credentials(accessKeyID: "AKID", secretAccessKey: "hush")),
            exchange: exchange)
        configuration.retries = RetryPolicy(attemptLimit: 4, firstDelay: .zero)
        return (try await SQSQueue(try SQSAddress(url), configuration), exchange)
    }

    private static func body(_ request: HTTPRequest) throws -> JSONValue {
        let body = request.body.first ?? Buffer()
        return try JSONValue.parse(body.bytes)
    }

    private static func refusal(_ status: Int, _ code: String, _ message: String = "said") -> ScriptedExchange.Step {
        ScriptedExchange.answer(status, "{\"__type\": \"com.amazonaws.sqs#\(code)\", \"message\": \"\(message)\"}")
    }

    @Test func requestsAreWhatTheProtocolSays() async throws {
        let (queue, exchange) = try await Self.queue([
            ScriptedExchange.answer(200, #"{"Messages": [{"MessageId": "m", "ReceiptHandle": "r", "Body": "b"}]}"#)
        ])
        let messages = try await queue.receive(limit: 7, wait: .milliseconds(1500), visibility: .seconds(30))
        #expect(messages == [QueueMessage(id: "m", receipt: "r", body: "b", receiveCount: 1)])
        let request = exchange.requests[1]
        #expect(request.method == .POST && request.target == "/")
        #expect("\(request.endpoint)" == "https://sqs.eu-west-1.amazonaws.com")
        #expect(request.headers.first(name: "X-Amz-Target") == "AmazonSQS.ReceiveMessage")
        #expect(request.headers.first(name: "Content-Type") == "application/x-amz-json-1.0")
        #expect(request.headers.first(name: "Authorization")?.contains("/eu-west-1/sqs/aws4_request") == true)
        #expect(request.timeout > .seconds(10))
        let body = try Self.body(request)
        #expect(body["QueueUrl"]?.stringValue == Self.url)
        #expect(body["MaxNumberOfMessages"] == 7)
        #expect(body["WaitTimeSeconds"] == 2)
        #expect(body["VisibilityTimeout"] == 30)
    }

    @Test func anAnswerDoesNotSayWhereRequestsGo() async throws {
        let exchange = ScriptedExchange([
            ScriptedExchange.answer(200, #"{"QueueUrl": "https://evil.example/1/jobs"}"#),
            ScriptedExchange.answer(
                200,
                #"{"Attributes": {"RedrivePolicy": "{\"deadLetterTargetArn\":\"arn:aws:sqs:x:1:dead\",\"maxReceiveCount\":3}"}}"#
            ),
            ScriptedExchange.answer(200, #"{"QueueUrl": "https://evil.example/1/dead"}"#),
            ScriptedExchange.answer(200, ""),
        ])
        let configuration = SQSConfiguration(
            region: "eu-west-1", credentials: StaticCredentials(nil), exchange: exchange)
        let queue = try await SQSQueue(try SQSAddress("jobs"), configuration)
        #expect(try await queue.receive(limit: 1, wait: .zero, visibility: .zero).isEmpty)
        #expect(try await queue.maximumReceiveCount() == 3)
        #expect(Set(exchange.requests.map(\.endpoint.description)) == ["https://sqs.eu-west-1.amazonaws.com"])
        #expect(exchange.requests.count == 4)
        #expect(try Self.body(exchange.requests[2])["QueueOwnerAWSAccountId"] == "1")
    }

    // MARK: Batches

    @Test(arguments: [
        ([], []), ([1], [1]), (Array(repeating: 1, count: 10), [10]), (Array(repeating: 1, count: 21), [10, 10, 1]),
        ([262_144, 1], [1, 1]), ([1, 262_144], [1, 1]), ([131_072, 131_072, 1], [2, 1]),
        ([5, 1_000_000, 5, 5], [1, 1, 2]), (Array(repeating: 0, count: 11), [10, 1]),
    ])
    func batches(sizes: [Int], counts: [Int]) {
        let bodies = sizes.map { String(repeating: "x", count: $0) }
        let batches = SQSQueue.batches(bodies)
        #expect(batches.map(\.count) == counts)
        #expect(batches.flatMap { $0 } == bodies)
    }

    @Test func whatWasNotTakenIsSentAgain() async throws {
        let (queue, exchange) = try await Self.queue([
            ScriptedExchange.answer(
                200,
                #"{"Successful": [{"Id": "0"}], "Failed": [{"Id": "1", "Code": "InternalError", "SenderFault": false}, {"Id": "2", "Code": "RequestThrottled", "SenderFault": false}]}"#
            ),
            ScriptedExchange.answer(
                200,
                #"{"Successful": [{"Id": "2"}], "Failed": [{"Id": "1", "Code": "InternalError", "SenderFault": false}]}"#
            ),
            ScriptedExchange.answer(200, #"{"Successful": [{"Id": "1"}]}"#),
        ])
        try await queue.send(["a", "b", "c"])
        let sent = try exchange.requests.dropFirst().map { request in
            try Self.body(request)["Entries"]?.arrayValue?.map { $0["MessageBody"]?.stringValue }
        }
        #expect(sent == [["a", "b", "c"], ["b", "c"], ["b"]])
    }

    @Test func whatIsNeverTakenIsAnError() async throws {
        let failed = #"{"Failed": [{"Id": "0", "Code": "InternalError", "SenderFault": false, "Message": "busy"}]}"#
        let (queue, exchange) = try await Self.queue(Array(repeating: ScriptedExchange.answer(200, failed), count: 9))
        await #expect { try await queue.send(["a"]) } throws: { error in
            (error as? S3DBError)?.code == .ioFailure && "\(error)".contains("busy")
        }
        #expect(exchange.requests.count == 5)
    }

    @Test func whatTheSenderDidWrongIsNotSentAgain() async throws {
        let failed =
            #"{"Failed": [{"Id": "1", "Code": "InvalidMessageContents", "SenderFault": true, "Message": "control"}]}"#
        let (queue, exchange) = try await Self.queue([ScriptedExchange.answer(200, failed)])
        await #expect { try await queue.send(["a", "b"]) } throws: { error in
            (error as? S3DBError)?.code == .invalidArgument && "\(error)".contains("control")
        }
        #expect(exchange.requests.count == 2)
    }

    @Test func bodiesLeaveRoomForTheReason() async throws {
        let (queue, exchange) = try await Self.queue([])
        #expect(queue.maximumBodyByteCount == 262_144 - 2048)
        let body = String(repeating: "é", count: queue.maximumBodyByteCount / 2 + 1)
        await #expect { try await queue.send(["a", body]) } throws: { ($0 as? S3DBError)?.code == .limitExceeded }
        #expect(exchange.requests.count == 1)
    }

    @Test(arguments: [
        ("plain", 10, "plain"), ("tab\tline\n", 10, "tab\tline\n"), ("a\u{0}b\u{1B}", 20, "a\u{FFFD}b\u{FFFD}"),
        ("ééé", 5, "éé"), ("x😀", 4, "x"), ("", 5, ""), ("\u{FFFF}", 3, "\u{FFFD}"),
    ])
    func reasonsBecomeAttributes(text: String, byteLimit: Int, attribute: String) {
        #expect(SQSQueue.attribute(text, byteLimit: byteLimit) == attribute)
    }

    // MARK: Errors

    @Test(arguments: [
        (400, "QueueDoesNotExist", S3DBError.Code.noSuchQueue),
        (400, "AWS.SimpleQueueService.NonExistentQueue", .noSuchQueue),
        (400, "AccessDeniedException", .permissionDenied), (403, "AccessDenied", .permissionDenied),
        (403, "InvalidClientTokenId", .permissionDenied), (400, "UnrecognizedClientException", .permissionDenied),
        (400, "InvalidSignatureException", .permissionDenied), (403, "ExpiredToken", .expiredCredentials),
        (400, "ReceiptHandleIsInvalid", .notFound), (400, "MessageNotInflight", .notFound),
        (400, "OverLimit", .limitExceeded), (400, "BatchRequestTooLong", .limitExceeded),
        (400, "InvalidParameterValueException", .invalidArgument), (400, "UnsupportedOperation", .unsupported),
        (403, "Other", .permissionDenied), (418, "Other", .ioFailure), (400, "RequestThrottled", .throttled),
    ])
    func errors(status: Int, code: String, meaning: S3DBError.Code) async throws {
        let (queue, _) = try await Self.queue(Array(repeating: Self.refusal(status, code), count: 4))
        await #expect { try await queue.depth() } throws: { error in
            let error = error as? S3DBError
            return error?.code == meaning && error?.location.key == Self.url && !"\(error as Any)".contains("hush")
        }
    }

    @Test func aReceiptThatHasExpiredIsNotFound() async throws {
        let said = "Value r for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired."
        let message = QueueMessage(id: "m", receipt: "r", body: "b", receiveCount: 1)
        let (queue, _) = try await Self.queue([
            Self.refusal(400, "InvalidParameterValue", said), Self.refusal(400, "InvalidParameterValue", said),
        ])
        await #expect { try await queue.setVisibility(of: message, to: .seconds(9)) } throws: {
            ($0 as? S3DBError)?.code == .notFound
        }
        try await queue.delete(message)
    }

    @Test(arguments: ["[]", "nonsense", #"{"Messages": [{"MessageId": "m"}]}"#])
    func answersThatAreNone(body: String) async throws {
        let (queue, _) = try await Self.queue([ScriptedExchange.answer(200, body)])
        await #expect { try await queue.receive(limit: 1, wait: .zero, visibility: .zero) } throws: {
            ($0 as? S3DBError)?.code == .malformedAnswer
        }
    }

    @Test(arguments: ["x", "{}", #"{\"deadLetterTargetArn\":\"arn\",\"maxReceiveCount\":3}"#])
    func redrivePoliciesThatAreNone(policy: String) async throws {
        await #expect { try await Self.queue([], attributes: "{\"RedrivePolicy\": \"\(policy)\"}") } throws: {
            ($0 as? S3DBError)?.code == .malformedAnswer
        }
    }

    @Test func withoutDeadLetterQueueNothingIsBuried() async throws {
        let (queue, exchange) = try await Self.queue([])
        let message = QueueMessage(id: "m", receipt: "r", body: "b", receiveCount: 1)
        await #expect { try await queue.bury(message, reason: .init(code: "c", message: "m")) } throws: {
            ($0 as? S3DBError)?.code == .unsupported
        }
        #expect(try await queue.buried(limit: 5).isEmpty)
        #expect(exchange.requests.count == 1)
    }

    @Test func buriedMessagesAreLookedAtOnceAndReturned() async throws {
        let policy = #"{\"deadLetterTargetArn\":\"arn:aws:sqs:eu-west-1:1:dead\",\"maxReceiveCount\":\"4\"}"#
        func found(_ ids: String...) -> ScriptedExchange.Step {
            let messages = ids.map { id in
                """
                {"MessageId": "\(id)", "ReceiptHandle": "r\(id)", "Body": "b\(id)", "MessageAttributes":
                 {"s3db.error.code": {"DataType": "String", "StringValue": "c\(id)"},
                  "s3db.attempts": {"DataType": "Number", "StringValue": "2"}}}
                """
            }
            return ScriptedExchange.answer(200, "{\"Messages\": [\(messages.joined(separator: ","))]}")
        }
        let exchange = ScriptedExchange([
            ScriptedExchange.answer(200, "{\"Attributes\": {\"RedrivePolicy\": \"\(policy)\"}}"),
            ScriptedExchange.answer(200, #"{"QueueUrl": "https://sqs.eu-west-1.amazonaws.com/1/dead"}"#),
            found("1", "2"), found("2", "3"), found("1", "3"), ScriptedExchange.answer(200, ""),
            Self.refusal(400, "ReceiptHandleIsInvalid"), ScriptedExchange.answer(200, ""),
        ])
        let queue = try await SQSQueue(
            try SQSAddress(Self.url), SQSConfiguration(credentials: StaticCredentials(nil), exchange: exchange))
        let buried = try await queue.buried(limit: 20)
        #expect(
            buried
                == ["1", "2", "3"].map {
                    BuriedMessage(body: "b\($0)", reason: .init(code: "c\($0)", message: ""), attemptCount: 2)
                })
        #expect(exchange.restCount == 0)
        let returned = try exchange.requests.suffix(3).map { request in
            let body = try Self.body(request)
            return "\(body["ReceiptHandle"]?.stringValue ?? "") \(body["VisibilityTimeout"] ?? .null)"
        }
        #expect(returned == ["r1 0", "r2 0", "r3 0"])
    }

    /// Each error of the recordings means the same by its code of the JSON protocol as by the older one.
    @Test(.needsConformance("aws-recordings")) func recordedErrorsAreUnderstood() throws {
        let file = Requirement.conformance("aws-recordings").appending(
            path: "tests/aws/services/sqs/test_sqs.snapshot.json")
        var errors: [JSONValue] = []
        func collect(_ value: JSONValue) {
            if let error = value["Error"], error["QueryErrorCode"] != nil { errors.append(error) }
            for member in value.objectValue ?? [] { collect(member.value) }
            for element in value.arrayValue ?? [] { collect(element) }
        }
        collect(try JSONValue.parse(Array(try Data(contentsOf: file)).span.bytes))
        #expect(errors.count >= 20)
        var meanings: [String: S3DBError.Code] = [:]
        for error in errors {
            let codes = ["Code", "QueryErrorCode"].compactMap { error[$0]?.stringValue }
            let found = codes.compactMap { code in
                let body: JSONValue = [
                    "__type": .string("com.amazonaws.sqs#\(code)"), "message": error["Message"] ?? .null,
                ]
                let refusal = ServiceRefusal(
                    status: 400, headers: [:], body: Buffer(body.serialized().utf8), format: .json)
                return refusal?.error("call", queue: "q").code
            }
            #expect(found.count == 2 && Set(found).count == 1, "\(codes)")
            meanings[codes[1]] = found.first
        }
        #expect(meanings["QueueDoesNotExist"] == .noSuchQueue)
        #expect(meanings["BatchRequestTooLong"] == .limitExceeded)
        #expect(meanings["InvalidParameterValueException"] == .invalidArgument)
    }
}
