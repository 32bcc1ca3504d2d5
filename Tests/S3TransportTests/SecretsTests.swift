import Logging
import NIOHTTP1
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// Servers that throw everything they were sent back at the client: none of it may be shown.
@Suite struct SecretsTests {
    private static let credentials = Credentials(
        accessKeyID: "AKIACANARYCANARY", secretAccessKey: "canary/Secret+Access/Key==", sessionToken: "CanaryToken//==")

    /// Answers every request with its own headers, as headers and as text in every element that is read.
    private struct EchoExchange: HTTPExchange {
        let status: Int

        func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
            let said = (request.headers.map { "\($0.name): \($0.value)" } + SecretsTests.hidden).joined(separator: " ")
            var headers = request.headers
            headers.add(name: "ETag", value: said)
            headers.add(name: "Retry-After", value: "0")
            headers.add(name: "x-amz-bucket-region", value: SecretsTests.credentials.accessKeyID.lowercased())
            let text = said.xmlEscaped
            let elements = ["Code", "Message", "Key", "Region", "StringToSign", "UploadId", "ETag"].map {
                "<\($0)>\(text)</\($0)>"
            }
            let body = Buffer("<Error>\(elements.joined())</Error>".utf8)
            return HTTPResponse(status: status, headers: headers, body: ScriptedBody([body]))
        }
    }

    private static let hidden = [credentials.accessKeyID, credentials.secretAccessKey, credentials.sessionToken ?? ""]

    @Test(arguments: [200, 301, 400, 403, 404, 409, 412, 416, 500, 503])
    func nothingEchoedIsShown(status: Int) async throws {
        let record = LogRecord()
        var configuration = S3Configuration(region: "eu-west-1")
        configuration.retries = RetryPolicy(attemptLimit: 3, firstDelay: .zero, delayLimit: .zero)
        let access = S3Access(
            configuration: configuration, credentials: StaticCredentials(Self.credentials),
            exchange: EchoExchange(status: status), logger: record.logger())
        let store = try S3Store(access.client(bucket: "bucket"), prefix: "p/")
        let key = try ObjectKey("k")
        let upload = UploadID(key: key, text: "marker id")
        let part = UploadedPart(number: 1, byteCount: 1, token: "t")
        let version = VersionToken("v")
        let operations: [@Sendable () async throws -> Any] = [
            { try await store.head(key) as Any },
            { try await store.read(key) as Any },
            { try await store.list(prefix: "", after: nil) { _ in } },
            { try await store.listDirectories(prefix: "") },
            { try await store.put(key, [Buffer([1])], if: .absent) },
            { try await store.put(key, [Buffer([1])], if: .none) },
            { try await store.createUpload(key) },
            { try await store.uploadPart(upload, number: 1, [Buffer([1])]) },
            { try await store.copyPart(upload, number: 1, from: key, version: version, range: 0..<1) },
            { try await store.complete(upload, parts: [part], if: .version(version)) },
            { try await store.abort(upload) },
            { try await store.delete(key, if: .version(version)) },
            { try await store.sweepUploads(olderThan: .zero) },
            { try await store.client.copy("a", from: "b") },
            { try await store.client.delete(["a"]) },
        ]
        var shown = record.lines
        for operation in operations {
            do {
                _ = try await operation()
            } catch {
                shown += ["\(error)", String(reflecting: error)]
                #expect(error is S3DBError)
            }
        }
        shown += record.lines
        #expect(record.lines.count >= operations.count)
        let text = shown.joined(separator: "\n").lowercased()
        for secret in Self.hidden + ["AWS4-HMAC", "Signature=", "Authorization"] {
            #expect(!text.contains(secret.lowercased()), "\(secret.prefix(4))… is shown")
        }
    }

    @Test func credentialsDescribeThemselvesWithoutSecrets() {
        let texts = [
            "\(Self.credentials)", String(reflecting: Self.credentials), "\(Optional(Self.credentials) as Any)",
            "\(S3Access(credentials: StaticCredentials(Self.credentials)))",
        ]
        for text in texts {
            for secret in Self.hidden { #expect(!text.contains(secret)) }
        }
    }
}
