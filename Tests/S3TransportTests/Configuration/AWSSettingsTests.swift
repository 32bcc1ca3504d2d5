import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// Regions and endpoints, by option, environment and profile.
@Suite struct AWSSettingsTests {
    private static let configuration = """
        [default]
        region = eu-central-1
        [profile local]
        region = us-west-2
        endpoint_url = http://127.0.0.1:1
        services = lab
        [profile "with space"]
        region = ap-south-1
        [profile odd]
        region = evil.example/
        [services lab]
        s3 =
            endpoint_url = http://127.0.0.1:2
        [sso-session x]
        region = none
        """

    private static func settings(
        _ variables: [String: String] = [:], profile: String? = nil
    ) async throws -> AWSSettings {
        var environment = AWSEnvironment(variables: ["HOME": "/home/u"].merging(variables) { $1 })
        environment.readFile = { path throws(S3DBError) in
            switch path {
            case "/home/u/.aws/config": Buffer(configuration.utf8)
            case "/home/u/.aws/credentials": Buffer("[keys]\nregion = sa-east-1".utf8)
            default: nil
            }
        }
        return try await AWSSettings(profile: profile, environment: environment)
    }

    @Test(
        arguments: [
            ([:], nil, "eu-central-1"), (["AWS_PROFILE": "local"], nil, "us-west-2"),
            (["AWS_DEFAULT_PROFILE": "with space"], nil, "ap-south-1"), (["AWS_PROFILE": ""], "keys", "sa-east-1"),
            (["AWS_DEFAULT_REGION": "eu-west-3"], "local", "eu-west-3"),
            (["AWS_DEFAULT_REGION": "eu-west-3", "AWS_REGION": "eu-west-2"], nil, "eu-west-2"),
            (["AWS_CONFIG_FILE": "/none", "AWS_REGION": ""], nil, nil),
        ] as [([String: String], String?, String?)])
    func region(variables: [String: String], profile: String?, region: String?) async throws {
        let settings = try await Self.settings(variables, profile: profile)
        #expect(try settings.region() == region)
        #expect(try settings.region("us-gov-west-1") == "us-gov-west-1")
    }

    @Test(
        arguments: [
            ([:], nil, "s3", nil), ([:], "local", "s3", "http://127.0.0.1:2"),
            ([:], "local", "sqs", "http://127.0.0.1:1"),
            (["AWS_ENDPOINT_URL": "https://a.example"], "local", "s3", "https://a.example"),
            (
                ["AWS_ENDPOINT_URL": "https://a.example", "AWS_ENDPOINT_URL_S3": "https://b:8"], nil, "s3",
                "https://b:8"
            ),
            (["AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true", "AWS_ENDPOINT_URL": "https://a"], "local", "s3", nil),
        ] as [([String: String], String?, String, String?)])
    func endpoint(variables: [String: String], profile: String?, service: String, url: String?) async throws {
        let settings = try await Self.settings(variables, profile: profile)
        #expect(try settings.endpoint(service)?.description == url)
        #expect(try settings.endpoint(service, "http://[::1]:9/")?.description == "http://[::1]:9")
    }

    @Test func whatIsRefused() async throws {
        await #expect { try await Self.settings(profile: "locl") } throws: { error in
            (error as? S3DBError)?.code == .unknownName && "\(error)".contains("\"local\"")
        }
        let odd = try await Self.settings(profile: "odd")
        #expect { try odd.region() } throws: { ($0 as? S3DBError)?.code == .invalidConfiguration }
        let hush = try await Self.settings(["AWS_ENDPOINT_URL": "https://user:hush@a"])
        #expect { try hush.endpoint("s3") } throws: { error in
            (error as? S3DBError)?.code == .invalidConfiguration && !"\(error)".contains("hush")
        }
    }
}
