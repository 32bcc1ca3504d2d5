import S3DBCore

/// One record of a notification of S3 (Amazon S3 User Guide, "Event message structure").
enum S3Record {
    /// The major version of the structure that is read; minor versions only add to it.
    private static let majorVersion = "2"

    /// The event of a record; nil for one that is about something else than the object's bytes.
    ///
    /// - Parameter isEncoded: Whether the record itself came in percent-encoding.
    static func event(of record: JSONValue, isEncoded: Bool) throws(S3DBError) -> ObjectEvent? {
        let version = try EventDecoder.text(["eventVersion"], of: record)
        guard version.split(separator: ".", omittingEmptySubsequences: false).first.map({ $0 == majorVersion }) == true
        else {
            throw S3DBError(
                .unsupported, "a record has the version \(S3DBError.quoted(version)), and \(majorVersion).x is known",
                remedy: "Update this program")
        }
        let source = try EventDecoder.text(["eventSource"], of: record)
        guard source.hasSuffix(":s3") else {
            throw EventDecoder.invalid("a record comes from \(S3DBError.quoted(source)), not from S3")
        }
        let bucket = try EventDecoder.text(["s3", "bucket", "name"], of: record)
        let encodedKey = try EventDecoder.text(["s3", "object", "key"], of: record)
        guard let kind = kind(of: try EventDecoder.text(["eventName"], of: record)) else { return nil }
        guard let key = decoded(encodedKey, isRecordEncoded: isEncoded) else {
            throw EventDecoder.invalid("the key \(S3DBError.quoted(encodedKey)) is not in the encoding of URLs")
        }
        return (try? ObjectKey(key)).map { key in
            ObjectEvent(
                kind: kind, bucket: bucket, key: key,
                milliseconds: record["eventTime"]?.stringValue.flatMap { Timestamp.milliseconds($0) },
                version: record["s3"]?["object"]?["eTag"]?.stringValue.map(VersionToken.init))
        }
    }

    /// What an event's name says; nil for one that leaves the object's bytes alone. Some stores put `s3:` in front.
    private static func kind(of name: String) -> ObjectEvent.Kind? {
        let name = name.hasPrefix("s3:") ? name.dropFirst(3) : name[...]
        switch name.prefix(while: { $0 != ":" }) {
        case "ObjectCreated": return .written
        case "ObjectRemoved", "LifecycleExpiration": return .removed
        default: return nil
        }
    }

    /// A key without its form encoding, which is undone once.
    ///
    /// Who encodes whole records does not always keep the encoding that S3 gave the key. It is told by what it never
    /// leaves: a key with such a character is one already.
    private static func decoded(_ key: String, isRecordEncoded: Bool) -> String? {
        if isRecordEncoded, !key.utf8.allSatisfy(isLeftByEncoding) { return key }
        return key.percentDecoded(plusIsSpace: true)
    }

    private static func isLeftByEncoding(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "~"), UInt8(ascii: "*"), UInt8(ascii: "/"), UInt8(ascii: "+"), UInt8(ascii: "%"),
            UInt8(ascii: "!"), UInt8(ascii: "'"), UInt8(ascii: "("), UInt8(ascii: ")"):
            true
        default: false
        }
    }
}
