import S3DBCore

/// A standard queue of SQS.
///
/// Durations are whole seconds there: what is between two is rounded up. A buried message goes to the dead-letter queue
/// of the redrive policy, with three attributes that say why:
///
///     s3db.error.code       the code of the error
///     s3db.error.message    the error in words, cut to 1,024 bytes
///     s3db.attempts         how often the message was received
///
/// Source: Amazon SQS API Reference; Amazon SQS Developer Guide, "Message quotas".
public struct SQSQueue: WorkQueue {
    /// The queue's URL.
    public let url: String
    /// The largest body of a message, in bytes of UTF-8: what the queue takes, less the room for why it is buried.
    public let maximumBodyByteCount: Int

    let client: SQSClient
    let retries: RetryPolicy
    let deadLetters: DeadLetters?

    /// The dead-letter queue of a redrive policy.
    struct DeadLetters: Hashable, Sendable {
        var url: String
        var maximumReceiveCount: Int
    }

    /// What the attributes of a buried message may take: their names, types and values.
    static let reasonByteLimit = 2048
    /// The size of a queue's messages where its attributes do not say.
    private static let defaultMessageByteLimit = 256 << 10

    /// Finds a queue and its dead-letter queue.
    ///
    /// - Throws: ``S3DBError/Code/noSuchQueue``, ``S3DBError/Code/permissionDenied``, or why SQS cannot be reached.
    public init(_ address: SQSAddress, _ configuration: SQSConfiguration = SQSConfiguration()) async throws(S3DBError) {
        let client = try SQSClient(address, configuration)
        self.client = client
        retries = configuration.retries
        switch address {
        case .url(let url): self.url = url
        case .name(let name): url = try await Self.url(of: name, account: nil, client)
        }
        let answer = try await client.call(
            "GetQueueAttributes",
            [.init("QueueUrl", .string(url)), .init("AttributeNames", ["MaximumMessageSize", "RedrivePolicy"])],
            "look at the queue", queue: url)
        let attributes = answer["Attributes"]
        let size = attributes?["MaximumMessageSize"]?.stringValue.flatMap { Int($0) } ?? Self.defaultMessageByteLimit
        maximumBodyByteCount = max(0, size - Self.reasonByteLimit)
        deadLetters = try await Self.deadLetters(attributes?["RedrivePolicy"]?.stringValue, of: url, client)
    }

    /// `{"deadLetterTargetArn": "arn:aws:sqs:region:account:name", "maxReceiveCount": "5"}`; some servers give a number.
    private static func deadLetters(
        _ policy: String?, of queue: String, _ client: SQSClient
    ) async throws(S3DBError) -> DeadLetters? {
        guard let policy, !policy.isEmpty else { return nil }
        let document = try? JSONValue.parse(Array(policy.utf8).span.bytes)
        let count = document?["maxReceiveCount"]
        let arn = document?["deadLetterTargetArn"]?.stringValue?.split(separator: ":", omittingEmptySubsequences: false)
        guard let arn, arn.count == 6, let count = count?.intValue ?? count?.stringValue.flatMap({ Int($0) }), count > 0
        else {
            throw S3DBError(.malformedAnswer, "the queue's redrive policy cannot be read", at: .init(key: queue))
        }
        let url = try await Self.url(of: String(arn[5]), account: String(arn[4]), client)
        return DeadLetters(url: url, maximumReceiveCount: count)
    }

    private static func url(of name: String, account: String?, _ client: SQSClient) async throws(S3DBError) -> String {
        var parameters: [JSONValue.Member] = [.init("QueueName", .string(name))]
        if let account { parameters.append(.init("QueueOwnerAWSAccountId", .string(account))) }
        let answer = try await client.call("GetQueueUrl", parameters, "find the queue", queue: name)
        guard let url = answer["QueueUrl"]?.stringValue else {
            throw S3DBError(.malformedAnswer, "find the queue: the answer has no URL", at: .init(key: name))
        }
        return url
    }

    /// The queue's URL.
    public var description: String { url }

    /// How often a message is received before it goes to the dead-letter queue; nil where the queue has none.
    public func maximumReceiveCount() async throws(S3DBError) -> Int? { deadLetters?.maximumReceiveCount }

    // MARK: Messages in hand

    /// Takes up to `limit` messages, by a long poll where `wait` is not zero.
    public func receive(
        limit: Int, wait: Duration, visibility: Duration
    ) async throws(S3DBError) -> [QueueMessage] {
        try QueueRules.check(limit: limit, wait: wait, visibility: visibility)
        return try await receive(from: url, limit: limit, wait: wait, visibility: visibility).map(\.message)
    }

    /// Removes a message. That it is no longer this receiver's is no failure: it was removed, or comes again.
    public func delete(_ message: QueueMessage) async throws(S3DBError) {
        do throws(S3DBError) {
            _ = try await client.call(
                "DeleteMessage", [.init("QueueUrl", .string(url)), .init("ReceiptHandle", .string(message.receipt))],
                "delete a message", queue: url)
        } catch  where error.code == .notFound {
            return
        }
    }

    /// Hides a message for `visibility` from now on; zero returns it at once.
    ///
    /// - Throws: ``S3DBError/Code/notFound`` where SQS says that it is no longer this receiver's.
    public func setVisibility(of message: QueueMessage, to visibility: Duration) async throws(S3DBError) {
        try QueueRules.check(visibility: visibility)
        try await setVisibility(of: message.receipt, in: url, to: visibility)
    }

    func setVisibility(of receipt: String, in queue: String, to visibility: Duration) async throws(S3DBError) {
        _ = try await client.call(
            "ChangeMessageVisibility",
            [
                .init("QueueUrl", .string(queue)), .init("ReceiptHandle", .string(receipt)),
                .init("VisibilityTimeout", .number(visibility.wholeSeconds)),
            ], "extend a message", queue: queue)
    }

    /// How many messages wait, those that are delayed included, and are in hand. Both are approximate; SQS does not tell
    /// the age of the oldest.
    public func depth() async throws(S3DBError) -> QueueDepth {
        let names = [
            "ApproximateNumberOfMessages", "ApproximateNumberOfMessagesDelayed",
            "ApproximateNumberOfMessagesNotVisible",
        ]
        let answer = try await client.call(
            "GetQueueAttributes",
            [.init("QueueUrl", .string(url)), .init("AttributeNames", .array(names.map { .string($0) }))],
            "look at the queue", queue: url)
        let counts = names.map { answer["Attributes"]?[$0]?.stringValue.flatMap { Int($0) } ?? 0 }
        let (waiting, _) = counts[0].addingReportingOverflow(counts[1])
        return QueueDepth(waitingCount: waiting, inHandCount: counts[2])
    }
}

extension Duration {
    /// The seconds, rounded up.
    var wholeSeconds: Int64 {
        let (seconds, attoseconds) = components
        return attoseconds > 0 ? seconds + 1 : seconds
    }
}
