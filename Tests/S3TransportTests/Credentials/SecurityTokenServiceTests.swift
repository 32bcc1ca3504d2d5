import NIOHTTP1
import S3DBCore
import Testing

@testable import S3Transport

/// Where STS is asked, and what its errors mean.
@Suite struct SecurityTokenServiceTests {
    private static let answer = """
        <AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId>
        <SecretAccessKey>hush1</SecretAccessKey><SessionToken>hush2</SessionToken>
        <Expiration>2036-11-24T23:40:06Z</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>
        """

    private static func assume(
        _ exchange: ScriptedExchange, _ variables: [String: String] = [:], region: String? = nil
    ) async throws -> Credentials {
        var environment = AWSEnvironment(variables: variables, exchange: exchange)
        environment.readFile = { _ throws(S3DBError) in nil }
        let settings = try await AWSSettings(environment: environment)
        return try await SecurityTokenService(settings, region: region, environment: environment).assume(
            .init(arn: "arn:aws:iam::1:role/r", sessionName: "n"),
            with: Credentials(accessKeyID: "AKID", secretAccessKey: "hush3", sessionToken: "hush4"))
    }

    @Test(
        arguments: [
            ([:], nil, "https://sts.amazonaws.com", "us-east-1"),
            (["AWS_REGION": "eu-west-1"], nil, "https://sts.eu-west-1.amazonaws.com", "eu-west-1"),
            (["AWS_REGION": "eu-west-1"], "cn-north-1", "https://sts.cn-north-1.amazonaws.com.cn", "cn-north-1"),
            (["AWS_ENDPOINT_URL_STS": "http://localhost:1"], "eu-west-2", "http://localhost:1", "eu-west-2"),
        ] as [([String: String], String?, String, String)])
    func whereItIs(variables: [String: String], region: String?, endpoint: String, scope: String) async throws {
        let exchange = ScriptedExchange([ScriptedExchange.answer(200, Self.answer)])
        let credentials = try await Self.assume(exchange, variables, region: region)
        #expect(credentials.sessionToken == "hush2" && credentials.expirationSeconds == 2_111_182_806)
        let request = try #require(exchange.requests.first)
        #expect(request.endpoint.description == endpoint)
        let authorization = request.headers.first(name: "Authorization") ?? ""
        #expect(authorization.contains("/\(scope)/sts/aws4_request"))
        #expect(request.headers["X-Amz-Security-Token"] == ["hush4"])
    }

    @Test(arguments: [
        (403, "AccessDenied", S3DBError.Code.permissionDenied), (403, "InvalidClientTokenId", .permissionDenied),
        (400, "ValidationError", .noCredentials), (403, "RegionDisabledException", .permissionDenied),
    ])
    func refusals(status: Int, code: String, meaning: S3DBError.Code) async throws {
        let body =
            "<ErrorResponse><Error><Type>Sender</Type><Code>\(code)</Code><Message>hush</Message></Error></ErrorResponse>"
        let exchange = ScriptedExchange([ScriptedExchange.answer(status, body)])
        await #expect { try await Self.assume(exchange) } throws: { error in
            (error as? S3DBError)?.code == meaning && "\(error)".contains(code) && "\(error)".contains("role/r")
                && !"\(error)".contains("hush")
        }
        #expect(exchange.restCount == 0)
    }

    @Test func itIsAskedAgainWhereThatHelps() async throws {
        let failure = "<ErrorResponse><Error><Code>IDPCommunicationError</Code></Error></ErrorResponse>"
        let exchange = ScriptedExchange([
            ScriptedExchange.answer(400, failure), ScriptedExchange.answer(500), ScriptedExchange.failure(.timedOut),
            ScriptedExchange.answer(200, Self.answer),
        ])
        #expect(try await Self.assume(exchange).accessKeyID == "ASIA")
    }

    @Test(arguments: ["", "<AssumeRoleResponse/>", "{}"])
    func answersThatAreNone(body: String) async throws {
        let exchange = ScriptedExchange([ScriptedExchange.answer(200, body)])
        await #expect { try await Self.assume(exchange) } throws: { ($0 as? S3DBError)?.code == .malformedAnswer }
    }
}
