import Foundation
import S3DB
import TestSupport

/// A bucket's events, which reach a queue through a topic, and a second queue to which they are sent on in disorder.
struct EventRelay: Sendable {
    private let moto: StandIn
    private let inbox: String
    private let outbox: String

    /// Subscribes to what lands in a bucket from now on.
    init(_ bucket: String, _ moto: StandIn) async throws {
        self.moto = moto
        inbox = try await moto.makeQueue()
        outbox = try await moto.makeQueue()
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

    /// The queue for a listener, as programs name it.
    var queue: String { "sqs:\(outbox.split(separator: "/").last ?? "")" }

    /// Whether no event is left there, waiting or in hand.
    func isEmpty() async throws -> Bool {
        let names: [JSONValue] = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        let queue = try await moto.call(
            "sqs", "get_queue_attributes", ["QueueUrl": .string(outbox), "AttributeNames": .array(names)])
        return names.allSatisfy { queue["Attributes"]?[$0.stringValue ?? ""]?.stringValue == "0" }
    }

    /// Takes the events of so many objects, and sends them on: a share not at all, 20 % twice, in random order.
    ///
    /// - Returns: The keys whose events were sent on.
    func scramble(objectCount: Int, losing share: Double = 0.05, seed: UInt64) async throws -> Set<String> {
        let printed = try await moto.boto3(
            """
            import math, random, urllib.parse
            inbox, outbox, count, share, seed = sys.argv[1:]
            sqs = client("sqs")
            events = {}
            while len(events) < int(count):
                got = sqs.receive_message(QueueUrl=inbox, MaxNumberOfMessages=10, WaitTimeSeconds=1)
                for message in got.get("Messages", []):
                    sqs.delete_message(QueueUrl=inbox, ReceiptHandle=message["ReceiptHandle"])
                    for record in json.loads(json.loads(message["Body"])["Message"]).get("Records", []):
                        events[urllib.parse.unquote_plus(record["s3"]["object"]["key"])] = message["Body"]
            numbers = random.Random(int(seed))
            keys = sorted(events)
            numbers.shuffle(keys)
            keys = keys[math.ceil(len(keys) * float(share)):]
            sent = keys + keys[:max(1, len(keys) // 5)]
            numbers.shuffle(sent)
            for key in sent:
                sqs.send_message(QueueUrl=outbox, MessageBody=events[key])
            print(json.dumps(keys))
            """, [inbox, outbox, "\(objectCount)", "\(share)", "\(seed)"])
        let keys = try JSONValue.parse(printed.utf8Span.span.bytes).arrayValue ?? []
        return Set(keys.compactMap(\.stringValue))
    }
}
