import Foundation
import S3DB
import TestSupport

/// A bucket's events, which reach a queue through a topic, and queues for listeners to which they are sent on in disorder.
struct EventRelay: Sendable {
    private let moto: StandIn
    private let inbox: String
    private let outboxes: [String]

    /// Subscribes to what lands in a bucket from now on.
    ///
    /// - Parameter listenerCount: How many queues there are, each of which gets all events.
    init(_ bucket: String, _ moto: StandIn, listenerCount: Int = 1) async throws {
        self.moto = moto
        inbox = try await moto.makeQueue()
        var outboxes: [String] = []
        for _ in 0..<listenerCount { outboxes.append(try await moto.makeQueue()) }
        self.outboxes = outboxes
        let topic =
            try await moto.call("sns", "create_topic", ["Name": .string("lands-\(bucket)")])["TopicArn"] ?? .null
        let queue = try await moto.call(
            "sqs", "get_queue_attributes", ["QueueUrl": .string(inbox), "AttributeNames": ["QueueArn"]])
        try await moto.call(
            "sns", "subscribe",
            ["TopicArn": topic, "Protocol": "sqs", "Endpoint": queue["Attributes"]?["QueueArn"] ?? .null])
        try await moto.call(
            "s3", "put_bucket_notification_configuration",
            [
                "Bucket": .string(bucket),
                "NotificationConfiguration": [
                    "TopicConfigurations": [["TopicArn": topic, "Events": ["s3:ObjectCreated:*"]]]
                ],
            ])
    }

    /// The queues for listeners, as programs name them.
    var queues: [String] { outboxes.map { "sqs:\($0.split(separator: "/").last ?? "")" } }

    /// The queue for the only listener, as programs name it.
    var queue: String { queues.first ?? "" }

    /// Whether no event is left there, waiting or in hand.
    func isEmpty() async throws -> Bool {
        let names: [JSONValue] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        for outbox in outboxes {
            let queue = try await moto.call(
                "sqs", "get_queue_attributes", ["QueueUrl": .string(outbox), "AttributeNames": .array(names)])
            guard names.allSatisfy({ queue["Attributes"]?[$0.stringValue ?? ""]?.stringValue == "0" }) else {
                return false
            }
        }
        return true
    }

    /// Takes the events of so many objects, and sends them on: a share not at all, 20 % twice, in random order, another
    /// one for each queue.
    ///
    /// - Returns: The keys whose events were sent on.
    func scramble(objectCount: Int, losing share: Double = 0.05, seed: UInt64) async throws -> Set<String> {
        var messages: [String: String] = [:]
        while messages.count < objectCount {
            for (body, keys) in try await take() {
                for key in keys { messages[key] = body }
            }
        }
        var random = SeededGenerator(seed: seed)
        let shuffled = messages.keys.sorted().shuffled(using: &random)
        let kept = shuffled.dropFirst(Int((Double(shuffled.count) * share).rounded(.up)))
        let sent = kept + kept.prefix(max(1, kept.count / 5))
        for outbox in outboxes {
            for key in sent.shuffled(using: &random) {
                try await moto.call(
                    "sqs", "send_message",
                    ["QueueUrl": .string(outbox), "MessageBody": messages[key].map { .string($0) } ?? .null])
            }
        }
        return Set(kept)
    }

    /// Takes the messages at hand, each with the keys of its events.
    private func take() async throws -> [(body: String, keys: [String])] {
        let received = try await moto.call(
            "sqs", "receive_message",
            ["QueueUrl": .string(inbox), "MaxNumberOfMessages": 10, "WaitTimeSeconds": 1])
        var taken: [(body: String, keys: [String])] = []
        for message in received["Messages"]?.arrayValue ?? [] {
            try await moto.call(
                "sqs", "delete_message",
                ["QueueUrl": .string(inbox), "ReceiptHandle": message["ReceiptHandle"] ?? .null])
            guard let body = message["Body"]?.stringValue,
                let notification = try JSONValue.parse(body.utf8Span.span.bytes)["Message"]?.stringValue
            else { continue }
            let records = try JSONValue.parse(notification.utf8Span.span.bytes)["Records"]?.arrayValue ?? []
            let keys = records.compactMap { record in
                record["s3"]?["object"]?["key"]?.stringValue?.replacing("+", with: " ").removingPercentEncoding
            }
            taken.append((body, keys))
        }
        return taken
    }
}
