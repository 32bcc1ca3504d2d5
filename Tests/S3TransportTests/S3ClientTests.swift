import Logging
import NIOHTTP1
import S3DBCore
import Synchronization
import TestSupport
import Testing

@testable import S3Transport

/// The requests of S3, over a network that follows a script.
@Suite struct S3ClientTests {
    private typealias Script = ScriptedExchange

    private static func client(
        _ exchange: ScriptedExchange, _ configuration: S3Configuration = S3Configuration(region: "eu-west-1")
    ) -> S3Client {
        let service = ServiceClient(
            service: "s3", format: .xml, exchange: exchange,
            credentials: StaticCredentials(Credentials(accessKeyID: "AKID", secretAccessKey: "secret")),
            retries: RetryPolicy(attemptLimit: 4), logger: LogRecord().logger(),
            timing: ServiceTiming(now: { 1_700_000_000 }, pause: { _ in true }, random: { 0 }))
        return S3Client(bucket: "lake", configuration: configuration, service: service)
    }

    private static func targets(_ exchange: ScriptedExchange) -> [String] {
        exchange.requests.map { "\($0.method) \($0.endpoint)\($0.target)" }
    }

    // MARK: Reading

    private static let content = Buffer((0..<1000).map { UInt8(truncatingIfNeeded: $0 &* 7) })

    private static func part(
        _ range: Range<Int>, cutAt end: Int? = nil, as kind: HTTPFailure.Kind = .connectionLost, tag: String = "\"v\""
    ) -> Script.Step {
        let bytes = content.slice(range.lowerBound..<(end ?? range.upperBound))
        return Script.answer(
            206, chunks: [bytes.slice(0..<bytes.count / 2), bytes.slice(bytes.count / 2..<bytes.count)],
            cut: end == nil ? nil : kind,
            ["Content-Range": "bytes \(range.lowerBound)-\(range.upperBound - 1)/1000", "ETag": tag])
    }

    private static func whole(cutAt end: Int? = nil, _ headers: HTTPHeaders = [:]) -> Script.Step {
        var all: HTTPHeaders = ["Content-Length": "1000", "ETag": "\"v\""]
        for (name, value) in headers { all.add(name: name, value: value) }
        return Script.answer(
            200, chunks: [content.slice(0..<(end ?? 1000))], cut: end.map { _ in .connectionLost }, all)
    }

    private static func drain(_ reader: S3Reader) async throws -> Buffer {
        var bytes = BufferBuilder()
        while let chunk = try await reader.read(limit: 70) { bytes.append(chunk.bytes) }
        return bytes.freeze()
    }

    @Test(arguments: [HTTPFailure.Kind.connectionLost, .timedOut])
    func aBodyThatIsCutIsReadOnUnderItsVersion(kind: HTTPFailure.Kind) async throws {
        let exchange = ScriptedExchange([
            Self.whole(cutAt: 300), Self.part(300..<1000, cutAt: 301, as: kind), Self.part(301..<1000),
        ])
        let reader = try await Self.client(exchange).open("k")
        #expect(try await Self.drain(reader) == Self.content)
        #expect(exchange.requests.map { $0.headers.first(name: "Range") } == [nil, "bytes=300-999", "bytes=301-999"])
        #expect(exchange.requests.map { $0.headers.first(name: "If-Match") } == [nil, "\"v\"", "\"v\""])
        #expect(reader.object == S3Object(key: "k", byteCount: 1000, version: VersionToken("v")))
    }

    @Test func aBodyThatEndsEarlyWithoutAFailureIsReadOn() async throws {
        let short = Script.answer(
            200, chunks: [Self.content.slice(0..<10)], ["Content-Length": "1000", "ETag": "\"v\""])
        let reader = try await Self.client(ScriptedExchange([short, Self.part(10..<1000)])).open("k")
        #expect(try await Self.drain(reader) == Self.content)
    }

    @Test(arguments: [
        Self.part(300..<1000, tag: "\"other\""), Script.error(412, "PreconditionFailed"),
        Script.error(404, "NoSuchKey"),
    ])
    func bytesOfAnotherVersionAreNeverTaken(step: @escaping ScriptedExchange.Step) async throws {
        let reader = try await Self.client(ScriptedExchange([Self.whole(cutAt: 300), step])).open("k")
        let error = await #expect(throws: S3DBError.self) { try await Self.drain(reader) }
        #expect(error?.code == .preconditionFailed)
    }

