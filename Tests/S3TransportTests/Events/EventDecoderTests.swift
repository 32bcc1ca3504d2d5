import S3DBCore
import S3Transport
import TestSupport
import Testing

/// Messages in the shapes of the Amazon S3 User Guide and the Amazon SNS Developer Guide.
enum EventMessages {
    /// A record as S3 writes it; `key` as it stands there.
    static func record(
        key: String, name: String = "ObjectCreated:Put", version: String = "2.1", source: String = "aws:s3"
    ) -> JSONValue {
        [
            "eventVersion": .string(version), "eventSource": .string(source), "awsRegion": "us-west-2",
            "eventTime": "2020-01-02T03:04:05.678Z", "eventName": .string(name),
            "userIdentity": ["principalId": "AWS:AIDAEXAMPLE"], "requestParameters": ["sourceIPAddress": "192.0.2.1"],
            "responseElements": [
                "x-amz-request-id": "C3D13FE58DE4C810", "x-amz-id-2": "FMyUVURIY8/IgAtTv8xRjskZQpcIZ9",
            ],
            "s3": [
                "s3SchemaVersion": "1.0", "configurationId": "lands",
                "bucket": [
                    "name": "prices", "ownerIdentity": ["principalId": "A3NL1KOZZKExample"],
                    "arn": "arn:aws:s3:::prices",
                ],
                "object": [
                    "key": .string(key), "size": 1024, "eTag": "d41d8cd98f00b204e9800998ecf8427e",
                    "versionId": "096fKKXTRTtl3on89fVO.nfljtsv6qko", "sequencer": "0055AED6DCD90281E5",
                ],
            ],
        ]
    }

    static func notification(_ records: JSONValue...) -> String {
        (["Records": .array(records)] as JSONValue).serialized()
    }

    /// What a topic makes of a message.
    static func envelope(_ message: String, type: String = "Notification") -> String {
        let value: JSONValue = [
            "Type": .string(type), "MessageId": "22b80b92-fdea-4c2c-8f9d-bdfb0c7bf324",
            "TopicArn": "arn:aws:sns:us-west-2:123456789012:lands", "Subject": "Amazon S3 Notification",
            "Message": .string(message), "Timestamp": "2020-01-02T03:04:06.000Z", "SignatureVersion": "1",
            "Signature": "EXAMPLEw6JRN", "SigningCertURL": "https://sns.us-west-2.amazonaws.com/cert.pem",
            "UnsubscribeURL": "https://sns.us-west-2.amazonaws.com/?Action=Unsubscribe",
        ]
        return value.serialized()
    }

    static func eventBridge(key: String, type: String = "Object Created", version: String = "0") -> String {
        let value: JSONValue = [
            "version": "0", "id": "17793124-05d4-b198-2fde-7ededc63b103", "detail-type": .string(type),
            "source": "aws.s3", "account": "111122223333", "time": "2020-01-02T03:04:05Z", "region": "ca-central-1",
            "resources": ["arn:aws:s3:::prices"],
            "detail": [
                "version": .string(version), "bucket": ["name": "prices"],
                "object": [
                    "key": .string(key), "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184",
                    "version-id": "IYV3p45BT0ac8hjHg1houSdS1a.Mro8e", "sequencer": "617f08299329d189",
                ],
                "request-id": "N4N7GDK58NMKJ12R", "requester": "123456789012", "source-ip-address": "1.2.3.4",
                "reason": "PutObject",
            ],
        ]
        return value.serialized()
    }

    static let test = """
        {"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2014-10-13T15:57:02.089Z","Bucket":"prices",\
        "RequestId":"5582815E1AEA5ADF","HostId":"8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR+YstdA6Knx4Ip8EXAMPLE"}
        """

    /// `text` with every byte but letters and digits as `%XX`.
    static func percentEncoded(_ text: String, spaceIsPlus: Bool = false) -> String {
        text.utf8.map { byte in
            let character = Character(Unicode.Scalar(byte))
            if character.isLetter && byte < 0x80 || character.isNumber && byte < 0x80 { return String(character) }
            if spaceIsPlus && character == " " { return "+" }
            let digits = String(byte, radix: 16, uppercase: true)
            return "%" + (digits.count == 1 ? "0" : "") + digits
        }.joined()
    }
}

@Suite struct EventDecoderTests {
    private let decoder = EventDecoder()
    private static let key = "gz/miso/rt/year=2020/1577923200.csv.gz"
    private static let encodedKey = "gz/miso/rt/year%3D2020/1577923200.csv.gz"

    private func error(of body: String) -> S3DBError? {
        do throws(S3DBError) {
            _ = try decoder.decode(body)
            return nil
        } catch {
            return error
        }
    }

    private static let record = EventMessages.record(key: encodedKey)

