import Foundation
import NIOHTTP1
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// Answers of the real services, as localstack's tests recorded them, read by our parsers.
@Suite(.needsConformance("aws-recordings")) struct AWSRecordingTests {
    /// An error as it was recorded.
    private struct Recorded: Hashable {
        var status: Int
        var code: String
        var message: String
    }

    private static func recording(_ path: String) throws -> JSONValue {
        let url = Requirement.conformance("aws-recordings").appending(path: "tests/aws/services/\(path).snapshot.json")
        return try JSONValue.parse(Array(try Data(contentsOf: url)).span.bytes)
    }

    /// All objects of a document for which `find` has something, however deep.
    private static func all<Found>(_ value: JSONValue, _ find: (JSONValue) -> Found?) -> [Found] {
        let inner = (value.objectValue?.map(\.value) ?? []) + (value.arrayValue ?? [])
        return (find(value).map { [$0] } ?? []) + inner.flatMap { all($0, find) }
    }

    private static func errors(_ document: JSONValue) -> Set<Recorded> {
        Set(
            all(document) { value in
                guard let error = value["Error"], let code = error["Code"]?.stringValue,
                    let status = value["ResponseMetadata"]?["HTTPStatusCode"]?.intValue
                else { return nil }
                return Recorded(status: status, code: code, message: error["Message"]?.stringValue ?? "")
            })
    }

    /// What the errors of S3 mean here; every other recorded one is the caller's or the server's doing.
    private static let meanings: [String: S3DBError.Code] = [
        "NoSuchBucket": .noSuchBucket, "NoSuchKey": .notFound, "PreconditionFailed": .preconditionFailed,
        "ConditionalRequestConflict": .conflict,
    ]

    @Test(arguments: ["s3/test_s3_api", "s3/test_s3_list_operations"])
    func errorsOfS3(path: String) throws {
        let errors = Self.errors(try Self.recording(path))
        #expect(!errors.isEmpty)
        for recorded in errors {
            let xml =
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>\(recorded.code.xmlEscaped)</Code><Message>"
                + "\(recorded.message.xmlEscaped)</Message><RequestId>R</RequestId><HostId>H=</HostId></Error>"
            let refusal = try #require(
                ServiceRefusal(status: recorded.status, headers: [:], body: Buffer(xml.utf8)))
            #expect(refusal.code == recorded.code)
            #expect(refusal.message == recorded.message)
            let error = refusal.error("do", bucket: "bucket", key: "k")
            if let meaning = Self.meanings[recorded.code] { #expect(error.code == meaning) }
            // Only what fails by the server's fault is worth another attempt.
            #expect((refusal.retryClass == .permanent) == (recorded.status < 500 || recorded.code == "NotImplemented"))
        }
    }

    @Test func errorsOfSQS() throws {
        let errors = Self.errors(try Self.recording("sqs/test_sqs"))
        #expect(!errors.isEmpty)
        for recorded in errors {
            let body: JSONValue = [
                "__type": .string("com.amazonaws.sqs#\(recorded.code)"), "message": .string(recorded.message),
            ]
            let refusal = try #require(
                ServiceRefusal(
                    status: recorded.status, headers: [:], body: Buffer(body.serialized().utf8), format: .json))
            #expect(refusal.code == recorded.code)
            #expect(refusal.message == recorded.message)
            #expect(refusal.retryClass == .permanent)
        }
    }

    /// The listings of version 2, written out as the XML that they were read from.
    @Test func listings() async throws {
        let document = try Self.recording("s3/test_s3_list_operations")
        let listings = Self.all(document) { value in
            value["KeyCount"]?.intValue != nil && value["Prefix"]?.stringValue != nil ? value : nil
        }
        #expect(listings.count >= 5)
        for listing in listings {
            let contents = listing["Contents"]?.arrayValue ?? []
            let prefixes = listing["CommonPrefixes"]?.arrayValue ?? []
            let next = listing["NextContinuationToken"]?.stringValue
            let exchange = ScriptedExchange([ScriptedExchange.answer(200, Self.xml(listing, contents, prefixes, next))])
            let client = S3Client(
                bucket: "bucket", credentials: StaticCredentials(nil), exchange: exchange)
            let page = try await client.list(prefix: "", delimiter: "/")
            #expect(page.elements.map(\.key) == contents.compactMap { $0["Key"]?.stringValue })
            #expect(page.elements.map(\.byteCount) == contents.compactMap { $0["Size"]?.intValue })
            #expect(
                page.elements.map { "\"\($0.version.text)\"" } == contents.compactMap { $0["ETag"]?.stringValue })
            #expect(page.prefixes == prefixes.compactMap { $0["Prefix"]?.stringValue })
            #expect(page.next?.query == next.map { ["continuation-token": $0] })
        }
    }

    private static func xml(
        _ listing: JSONValue, _ contents: [JSONValue], _ prefixes: [JSONValue], _ next: String?
    ) -> String {
        func element(_ name: String, _ text: String?) -> String {
            text.map { "<\(name)>\($0.xmlEscaped)</\(name)>" } ?? ""
        }
        func encoded(_ value: JSONValue, _ name: String) -> String? {
            value[name]?.stringValue?.percentEncoded(allowing: "/")
        }
        let entries = contents.map { entry in
            "<Contents>" + element("Key", encoded(entry, "Key")) + element("ETag", entry["ETag"]?.stringValue)
                + element("Size", entry["Size"]?.intValue.map(String.init)) + "</Contents>"
        }
        let folded = prefixes.map { "<CommonPrefixes>\(element("Prefix", encoded($0, "Prefix")))</CommonPrefixes>" }
        return "<ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            + element("IsTruncated", listing["IsTruncated"]?.boolValue.map { "\($0)" })
            + element("NextContinuationToken", next) + entries.joined() + folded.joined()
            + "<EncodingType>url</EncodingType></ListBucketResult>"
    }
}
