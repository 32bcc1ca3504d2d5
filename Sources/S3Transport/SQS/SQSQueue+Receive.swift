import S3DBCore

/// A message with what stands on it.
struct SQSMessage: Sendable {
    var message: QueueMessage
    /// The message attributes that are text or numbers.
    var attributes: [String: String]
    /// Whether SQS moved it to a dead-letter queue after too many deliveries.
    var wasMoved: Bool
}

extension SQSQueue {
    /// Takes messages of a queue.
    func receive(
        from queue: String, limit: Int, wait: Duration, visibility: Duration
    ) async throws(S3DBError) -> [SQSMessage] {
        let answer = try await client.call(
            "ReceiveMessage",
            [
                .init("QueueUrl", .string(queue)), .init("MaxNumberOfMessages", .number(limit)),
                .init("WaitTimeSeconds", .number(wait.wholeSeconds)),
                .init("VisibilityTimeout", .number(visibility.wholeSeconds)),
                .init("MessageAttributeNames", ["s3db.*"]),
                .init(
                    "MessageSystemAttributeNames",
                    ["ApproximateReceiveCount", "SentTimestamp", "DeadLetterQueueSourceArn"]),
            ], "receive messages", queue: queue, wait: wait)
        var messages: [SQSMessage] = []
        for message in answer["Messages"]?.arrayValue ?? [] { messages.append(try Self.message(message, from: queue)) }
        return messages
    }

    private static func message(_ message: JSONValue, from queue: String) throws(S3DBError) -> SQSMessage {
        guard let id = message["MessageId"]?.stringValue, let receipt = message["ReceiptHandle"]?.stringValue,
            let body = message["Body"]?.stringValue
        else {
            throw S3DBError(
                .malformedAnswer, "receive messages: one has no ID, receipt or body", at: .init(key: queue))
        }
        let system = message["Attributes"]
        let attributes = message["MessageAttributes"]?.objectValue ?? []
        return SQSMessage(
            message: QueueMessage(
                id: id, receipt: receipt, body: body,
                receiveCount: system?["ApproximateReceiveCount"]?.stringValue.flatMap { Int($0) } ?? 1,
                sentMilliseconds: system?["SentTimestamp"]?.stringValue.flatMap { Int64($0) }),
            attributes: attributes.reduce(into: [:]) { $0[$1.name] = $1.value["StringValue"]?.stringValue },
            wasMoved: system?["DeadLetterQueueSourceArn"] != nil)
    }
}