    @Test(
        "an event of S3 is the same whichever way it came",
        arguments: [
            EventMessages.notification(record), EventMessages.envelope(EventMessages.notification(record)),
            record.serialized(), EventMessages.envelope(record.serialized()),
            EventMessages.envelope(EventMessages.percentEncoded(record.serialized())),
            EventMessages.envelope(EventMessages.percentEncoded(EventMessages.record(key: key).serialized())),
            EventMessages.percentEncoded(EventMessages.notification(record)),
            " \n" + EventMessages.notification(record) + "\n",
        ])
    func ways(body: String) throws {
        let event = ObjectEvent(
            kind: .written, bucket: "prices", key: try ObjectKey(Self.key), milliseconds: 1_577_934_245_678,
            version: VersionToken("d41d8cd98f00b204e9800998ecf8427e"))
        #expect(try decoder.decode(body) == [event])
    }

    @Test("an event of EventBridge, from a queue or a topic", arguments: [false, true])
    func eventBridge(isInEnvelope: Bool) throws {
        let body = EventMessages.eventBridge(key: Self.key)
        let event = ObjectEvent(
            kind: .written, bucket: "prices", key: try ObjectKey(Self.key), milliseconds: 1_577_934_245_000,
            version: VersionToken("b1946ac92492d2347c6235b4d2611184"))
        #expect(try decoder.decode(isInEnvelope ? EventMessages.envelope(body) : body) == [event])
    }

    @Test(
        "a key is decoded once",
        arguments: [
            ("a+b", "a b"), ("a%2Bb", "a+b"), ("a%252Bb", "a%2Bb"), ("%E6%97%A5/%F0%9F%98%80", "日/😀"),
            ("year%3D2020/hour_partition%3D2021-06-15+20%3A00%3A00", "year=2020/hour_partition=2021-06-15 20:00:00"),
            ("e%CC%81", "e\u{301}"), ("%7Etilde", "~tilde"), ("a%2fb", "a/b"), ("100%25", "100%"), ("%257B", "%7B"),
        ])
    func keys(encoded: String, key: String) throws {
        let record = EventMessages.record(key: encoded)
        let bodies = [
            EventMessages.notification(record), EventMessages.envelope(record.serialized()),
            EventMessages.envelope(EventMessages.percentEncoded(record.serialized())),
            EventMessages.envelope(EventMessages.percentEncoded(record.serialized(), spaceIsPlus: true)),
        ]
        for body in bodies { #expect(try decoder.decode(body).map(\.key) == [ObjectKey(key)]) }
        // EventBridge does not encode.
        #expect(try decoder.decode(EventMessages.eventBridge(key: encoded)).map(\.key) == [ObjectKey(encoded)])
        #expect(try decoder.decode(EventMessages.eventBridge(key: key)).map(\.key) == [ObjectKey(key)])
    }

    @Test(
        "what happened is told by the event's name",
        arguments: [
            ("ObjectCreated:Put", ObjectEvent.Kind?.some(.written)), ("ObjectCreated:Copy", .written),
            ("ObjectCreated:CompleteMultipartUpload", .written), ("s3:ObjectCreated:Post", .written),
            ("ObjectRemoved:Delete", .removed), ("ObjectRemoved:DeleteMarkerCreated", .removed),
            ("LifecycleExpiration:Delete", .removed), ("ObjectTagging:Put", nil), ("ObjectRestore:Completed", nil),
            ("Replication:OperationFailedReplication", nil), ("ObjectCreatedX:Put", nil),
        ])
    func kinds(name: String, kind: ObjectEvent.Kind?) throws {
        let body = EventMessages.notification(EventMessages.record(key: "k", name: name))
        #expect(try decoder.decode(body).map(\.kind) == (kind.map { [$0] } ?? []))
    }

    @Test("EventBridge's kinds")
    func eventBridgeKinds() throws {
        func kinds(_ type: String) throws -> [ObjectEvent.Kind] {
            try decoder.decode(EventMessages.eventBridge(key: "k", type: type)).map(\.kind)
        }
        #expect(try kinds("Object Deleted") == [.removed])
        #expect(try kinds("Object Restore Completed") == [])
        #expect(try kinds("Object Tags Added") == [])
    }

    @Test("several records are several events, in their order")
    func several() throws {
        let records = (0..<100).map { EventMessages.record(key: "k\($0)") }
        let body = (["Records": .array(records)] as JSONValue).serialized()
        #expect(try decoder.decode(body).map(\.key.text) == (0..<100).map { "k\($0)" })
        #expect(try decoder.decode(#"{"Records":[]}"#) == [])
    }

    @Test("the event of a test, and keys that no store here has, are no events")
    func none() throws {
        #expect(try decoder.decode(EventMessages.test) == [])
        #expect(try decoder.decode(EventMessages.envelope(EventMessages.test)) == [])
        for key in ["folder/", "a//b", "/a", "..%2F..%2Fetc%2Fpasswd", "a/%2E%2E/b", "a%00b"] {
            let body = EventMessages.notification(EventMessages.record(key: key), EventMessages.record(key: "good"))
            #expect(try decoder.decode(body).map(\.key.text) == ["good"])
        }
        #expect(try decoder.decode(EventMessages.eventBridge(key: "folder/")) == [])
    }

    @Test("minor versions are taken, others refused", arguments: ["2.0", "2.1", "2.4", "2.99", "2"])
    func knownVersions(version: String) throws {
        let body = EventMessages.notification(EventMessages.record(key: "k", version: version))
        #expect(try decoder.decode(body).count == 1)
    }

    @Test("unknown versions are refused", arguments: ["1.0", "3.0", "20.0", "02.1", "x", ".2", "-2.0"])
    func unknownVersions(version: String) {
        #expect(
            error(of: EventMessages.notification(EventMessages.record(key: "k", version: version)))?.code
                == .unsupported)
        #expect(error(of: EventMessages.eventBridge(key: "k", version: version))?.code == .unsupported)
    }