    @Test func readingOnEndsWithTheAttempts() async throws {
        let steps = [Self.whole(cutAt: 300)] + (300..<320).map { Self.part($0..<1000, cutAt: $0 + 1) }
        let exchange = ScriptedExchange(steps)
        let reader = try await Self.client(exchange).open("k")
        let error = await #expect(throws: S3DBError.self) { try await Self.drain(reader) }
        #expect(error?.code == .ioFailure)
        #expect(error?.location.byteOffset == 303)
        #expect(exchange.requests.count == 4)
    }

    @Test(arguments: [
        Script.answer(200, chunks: [Self.content], ["Content-Length": "1000", "ETag": "\"v\""]),
        Self.part(4..<20), Script.answer(206, chunks: [], ["ETag": "\"v\"", "Content-Range": "bytes */1000"]),
    ])
    func anAnswerOfOtherBytesThanThoseAskedForIsRefused(step: @escaping ScriptedExchange.Step) async throws {
        let error = await #expect(throws: S3DBError.self) {
            try await Self.client(ScriptedExchange([step])).open("k", range: 5..<20)
        }
        #expect(error?.code == .malformedAnswer)
    }

    @Test(arguments: ChecksumAlgorithm.allCases)
    func wholeObjectsAreCheckedAgainstTheirChecksum(algorithm: ChecksumAlgorithm) async throws {
        let good = Checksum.of([Self.content], algorithm).base64
        let bad = Checksum.of([Self.content.slice(1..<1000)], algorithm).base64
        let steps = [good, bad, "\(good)-3", "short"].map { Self.whole([algorithm.header: $0]) }
        let client = Self.client(ScriptedExchange(steps))
        #expect(try await Self.drain(client.open("k")) == Self.content)
        let error = await #expect(throws: S3DBError.self) { try await Self.drain(client.open("k")) }
        #expect(error?.code == .checksumMismatch)
        for _ in 0..<2 { #expect(try await Self.drain(client.open("k")) == Self.content) }
    }

    @Test func bytesThatAreDamagedOnTheirWayAreReadAgain() async throws {
        let good = Checksum.of([Self.content], .crc64NVME).base64
        var damaged = Array(Self.content)
        damaged[500] ^= 4
        let whole = Self.whole([ChecksumAlgorithm.crc64NVME.header: good])
        let flipped = Script.answer(
            200, chunks: [Buffer(damaged)],
            ["Content-Length": "1000", "ETag": "\"v\"", ChecksumAlgorithm.crc64NVME.header: good])
        let once = ScriptedExchange([flipped, whole])
        let key = try ObjectKey("k")
        #expect(try await S3Store(Self.client(once)).read(key)?.bytes == Self.content)
        #expect(once.requests.count == 2)

        let always = ScriptedExchange(Array(repeating: flipped, count: 9))
        let error = await #expect(throws: S3DBError.self) { try await S3Store(Self.client(always)).read(key) }
        #expect(error?.code == .checksumMismatch)
        #expect(always.requests.count == 3)
    }

    // MARK: Regions

    @Test(arguments: [
        Script.answer(301, "", ["x-amz-bucket-region": "ap-southeast-2"]),
        Script.answer(
            400,
            "<Error><Code>AuthorizationHeaderMalformed</Code><Message>m</Message><Region>ap-southeast-2</Region></Error>"
        ),
        Script.answer(307, "", ["x-amz-bucket-region": "ap-southeast-2", "Location": "https://evil.example/"]),
    ])
    func anotherRegionIsFollowedOnceAndRemembered(step: @escaping ScriptedExchange.Step) async throws {
        let found = Script.answer(200, "", ["ETag": "\"v\"", "Content-Length": "5"])
        let exchange = ScriptedExchange([step, found, found])
        let client = Self.client(exchange)
        #expect(try await client.head("k")?.byteCount == 5)
        _ = try await client.head("k")
        #expect(
            exchange.requests.map(\.endpoint.host) == [
                "lake.s3.eu-west-1.amazonaws.com", "lake.s3.ap-southeast-2.amazonaws.com",
                "lake.s3.ap-southeast-2.amazonaws.com",
            ])
        #expect(exchange.requests[1].headers.first(name: "Authorization")?.contains("/ap-southeast-2/s3/") == true)
    }

    @Test(arguments: ["evil.example/", "eu-west-1", ""])
    func nothingElseIsFollowed(region: String) async throws {
        let exchange = ScriptedExchange([
            Script.answer(301, "", ["x-amz-bucket-region": region, "Location": "https://evil.example/"])
        ])
        let error = await #expect(throws: S3DBError.self) { try await Self.client(exchange).head("k") }
        #expect(error?.code == .wrongRegion)
        #expect(exchange.requests.count == 1)
    }

    // MARK: Lost writes

    /// An answer to HEAD that carries the mark of the request before.
    private static func standing(_ marker: @escaping @Sendable () -> String?) -> Script.Step {
        { _ in
            var headers: HTTPHeaders = ["ETag": "\"own\"", "Content-Length": "1"]
            if let marker = marker() { headers.add(name: S3Client.markerHeader, value: marker) }
            return HTTPResponse(status: 200, headers: headers, body: ScriptedBody([]))
        }
    }

    /// Puts under a condition; `steps` come after the first answer, which is lost.
    private static func lostPut(
        _ steps: (@escaping @Sendable () -> String?) -> [Script.Step]
    ) async -> (Result<S3Object, S3DBError>, ScriptedExchange) {
        let marker = Mutex<String?>(nil)
        let lost: Script.Step = { (request) throws(HTTPFailure) in
            marker.withLock { $0 = request.headers.first(name: S3Client.markerHeader) }
            throw HTTPFailure(.connectionLost, "reset")
        }
        let exchange = ScriptedExchange([lost] + steps { marker.withLock { $0 } })
        do throws(S3DBError) {
            return (.success(try await client(exchange).put("k", [Buffer([1])], if: .absent)), exchange)
        } catch {
            return (.failure(error), exchange)
        }
    }

    @Test func aPutWhoseAnswerIsLostIsReadBack() async throws {
        let (result, exchange) = await Self.lostPut { [Self.standing($0)] }
        #expect(try result.get() == S3Object(key: "k", byteCount: 1, version: VersionToken("own")))
        #expect(exchange.requests.map(\.method) == [.PUT, .HEAD])
    }

    @Test func aPutThatWasNotAppliedIsSentAgain() async throws {
        let (result, exchange) = await Self.lostPut { _ in
            [Script.answer(404), Script.answer(200, "", ["ETag": "\"2\""])]
        }
        #expect(try result.get().version == VersionToken("2"))
        #expect(exchange.requests.map(\.method) == [.PUT, .HEAD, .PUT])
        let markers = exchange.requests.compactMap { $0.headers.first(name: S3Client.markerHeader) }
        #expect(markers.count == 2 && markers[0] == markers[1])
    }

    @Test func aPreconditionThatFailsForOnesOwnLatePutIsASuccess() async throws {
        let (result, _) = await Self.lostPut {
            [Script.answer(404), Script.error(412, "PreconditionFailed"), Self.standing($0)]
        }
        #expect(try result.get().version == VersionToken("own"))
    }

    @Test func aPreconditionThatFailsForAnotherIsLost() async throws {
        let (result, _) = await Self.lostPut { _ in
            [Self.standing { "another" }, Script.error(412, "PreconditionFailed"), Self.standing { "another" }]
        }
        #expect(#expect(throws: S3DBError.self) { try result.get() }?.code == .preconditionFailed)
    }

    @Test func aPutThatCannotBeReadBackIsUnknown() async throws {
        let (result, exchange) = await Self.lostPut { _ in [Script.error(403, "AccessDenied")] }
        #expect(#expect(throws: S3DBError.self) { try result.get() }?.code == .outcomeUnknown)
        #expect(exchange.requests.map(\.method) == [.PUT, .HEAD])
    }

    @Test func aPutWithoutConditionIsSimplySentAgain() async throws {
        let exchange = ScriptedExchange([Script.failure(.connectionLost), Script.answer(200, "", ["ETag": "\"1\""])])
        _ = try await Self.client(exchange).put("k", [Buffer([1])])
        #expect(exchange.requests.map(\.method) == [.PUT, .PUT])
    }

    @Test func overAVersionThatIsGoneTheConditionFails() async throws {
        let exchange = ScriptedExchange([Script.error(404, "NoSuchKey")])
        let error = await #expect(throws: S3DBError.self) {
            try await Self.client(exchange).put("k", [], if: .version(VersionToken("1")))
        }
        #expect(error?.code == .preconditionFailed)
        #expect(exchange.requests[0].headers.first(name: "If-Match") == "\"1\"")
    }

    // MARK: Uploads

    /// Completes an upload, then aborts it through the store; `steps` answer the requests behind its creation.
    private static func completion(
        _ steps: (@escaping @Sendable () -> String?) -> [Script.Step]
    ) async throws -> (Result<ObjectInfo, S3DBError>, [String]) {
        let marker = Mutex<String?>(nil)
        let created: Script.Step = { request in
            marker.withLock { $0 = request.headers.first(name: S3Client.markerHeader) }
            let body = "<InitiateMultipartUploadResult><UploadId>u 1</UploadId></InitiateMultipartUploadResult>"
            return HTTPResponse(status: 200, headers: [:], body: ScriptedBody([Buffer(body.utf8)]))
        }
        let exchange = ScriptedExchange([created] + steps { marker.withLock { $0 } })
        let store = try S3Store(client(exchange), prefix: "p/")
        let upload = try await store.createUpload(ObjectKey("k"))
        let result: Result<ObjectInfo, S3DBError>
        do throws(S3DBError) {
            let parts = [UploadedPart(number: 1, byteCount: 5, token: "\"t\"")]
            result = .success(try await store.complete(upload, parts: parts, if: .absent))
        } catch {
            result = .failure(error)
        }
        try? await store.abort(upload)
        return (result, exchange.requests.dropFirst().map { "\($0.method) \($0.target)" })
    }

    private static let complete = "POST /p/k?uploadId=u%201"
    private static let head = "HEAD /p/k"
    private static let listParts = "GET /p/k?max-parts=1&uploadId=u%201"
    private static let abort = "DELETE /p/k?uploadId=u%201"

    @Test func aCompletionWhoseAnswerIsLostIsReadBack() async throws {
        let (result, sent) = try await Self.completion {
            [Script.failure(.timedOut), Self.standing($0), Script.answer(204)]
        }
        #expect(try result.get() == ObjectInfo(key: ObjectKey("k"), byteCount: 5, version: VersionToken("own")))
        #expect(sent == [Self.complete, Self.head, Self.abort])
    }

    @Test(arguments: [
        Script.error(200, "InternalError"), Script.error(500, "InternalError"), Script.failure(.connectionLost),
    ])
    func aCompletionThatWasNotAppliedIsSentAgain(step: @escaping ScriptedExchange.Step) async throws {
        let done = "<CompleteMultipartUploadResult><ETag>&quot;9-1&quot;</ETag></CompleteMultipartUploadResult>"
        let (result, sent) = try await Self.completion { _ in
            [
                step, Script.answer(404), Script.answer(200, "<ListPartsResult/>"), Script.answer(200, done),
                Script.answer(204),
            ]
        }
        #expect(try result.get().version == VersionToken("9-1"))
        #expect(sent == [Self.complete, Self.head, Self.listParts, Self.complete, Self.abort])
    }

    /// Neither the object nor the upload is to be seen: whatever was done may not be undone.
    @Test func anUnknownCompletionIsNeverAborted() async throws {
        let (result, sent) = try await Self.completion { _ in
            [
                Script.failure(.connectionLost), Script.answer(404), Script.error(404, "NoSuchUpload"),
                Script.answer(404),
            ]
        }
        #expect(#expect(throws: S3DBError.self) { try result.get() }?.code == .outcomeUnknown)
        #expect(sent == [Self.complete, Self.head, Self.listParts, Self.head])
    }

    @Test func anAnswerThatSaysNothingIsReadBack() async throws {
        let (result, _) = try await Self.completion { [Script.answer(200, " \n "), Self.standing($0)] }
        #expect(try result.get().version == VersionToken("own"))
    }

    @Test func aCompletionThatIsRefusedIsAborted() async throws {
        let (result, sent) = try await Self.completion { _ in
            [Script.error(412, "PreconditionFailed"), Script.answer(204)]
        }
        #expect(#expect(throws: S3DBError.self) { try result.get() }?.code == .preconditionFailed)
        #expect(sent == [Self.complete, Self.abort])
    }

    @Test func aCompletionHasTheChecksumOfAllParts() async throws {
        let content = Self.content
        func uploaded(sendsChecksums: Bool, copies: Bool) async throws -> HTTPRequest? {
            var configuration = S3Configuration(region: "eu-west-1")
            configuration.sendsChecksums = sendsChecksums
            let exchange = ScriptedExchange([
                Script.answer(200, "<R><UploadId>u</UploadId></R>"), Script.answer(200, "", ["ETag": "\"a\""]),
                copies
                    ? Script.answer(200, "<CopyPartResult><ETag>\"b\"</ETag></CopyPartResult>")
                    : Script.answer(200, "", ["ETag": "\"b\""]),
                Script.answer(200, "<R><ETag>\"c-2\"</ETag></R>"),
            ])
            let client = Self.client(exchange, configuration)
            let upload = try await client.createUpload("k")
            let first = try await client.uploadPart(upload, number: 1, [content.slice(0..<300)])
            let second =
                copies
                ? try await client.copyPart(upload, number: 2, from: "k", version: VersionToken("v"), range: 300..<1000)
                : try await client.uploadPart(upload, number: 2, [content.slice(300..<1000)])
            _ = try await client.complete(upload, parts: [first, second])
            let body = exchange.requests.last?.body.reduce("") { $0 + String(decoding: Array($1), as: UTF8.self) } ?? ""
            #expect(
                body.contains("<ETag>&quot;a&quot;</ETag>") && body.contains("<ETag>&quot;b&quot;</ETag>"), "\(body)")
            return exchange.requests.last
        }
        let header = "x-amz-checksum-crc64nvme"
        let complete = try await uploaded(sendsChecksums: true, copies: false)
        #expect(complete?.headers.first(name: header) == Checksum.of([content], .crc64NVME).base64)
        #expect(complete?.headers.first(name: "x-amz-checksum-type") == "FULL_OBJECT")
        // Of what was copied nobody here knows the checksum.
        for (sendsChecksums, copies) in [(true, true), (false, false)] {
            let other = try await uploaded(sendsChecksums: sendsChecksums, copies: copies)
            #expect(other?.headers.first(name: header) == nil)
        }
    }

    @Test func whatIsWrittenWithObjectsIsSentOnPutCreateAndCopy() async throws {
        var configuration = S3Configuration(region: "eu-west-1")
        configuration.writeOptions.acl = "bucket-owner-full-control"
        configuration.writeOptions.tags = ["a": "b c"]
        let exchange = ScriptedExchange([
            Script.answer(200, "", ["ETag": "\"1\""]), Script.answer(200, "<R><UploadId>u</UploadId></R>"),
            Script.answer(200, "<CopyObjectResult><ETag>\"2\"</ETag></CopyObjectResult>"),
            Script.answer(200, "<CopyPartResult><ETag>\"3\"</ETag></CopyPartResult>"),
        ])
        let client = Self.client(exchange, configuration)
        try await client.put("k", [Buffer("123456789".utf8)])
        let upload = try await client.createUpload("k")
        #expect(try await client.copy("k2", from: "a b/é+", version: VersionToken("1")) == VersionToken("2"))
        let part = try await client.copyPart(upload, number: 2, from: "k", version: VersionToken("1"), range: 5..<20)
        #expect(part == UploadedPart(number: 2, byteCount: 15, token: "\"3\""))
        let requests = exchange.requests
        for request in requests.prefix(3) {
            #expect(request.headers.first(name: "x-amz-acl") == "bucket-owner-full-control")
            #expect(request.headers.first(name: "x-amz-tagging") == "a=b%20c")
        }
        #expect(requests[0].headers.first(name: "x-amz-checksum-crc64nvme") == "rosUhgp5mIg=")
        // Over TLS the body is not hashed for the signature.
        #expect(requests[0].headers.first(name: "x-amz-content-sha256") == "UNSIGNED-PAYLOAD")
        #expect(requests[1].headers.first(name: "x-amz-checksum-algorithm") == "CRC64NVME")
        #expect(requests[1].headers.first(name: "x-amz-checksum-type") == "FULL_OBJECT")
        #expect(requests[2].headers.first(name: "x-amz-copy-source") == "/lake/a%20b/%C3%A9%2B")
        #expect(requests[2].headers.first(name: "x-amz-copy-source-if-match") == "\"1\"")
        #expect(requests[3].headers.first(name: "x-amz-copy-source-range") == "bytes=5-19")
        #expect(requests[3].headers.first(name: "x-amz-acl") == nil)
    }

    // MARK: Listing

    @Test func pagesAreDecodedOnceAndFollowOneAnother() async throws {
        func page(_ keys: [String], next: String?) -> Script.Step {
            let entries = keys.map {
                "<Contents><Key>\($0)</Key><Size>3</Size><ETag>&quot;e&quot;</ETag></Contents>"
            }.joined()
            let end = next.map { "<IsTruncated>true</IsTruncated><NextContinuationToken>\($0)</NextContinuationToken>" }
            return Script.answer(
                200,
                "<ListBucketResult><EncodingType>url</EncodingType>\(entries)"
                    + "<CommonPrefixes><Prefix>p/a+b/</Prefix></CommonPrefixes>\(end ?? "")</ListBucketResult>")
        }
        let exchange = ScriptedExchange([
            page(["p/a%2Bb+c", "p/%2525", "p/%2F"], next: "t&amp;1"), page(["p/z"], next: nil),
        ])
        let store = try S3Store(Self.client(exchange), prefix: "p/")
        var keys: [String] = []
        try await store.list(prefix: "", after: ObjectKey("a")) { keys += $0.map(\.key.text) }
        // What no key can be, here one that begins with a slash, is left out.
        #expect(keys == ["a+b c", "%25", "z"])
        #expect(
            Self.targets(exchange) == [
                "GET https://lake.s3.eu-west-1.amazonaws.com/?list-type=2&encoding-type=url&prefix=p%2F&start-after=p%2Fa",
                "GET https://lake.s3.eu-west-1.amazonaws.com/?list-type=2&encoding-type=url&prefix=p%2F"
                    + "&continuation-token=t%261",
            ])
        let other = try S3Store(Self.client(ScriptedExchange([page([], next: nil)])), prefix: "p/")
        #expect(try await other.listDirectories(prefix: "") == ["a b"])
    }

    @Test("sizes that no object has are errors", arguments: ["-1", "9223372036854775807", "70368744177665", "x", ""])
    func sizes(size: String) async throws {
        let page = Script.answer(
            200, "<R><Contents><Key>a</Key><Size>\(size)</Size><ETag>&quot;e&quot;</ETag></Contents></R>")
        let store = try S3Store(Self.client(ScriptedExchange([page, page, page, page])))
        let error = await #expect(throws: S3DBError.self) { try await store.list(prefix: "", after: nil) { _ in } }
        #expect(error?.code == .malformedAnswer)
    }

    @Test func aListingThatGoesInCirclesIsAnError() async throws {
        let page = Script.answer(
            200,
            "<R><IsTruncated>true</IsTruncated><NextContinuationToken>t</NextContinuationToken></R>")
        let store = try S3Store(Self.client(ScriptedExchange([page, page, page, page])))
        let error = await #expect(throws: S3DBError.self) { try await store.list(prefix: "", after: nil) { _ in } }
        #expect(error?.code == .malformedAnswer)
    }

    @Test func whatWasNotRemovedIsReported() async throws {
        let answer =
            "<DeleteResult><Error><Key>b</Key><Code>AccessDenied</Code><Message>m</Message></Error></DeleteResult>"
        let exchange = ScriptedExchange([Script.answer(200, answer)])
        let error = await #expect(throws: S3DBError.self) { try await Self.client(exchange).delete(["a<", "b"]) }
        #expect(error?.code == .permissionDenied)
        #expect(error?.location.key == "b")
        let body = try #require(exchange.requests[0].body.first)
        #expect(String(decoding: body, as: UTF8.self).contains("<Key>a&lt;</Key>"))
    }
}
