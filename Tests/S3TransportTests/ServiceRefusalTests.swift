import NIOHTTP1
import S3DBCore
import Testing

@testable import S3Transport

/// What S3's error answers mean, and where a bucket's requests go.
@Suite struct ServiceRefusalTests {
    private static func refusal(_ status: Int, _ code: String? = nil, headers: HTTPHeaders = [:]) -> ServiceRefusal? {
        let body = code.map {
            "<Error><Code>\($0)</Code><Message>said</Message><StringToSign>hush</StringToSign></Error>"
        }
        return ServiceRefusal(status: status, headers: headers, body: Buffer((body ?? "").utf8))
    }

    @Test(arguments: [
        (403, "AccessDenied", RetryClass.permanent, S3DBError.Code.permissionDenied),
        (404, "NoSuchBucket", .permanent, .noSuchBucket), (404, "NoSuchKey", .permanent, .notFound),
        (412, "PreconditionFailed", .permanent, .preconditionFailed),
        (409, "ConditionalRequestConflict", .permanent, .conflict),
        (503, "SlowDown", .throttled(), .throttled), (500, "InternalError", .transient, .ioFailure),
        (200, "InternalError", .transient, .ioFailure), (400, "ExpiredToken", .expiredCredentials, .expiredCredentials),
        (403, "RequestTimeTooSkewed", .clockSkew, .permissionDenied), (400, "RequestTimeout", .transient, .ioFailure),
        (403, "SignatureDoesNotMatch", .permanent, .permissionDenied), (400, "BadDigest", .transient, .ioFailure),
    ])
    func codes(status: Int, code: String, retry: RetryClass, meaning: S3DBError.Code) throws {
        let refusal = try #require(Self.refusal(status, code))
        #expect(refusal.retryClass == retry)
        let error = refusal.error("put", bucket: "b", key: "k")
        #expect(error.code == meaning)
        #expect(error.location.key == "k")
        #expect(!"\(error)".contains("hush"))
    }

    /// Answers to HEAD have no body.
    @Test(arguments: [
        (404, RetryClass.permanent, S3DBError.Code.notFound), (403, .permanent, .permissionDenied),
        (412, .permanent, .preconditionFailed), (503, .throttled(), .throttled), (502, .transient, .ioFailure),
        (429, .throttled(), .throttled), (301, .permanent, .wrongRegion),
    ])
    func statusAlone(status: Int, retry: RetryClass, meaning: S3DBError.Code) throws {
        let refusal = try #require(Self.refusal(status))
        #expect(refusal.retryClass == retry)
        #expect(refusal.error("head", bucket: "b", key: nil).code == meaning)
    }

    @Test func whatIsNoError() {
        #expect(Self.refusal(200) == nil)
        #expect(ServiceRefusal(status: 200, headers: [:], body: Buffer("<Result/>".utf8)) == nil)
        #expect(ServiceRefusal(status: 206, headers: [:], body: Buffer("<Err".utf8)) == nil)
    }

    @Test(
        arguments: [
            ("eu-west-1", "eu-west-1"), ("evil.example/", nil), ("", nil), ("a\r\nb", nil),
            (String(repeating: "x", count: 33), nil),
        ] as [(String, String?)])
    func onlyRegionsAreTakenFromAnswers(text: String, region: String?) throws {
        let refusal = try #require(Self.refusal(301, headers: ["x-amz-bucket-region": text]))
        #expect(refusal.region == region)
        #expect(refusal.namesOtherRegion(than: "us-east-1") == (region != nil))
    }

    @Test func pausesThatServersAskForAreRead() throws {
        let refusal = try #require(Self.refusal(503, "SlowDown", headers: ["Retry-After": "3"]))
        #expect(refusal.retryClass == .throttled(delay: .seconds(3)))
    }

    @Test func theErrorsOfSTSAndSQSAreRead() throws {
        let sts =
            "<ErrorResponse xmlns=\"https://sts\"><Error><Type>Sender</Type><Code>ExpiredTokenException</Code>"
            + "<Message>old</Message></Error><RequestId>1</RequestId></ErrorResponse>"
        let xml = try #require(ServiceRefusal(status: 400, headers: [:], body: Buffer(sts.utf8)))
        #expect(xml.code == "ExpiredTokenException")
        #expect(xml.retryClass == .expiredCredentials)
        let sqs = #"{"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"no queue"}"#
        let json = try #require(ServiceRefusal(status: 400, headers: [:], body: Buffer(sqs.utf8), format: .json))
        #expect(json.code == "QueueDoesNotExist")
        #expect(json.message == "no queue")
        #expect(ServiceRefusal(status: 200, headers: [:], body: Buffer(sqs.utf8), format: .json) == nil)
        #expect(ServiceRefusal(status: 500, headers: [:], body: Buffer("<".utf8), format: .json)?.code == "Status500")
    }

    @Test func addresses() {
        func url(_ bucket: String, _ region: String, _ configuration: S3Configuration, _ key: String?) -> String {
            let address = S3Address(bucket: bucket, region: region, configuration: configuration)
            return "\(address.endpoint)\(address.path(key))"
        }
        let aws = S3Configuration()
        #expect(url("lake", "eu-west-1", aws, "a b/c+d") == "https://lake.s3.eu-west-1.amazonaws.com/a%20b/c%2Bd")
        #expect(url("my.lake", "eu-west-1", aws, nil) == "https://s3.eu-west-1.amazonaws.com/my.lake")
        #expect(url("lake", "cn-north-1", aws, nil) == "https://lake.s3.cn-north-1.amazonaws.com.cn/")
        var own = S3Configuration(endpoint: HTTPEndpoint(isSecure: false, host: "127.0.0.1", port: 9000))
        #expect(url("lake", "us-east-1", own, "é:=") == "http://127.0.0.1:9000/lake/%C3%A9%3A%3D")
        own.usesPathStyle = false
        #expect(url("lake", "us-east-1", own, "k") == "http://lake.127.0.0.1:9000/k")
    }

    @Test func writeOptionsBecomeHeaders() {
        var options = S3WriteOptions()
        #expect(options.headers.isEmpty)
        options.acl = "bucket-owner-full-control"
        options.encryption = "aws:kms"
        options.keyID = "key"
        options.storageClass = "STANDARD_IA"
        options.tags = ["team": "a&b", "cost": "1 2"]
        #expect(
            options.headers.map { "\($0.0)=\($0.1)" } == [
                "x-amz-acl=bucket-owner-full-control", "x-amz-server-side-encryption=aws:kms",
                "x-amz-server-side-encryption-aws-kms-key-id=key", "x-amz-storage-class=STANDARD_IA",
                "x-amz-tagging=cost=1%202&team=a%26b",
            ])
    }
}
