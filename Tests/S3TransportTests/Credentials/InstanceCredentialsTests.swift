import NIOCore
import NIOHTTP1
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// The metadata service of instances, as a server on the loopback interface.
@Suite struct InstanceCredentialsTests {
    private static let role = "role+x"

    private static func document(_ expiration: String = "2036-11-24T23:40:06Z") -> String {
        """
        {"Code": "Success", "LastUpdated": "2026-11-24T22:40:06Z", "Type": "AWS-HMAC", "AccessKeyId": "ASIA",
         "SecretAccessKey": "hush1", "Token": "hush2", "Expiration": "\(expiration)"}
        """
    }

    private static func serve(_ document: String) async throws -> LocalServer {
        try await LocalServer { request in
            let token = request.headers["x-aws-ec2-metadata-token"]
            switch (request.method, request.target) {
            case ("PUT", "/latest/api/token"):
                let ttl = request.headers["x-aws-ec2-metadata-token-ttl-seconds"]
                return ttl == ["21600"] ? .init(body: "hushtoken==") : .init(status: 400)
            case ("GET", "/latest/meta-data/iam/security-credentials/") where token == ["hushtoken=="]:
                return .init(body: Self.role)
            case ("GET", "/latest/meta-data/iam/security-credentials/role%2Bx") where token == ["hushtoken=="]:
                return .init(body: document)
            default: return .init(status: token == ["hushtoken=="] ? 404 : 401)
            }
        }
    }

    private static func fetch(
        _ variables: [String: String], settings: [String: String] = [:], exchange: (any HTTPExchange)? = nil,
        now: Int64 = 1_795_563_606
    ) async throws -> Credentials? {
        var environment = AWSEnvironment(variables: variables)
        if let exchange { environment.exchange = exchange }
        environment.now = { now }
        let profile = SharedConfiguration.Profile(name: "p", configuration: settings)
        return try await InstanceCredentials(environment: environment, profile: profile).fetch()
    }

    @Test(arguments: [false, true])
    func tokenThenRoleThenCredentials(inProfile: Bool) async throws {
        let server = try await Self.serve(Self.document())
        let credentials = try await Self.fetch(
            inProfile ? [:] : ["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url],
            settings: inProfile ? ["ec2_metadata_service_endpoint": server.url] : [:])
        #expect(credentials?.accessKeyID == "ASIA")
        #expect(credentials?.secretAccessKey == "hush1")
        #expect(credentials?.sessionToken == "hush2")
        #expect(credentials?.expirationSeconds == 2_111_182_806)
        #expect(server.requests.map(\.method) == ["PUT", "GET", "GET"])
    }

    @Test func disabled() async throws {
        let server = try await Self.serve(Self.document())
        let credentials = try await Self.fetch([
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url, "AWS_EC2_METADATA_DISABLED": "True",
        ])
        #expect(credentials == nil)
        #expect(server.requests.isEmpty)
    }

    @Test(arguments: [
        ([:], "http://169.254.169.254"), (["AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE": "IPv6"], "http://[fd00:ec2::254]"),
    ])
    func whereItIs(variables: [String: String], endpoint: String) async throws {
        let exchange = ScriptedExchange([ScriptedExchange.answer(404)])
        #expect(try await Self.fetch(variables, exchange: exchange) == nil)
        #expect(exchange.requests.map(\.endpoint.description) == [endpoint])
    }

    /// The answer to the token request does not pass more hops than the instance allows: none arrives.
    @Test func withoutAnAnswerThereAreNone() async throws {
        let server = try await LocalServer { _ in LocalServer.Answer(body: "late", delay: .seconds(20)) }
        #expect(try await Self.fetch(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url]) == nil)
        #expect(server.requests.count == 1)
        let refused = try await Self.fetch(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:1"])
        #expect(refused == nil)
    }

    @Test func asManyAttemptsAsAreSet() async throws {
        let exchange = ScriptedExchange(Array(repeating: ScriptedExchange.answer(500), count: 5))
        #expect(try await Self.fetch(["AWS_METADATA_SERVICE_NUM_ATTEMPTS": "3"], exchange: exchange) == nil)
        #expect(exchange.requests.count == 3)
    }

    @Test func oldOnesAreUsedWhileTheServiceHasNoNewer() async throws {
        let now: Int64 = 1_795_563_606
        let server = try await Self.serve(Self.document("2026-11-24T23:40:00Z"))
        let credentials = try await Self.fetch(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url], now: now)
        #expect((now + 1020...now + 1500).contains(credentials?.expirationSeconds ?? 0))
    }

    @Test(arguments: [
        (#"{"Code": "AssumeRoleUnauthorizedAccess", "Message": "hush"}"#, S3DBError.Code.noCredentials),
        (#"{"Code": "Success", "AccessKeyId": "hush"}"#, .malformedAnswer), ("<hush/>", .malformedAnswer),
    ])
    func whatIsRefused(document: String, code: S3DBError.Code) async throws {
        let server = try await Self.serve(document)
        await #expect { try await Self.fetch(["AWS_EC2_METADATA_SERVICE_ENDPOINT": server.url]) } throws: { error in
            (error as? S3DBError)?.code == code && !"\(error)".contains("hush")
        }
    }

    @Test func anEndpointThatIsNoneIsRefused() async throws {
        await #expect { try await Self.fetch(["AWS_EC2_METADATA_SERVICE_ENDPOINT": "169.254.169.254"]) } throws: {
            ($0 as? S3DBError)?.code == .invalidConfiguration
        }
    }
}
