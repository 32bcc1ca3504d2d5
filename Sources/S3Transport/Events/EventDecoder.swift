import S3DBCore

/// Reads what a bucket's notifications put in a queue, however they came there.
///
///     {"Records": [...]}                                S3 -> queue, and S3 -> SNS -> queue with raw delivery
///     {"Type": "Notification", "Message": "..."}        S3 or EventBridge -> SNS -> queue: any of these as text
///     {"detail-type": "Object Created", ...}            S3 -> EventBridge -> queue
///     {"Service": "Amazon S3", "Event": "s3:TestEvent"} what S3 sends when notifications are set up: no event
///     {"eventVersion": "2.1", "s3": {...}}              one record by itself
///     %7B%22eventVersion%22...                          one of these in percent-encoding, as some topics send them
///
/// An event names a bucket and a key and nothing else: no host, region or address is ever taken from it.
///
/// Records of other happenings (tags, restores, replication) give no event, and neither do keys that are no
/// ``ObjectKey``, such as the `folder/` that consoles make: no store here has such objects.
///
/// Sources: Amazon S3 User Guide, "Event message structure" and "EventBridge event message structure"; Amazon SNS
/// Developer Guide, "HTTP/HTTPS notification JSON format" and "Raw message delivery".
public struct EventDecoder: Sendable {
    /// The largest body that is read, in bytes: SQS's own limit.
    public static let bodyByteLimit = 1 << 20

    /// Makes a decoder.
    public init() {}

    /// The events of a message, in its order.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` for a body that is not JSON, ``S3DBError/Code/invalidEvent`` for JSON
    ///   that is no notification, ``S3DBError/Code/unsupported`` for a version of notifications that this decoder does
    ///   not know, and ``S3DBError/Code/limitExceeded`` for a body that is too large. One record that cannot be read
    ///   refuses the whole message.
    public func decode(_ body: String) throws(S3DBError) -> [ObjectEvent] {
        guard body.utf8.count <= Self.bodyByteLimit else {
            throw S3DBError(
                .limitExceeded, "a message of \(body.utf8.count) bytes is larger than \(Self.bodyByteLimit)")
        }
        let (message, isEncoded) = try Self.parse(body)
        guard message["Message"] != nil, message["Records"] == nil else {
            return try Self.events(of: message, isEncoded: isEncoded)
        }
        // One envelope: a topic's message is never a topic's message.
        guard let type = message["Type"]?.stringValue, type == "Notification" else {
            throw Self.invalid("an SNS message is of the type \(Self.quoted(message["Type"])), not Notification")
        }
        guard let text = message["Message"]?.stringValue else {
            throw Self.invalid("an SNS notification has \(message["Message"]?.kind ?? "nothing") as its message")
        }
        let (inner, isInnerEncoded) = try Self.parse(text)
        return try Self.events(of: inner, isEncoded: isInnerEncoded)
    }

    /// A text as JSON, and whether it was percent-encoded.
    private static func parse(_ text: String) throws(S3DBError) -> (JSONValue, isEncoded: Bool) {
        guard text.utf8.starts(with: "%7".utf8) else {
            return (try JSONValue.parse(Buffer(text.utf8).bytes), false)
        }
        guard let decoded = text.percentDecoded(plusIsSpace: true) else {
            throw invalid("a message begins in percent-encoding and does not go on in it")
        }
        return (try JSONValue.parse(Buffer(decoded.utf8).bytes), true)
    }

    private static func events(of message: JSONValue, isEncoded: Bool) throws(S3DBError) -> [ObjectEvent] {
        guard message.objectValue != nil else { throw invalid("a notification is \(message.kind), not an object") }
        if let records = message["Records"] {
            guard let records = records.arrayValue else {
                throw invalid("Records of a notification is \(records.kind), not an array")
            }
            var events: [ObjectEvent] = []
            for record in records {
                if let event = try S3Record.event(of: record, isEncoded: isEncoded) { events.append(event) }
            }
            return events
        }
        if message["Event"]?.stringValue == "s3:TestEvent" { return [] }
        if message["detail-type"] != nil { return try EventBridgeEvent.event(of: message).map { [$0] } ?? [] }
        if message["s3"] != nil { return try S3Record.event(of: message, isEncoded: isEncoded).map { [$0] } ?? [] }
        throw invalid("a message is not a notification of S3: it has no Records, s3, detail-type or test event")
    }

    static func invalid(_ message: String) -> S3DBError {
        S3DBError(
            .invalidEvent, message,
            remedy: "Send only the notifications of buckets to the queue, and look at the message in its dead letters")
    }

    /// A value for a message: a short string as it is, another by its kind.
    static func quoted(_ value: JSONValue?) -> String {
        value.map { $0.stringValue.map { S3DBError.quoted($0) } ?? $0.kind } ?? "(none)"
    }

    /// The text at a path of names.
    ///
    /// - Throws: ``S3DBError/Code/invalidEvent`` where there is none or an empty one.
    static func text(_ path: [String], of value: JSONValue) throws(S3DBError) -> String {
        let found = path.reduce(JSONValue?.some(value)) { $0?[$1] }
        guard let text = found?.stringValue, !text.isEmpty else {
            throw invalid("\(path.joined(separator: ".")) of an event is \(quoted(found)) where a text must stand")
        }
        return text
    }
}

extension S3DBError.Code {
    /// A message is not a notification that can be read.
    public static let invalidEvent = Self(rawValue: "invalid-event")
}
