import Foundation
import NIOHTTP1
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// The endpoint of containers, asked for real where it is on the loopback interface.
@Suite struct ContainerCredentialsTests {
    private static let document = """
        {"AccessKeyId": "AKID", "SecretAccessKey": "hush1", "Token": "hush2", "Expiration": "2036-11-24T23:40:06Z"}
        """

    @Test func fullAddressWithToken() async throws {
        let server = try await LocalServer { _ in LocalServer.Answer(body: Self.document) }
        let directory = try TemporaryDirectory()
        let file = try directory.write(Array("hush3".utf8), to: "token")
        let environment = AWSEnvironment(variables: [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "\(server.url)/v1/c?id=a%2Fb",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "other", "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": file.path,
        ])
        let credentials = try #require(try await ContainerCredentials(environment: environment).fetch())
        #expect(credentials.accessKeyID == "AKID")
        #expect(credentials.secretAccessKey == "hush1")
        #expect(credentials.sessionToken == "hush2")
        #expect(credentials.expirationSeconds == 2_111_182_806)
        let request = try #require(server.requests.first)
        #expect(server.requests.count == 1)
        #expect(request.method == "GET" && request.target == "/v1/c?id=a%2Fb")
        #expect(request.headers["Authorization"] == ["hush3"])
    }

    @Test func theRelativeAddressIsAtTheContainerService() async throws {
        let exchange = ScriptedExchange([ScriptedExchange.answer(200, Self.document)])
        let environment = AWSEnvironment(
            variables: [
                "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "/v2/credentials/x",
                "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://elsewhere.example/",
            ], exchange: exchange)
        #expect(try await ContainerCredentials(environment: environment).fetch()?.accessKeyID == "AKID")
        let urls = exchange.requests.map { "\($0.endpoint)\($0.target)" }
        #expect(urls == ["http://169.254.170.2/v2/credentials/x"])
    }

    @Test(arguments: ["127.0.0.1", "127.9.9.9", "::1", "localhost", "169.254.170.2", "169.254.170.23", "fd00:ec2::23"])
    func hostsThatNeedNoTLS(host: String) {
        #expect(ContainerCredentials.isPlainHost(host))
    }

    @Test(arguments: ["128.0.0.1", "127.1", "::2", "example.com", "169.254.169.254", "localhost.example", "2130706433"])
    func hostsThatDo(host: String) {
        #expect(!ContainerCredentials.isPlainHost(host))
    }

    @Test(arguments: [
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "example"],
        ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1@example.com/"],
        ["AWS_CONTAINER_CREDENTIALS_RELATIVE_URI": "@example.com/"],
        [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://example.com/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN": "hush\r\nX: y",
        ],
        [
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "https://example.com/",
            "AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE": "/no/such/file",
        ],
    ])
    func nothingIsSentWhereItMustNotGo(variables: [String: String]) async throws {
        let exchange = ScriptedExchange([])
        let container = ContainerCredentials(environment: AWSEnvironment(variables: variables, exchange: exchange))
        await #expect { try await container.fetch() } throws: { error in
            (error as? S3DBError)?.code == .invalidConfiguration && !"\(error)".contains("hush")
        }
        #expect(exchange.requests.isEmpty)
    }

    @Test(arguments: [
        (404, "hush", S3DBError.Code.noCredentials), (200, "hush", .malformedAnswer), (200, "{}", .malformedAnswer),
        (200, #"{"AccessKeyId": "a", "SecretAccessKey": "hush", "Expiration": "hush"}"#, .malformedAnswer),
        (200, #"{"hush": 1, "hush": 2}"#, .malformedAnswer),
    ])
    func answersThatAreNone(status: Int, body: String, code: S3DBError.Code) async throws {
        let server = try await LocalServer { _ in LocalServer.Answer(status: status, body: body) }
        let environment = AWSEnvironment(variables: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": server.url])
        await #expect { try await ContainerCredentials(environment: environment).fetch() } throws: { error in
            (error as? S3DBError)?.code == code && !"\(error)".contains("hush")
        }
    }

    @Test func aServerThatFailsIsAskedAgain() async throws {
        let exchange = ScriptedExchange([ScriptedExchange.answer(503), ScriptedExchange.answer(200, Self.document)])
        let environment = AWSEnvironment(
            variables: ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://localhost/"], exchange: exchange)
        #expect(try await ContainerCredentials(environment: environment).fetch() != nil)
        #expect(exchange.requests.count == 2)
    }
}