    @Test(
        "what is no notification is refused with a reason",
        arguments: [
            "null", "[]", "1", "\"text\"", "{}", #"{"Records":{}}"#, #"{"Records":[1]}"#, #"{"Records":[{}]}"#,
            #"{"job":"miso","partition":"2020-01-01"}"#, EventMessages.envelope("{}"), EventMessages.envelope("[]"),
            EventMessages.envelope(EventMessages.test, type: "SubscriptionConfirmation"), #"{"Message":"{}"}"#,
            #"{"Type":"Notification","Message":{}}"#,
            EventMessages.envelope(EventMessages.envelope(EventMessages.notification(record))),
            EventMessages.notification(EventMessages.record(key: "")),
            EventMessages.notification(EventMessages.record(key: "100%")),
            EventMessages.notification(EventMessages.record(key: "%zz")),
            EventMessages.notification(EventMessages.record(key: "%FF")),
            EventMessages.notification(record, EventMessages.record(key: "k", source: "aws:sqs")),
            EventMessages.envelope("%7B%2"), "%7B%FF", "%7x",
            #"{"detail-type":"Object Created","source":"custom.app","detail":{}}"#,
            #"{"detail-type":"Object Created","source":"aws.s3"}"#,
            #"{"eventVersion":"2.1","eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":[]}"#,
            #"{"eventVersion":2.1,"eventSource":"aws:s3","eventName":"ObjectCreated:Put","s3":{}}"#,
        ])
    func foreign(body: String) {
        let error = error(of: body)
        #expect(error?.code == .invalidEvent && error?.message.isEmpty == false)
    }

    @Test("what is not JSON is refused", arguments: ["", "{", "hello", "{\"Records\":[", "\u{0}", "%7B%7B", "<xml/>"])
    func notJSON(body: String) {
        #expect(error(of: body)?.code == .corruptFile)
        #expect(error(of: EventMessages.envelope(body))?.code == .corruptFile)
    }

    @Test("deep and huge messages are refused")
    func limits() {
        #expect(error(of: String(repeating: "[", count: 1 << 20))?.code == .corruptFile)
        #expect(error(of: String(repeating: "{\"a\":", count: 100_000))?.code == .corruptFile)
        #expect(error(of: String(repeating: " ", count: 1 << 20 + 1))?.code == .limitExceeded)
    }

    @Test(
        "a time that cannot be read is left out",
        arguments: [
            "", "2020-01-02", "2020-13-02T03:04:05Z", "2020-01-02T24:04:05Z", "2020-01-02T03:04:05",
            "2020-01-02T03:04:05.Z",
            "2020-01-02T03:04:05.1é2Z", "2020-01-02T03:04:05+25:00", "yesterday", "2020-01-02T0é:04:05Z",
        ])
    func times(time: String) throws {
        let body = EventMessages.notification(Self.record).replacing("2020-01-02T03:04:05.678Z", with: time)
        let event = try #require(try decoder.decode(body).first)
        #expect(event.milliseconds == nil && event.key.text == Self.key)
    }

    @Test("no cut or changed byte of a message traps, or names anything but a bucket and key")
    func mutations() {
        var generator = SeededGenerator.fresh()
        let bodies = [
            EventMessages.notification(Self.record), EventMessages.envelope(EventMessages.notification(Self.record)),
            EventMessages.eventBridge(key: Self.key),
            EventMessages.envelope(EventMessages.percentEncoded(Self.record.serialized())),
        ]
        for body in bodies {
            let bytes = Array(body.utf8)
            for _ in 0..<2000 {
                var changed = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &generator)))
                for _ in 0..<Int.random(in: 0...3, using: &generator) where !changed.isEmpty {
                    changed[Int.random(in: 0..<changed.count, using: &generator)] = .random(
                        in: 0...255, using: &generator)
                }
                if let error = error(of: String(decoding: changed, as: UTF8.self)) {
                    #expect(!error.message.isEmpty, "seed \(generator.seed)")
                }
            }
        }
    }
}
