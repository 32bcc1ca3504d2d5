import S3DBCore

/// An event of S3 as EventBridge passes it on (Amazon S3 User Guide, "EventBridge event message structure").
enum EventBridgeEvent {
    /// The version of the detail that is read.
    private static let detailVersion = "0"

    /// The event; nil for one that is about something else than the object's bytes. Keys are not encoded here.
    static func event(of message: JSONValue) throws(S3DBError) -> ObjectEvent? {
        let source = try EventDecoder.text(["source"], of: message)
        guard source == "aws.s3" else {
            throw EventDecoder.invalid("an event comes from \(S3DBError.quoted(source)), not from S3")
        }
        let version = try EventDecoder.text(["detail", "version"], of: message)
        guard version == detailVersion else {
            throw S3DBError(
                .unsupported, "an event has the version \(S3DBError.quoted(version)), and \(detailVersion) is known",
                remedy: "Update this program")
        }
        let bucket = try EventDecoder.text(["detail", "bucket", "name"], of: message)
        let key = try EventDecoder.text(["detail", "object", "key"], of: message)
        let kind: ObjectEvent.Kind
        switch try EventDecoder.text(["detail-type"], of: message) {
        case "Object Created": kind = .written
        case "Object Deleted": kind = .removed
        default: return nil
        }
        return (try? ObjectKey(key)).map { key in
            ObjectEvent(
                kind: kind, bucket: bucket, key: key,
                milliseconds: message["time"]?.stringValue.flatMap { Timestamp.milliseconds($0) },
                version: message["detail"]?["object"]?["etag"]?.stringValue.map(VersionToken.init))
        }
    }
}
