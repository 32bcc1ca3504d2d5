import Foundation
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// The chain finds what botocore finds with the same variables, files and servers.
@Suite struct CredentialsChainTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var testDescription: String
        var variables: [String: String] = [:]
        var profile: String?
        var configuration = ""
        var credentials = ""
        /// The key that is found; nil where it is an error.
        var key: String?

        init(
            _ description: String, _ variables: [String: String] = [:], profile: String? = nil,
            configuration: String = "", credentials: String = "", key: String?
        ) {
            testDescription = description
            self.variables = variables
            self.profile = profile
            self.configuration = configuration
            self.credentials = credentials
            self.key = key
        }
    }

    private static func keys(_ key: String, _ more: String = "") -> String {
        "aws_access_key_id = \(key)\naws_secret_access_key = hush\n\(more)\n"
    }

    private static let environmentKeys = ["AWS_ACCESS_KEY_ID": "ENV", "AWS_SECRET_ACCESS_KEY": "hush"]
    private static let arn = "role_arn = arn:aws:iam::123456789012:role/"
    private static let webIdentity = [
        "AWS_WEB_IDENTITY_TOKEN_FILE": "$STAGE/token", "AWS_ROLE_ARN": "arn:aws:iam::1:role/web",
    ]
    private static let container = ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "$SERVER/container"]
    private static let instance = [
        "AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "$SERVER/",
    ]

    private static func merged(_ all: [String: String]...) -> [String: String] {
        all.reduce(into: [:]) { $0.merge($1) { $1 } }
    }

    static let fixedKeys: [Case] = [
        Case("keys of the environment", environmentKeys, credentials: "[default]\n\(keys("FILE"))", key: "ENV"),
        Case("with a token", merged(environmentKeys, ["AWS_SESSION_TOKEN": "hushE"]), key: "ENV"),
        Case(
            "AWS_PROFILE does not go before them", merged(environmentKeys, ["AWS_PROFILE": "a"]),
            credentials: "[a]\n\(keys("A"))", key: "ENV"),
        Case("an option does", environmentKeys, profile: "a", credentials: "[a]\n\(keys("A"))", key: "A"),
        Case("a key without a secret", ["AWS_ACCESS_KEY_ID": "ENV"], key: nil),
        Case(
            "a secret without a key is nothing", ["AWS_SECRET_ACCESS_KEY": "x"], credentials: "[default]\n\(keys("F"))",
            key: "F"),
        Case("an empty key is none", ["AWS_ACCESS_KEY_ID": ""], credentials: "[default]\n\(keys("F"))", key: "F"),
        Case("the configuration file", configuration: "[default]\n\(keys("C"))", key: "C"),
        Case(
            "the credentials file goes first", configuration: "[default]\n\(keys("C"))",
            credentials: "[default]\n\(keys("F"))", key: "F"),
        Case("a token in a file", credentials: "[default]\n\(keys("F", "aws_session_token = hushF"))", key: "F"),
        Case(
            "a name with a colon", ["AWS_PROFILE": "production:admin"],
            configuration: "[profile production:admin]\n\(keys("P"))", key: "P"),
        Case(
            "a name with a colon in the credentials file", ["AWS_PROFILE": "production:admin"],
            credentials: "[production:admin]\n\(keys("P"))", key: "P"),
        Case("a quoted name", ["AWS_PROFILE": "a b"], configuration: "[profile \"a b\"]\n\(keys("Q"))", key: "Q"),
        Case("AWS_DEFAULT_PROFILE", ["AWS_DEFAULT_PROFILE": "a"], credentials: "[a]\n\(keys("A"))", key: "A"),
        Case(
            "a section without the word profile is none", ["AWS_PROFILE": "a"], configuration: "[a]\n\(keys("A"))",
            key: nil),
        Case("a profile that is not there", profile: "none", credentials: "[default]\n\(keys("F"))", key: nil),
        Case("a file key without a secret", credentials: "[default]\naws_access_key_id = F", key: nil),
        Case("nothing", key: nil),
    ]

    static let programs: [Case] = [
        Case("a program", configuration: "[default]\ncredential_process = $STAGE/process PROC 1", key: "PROC"),
        Case(
            "with quoted arguments", configuration: "[default]\ncredential_process = \"$STAGE/process\" 'P\"$X' 1",
            key: nil),
        Case(
            "with an argument that a shell would replace",
            configuration: "[default]\ncredential_process = $STAGE/process '$HOME;' 1", key: "$HOME;"),
        Case(
            "keys of the credentials file go first",
            configuration: "[default]\ncredential_process = $STAGE/process PROC 1",
            credentials: "[default]\n\(keys("F"))", key: "F"),
        Case(
            "those of the configuration file do not",
            configuration: "[default]\ncredential_process = $STAGE/process PROC 1\n\(keys("C"))", key: "PROC"),
        Case(
            "a program that fails", configuration: "[default]\ncredential_process = $STAGE/process PROC 1 3", key: nil),
        Case("another version", configuration: "[default]\ncredential_process = $STAGE/process PROC 2", key: nil),
        Case("a program that is not there", configuration: "[default]\ncredential_process = $STAGE/none", key: nil),
        Case("an open quote", configuration: "[default]\ncredential_process = '$STAGE/process", key: nil),
    ]

    static let roles: [Case] = [
        Case(
            "a role", ["AWS_PROFILE": "r"],
            configuration: "[profile r]\n\(arn)r\nsource_profile = s\n[profile s]\n\(keys("S"))", key: "S>r"),
        Case(
            "with what it asks for", ["AWS_PROFILE": "r"],
            configuration:
                "[profile r]\n\(arn)r\nsource_profile = s\nexternal_id = e&1=+2\nduration_seconds = 1800\nrole_session_name = me",
            credentials: "[s]\n\(keys("S"))", key: "S>r:e&1=+2:1800:me"),
        Case(
            "a role of a role of a role", ["AWS_PROFILE": "c"],
            configuration:
                "[profile a]\n\(arn)a\nsource_profile = s\n[profile b]\n\(arn)b\nsource_profile = a\n[profile c]\n\(arn)c\nsource_profile = b\n[profile s]\n\(keys("S"))",
            key: "S>a>b>c"),
        Case(
            "its own source", ["AWS_PROFILE": "r"],
            configuration: "[profile r]\n\(arn)r\nsource_profile = r\n\(keys("R"))", key: "R>r"),
        Case(
            "a source with keys and a role", ["AWS_PROFILE": "r"],
            configuration:
                "[profile r]\n\(arn)r\nsource_profile = s\n[profile s]\n\(arn)s\nsource_profile = r\n\(keys("S"))",
            key: "S>r"),
        Case(
            "a source with a program", ["AWS_PROFILE": "r"],
            configuration:
                "[profile r]\n\(arn)r\nsource_profile = s\n[profile s]\ncredential_process = $STAGE/process PROC 1",
            key: "PROC>r"),
        Case(
            "keys of the environment go first", merged(environmentKeys, ["AWS_PROFILE": "r"]),
            configuration: "[profile r]\n\(arn)r\nsource_profile = s\n[profile s]\n\(keys("S"))", key: "ENV"),
        Case(
            "the role goes before the profile's keys", ["AWS_PROFILE": "r"],
            configuration: "[profile r]\n\(arn)r\nsource_profile = s\n[profile s]\n\(keys("S"))",
            credentials: "[r]\n\(keys("R"))", key: "S>r"),
        Case(
            "the environment as source", environmentKeys, profile: "r",
            configuration: "[profile r]\n\(arn)r\ncredential_source = Environment", key: "ENV>r"),
        Case(
            "an empty environment as source", profile: "r",
            configuration: "[profile r]\n\(arn)r\ncredential_source = Environment", key: nil),
        Case(
            "the container as source", container, profile: "r",
            configuration: "[profile r]\n\(arn)r\ncredential_source = EcsContainer", key: "CONTAINER>r"),
        Case(
            "the instance as source", instance, profile: "r",
            configuration: "[profile r]\n\(arn)r\ncredential_source = Ec2InstanceMetadata", key: "INSTANCE>r"),
        Case(
            "an unknown source", environmentKeys, profile: "r",
            configuration: "[profile r]\n\(arn)r\ncredential_source = Moon", key: nil),
        Case("no source", profile: "r", configuration: "[profile r]\n\(arn)r", key: nil),
        Case(
            "two sources", environmentKeys, profile: "r",
            configuration:
                "[profile r]\n\(arn)r\ncredential_source = Environment\nsource_profile = s\n[profile s]\n\(keys("S"))",
            key: nil),
        Case(
            "a source that is not there", profile: "r", configuration: "[profile r]\n\(arn)r\nsource_profile = s",
            key: nil),
        Case(
            "a source without credentials", profile: "r",
            configuration: "[profile r]\n\(arn)r\nsource_profile = s\n[profile s]\nregion = eu-west-1", key: nil),
        Case(
            "its own source without keys", profile: "r", configuration: "[profile r]\n\(arn)r\nsource_profile = r",
            key: nil),
        Case(
            "a circle", profile: "a",
            configuration: "[profile a]\n\(arn)a\nsource_profile = b\n[profile b]\n\(arn)b\nsource_profile = a",
            key: nil),
    ]

    static let identities: [Case] = [
        Case("a web identity", webIdentity, credentials: "[default]\n\(keys("F"))", key: "web.token>web"),
        Case("with a name", merged(webIdentity, ["AWS_ROLE_SESSION_NAME": "pod"]), key: "web.token>web:pod"),
        Case("keys of the environment go first", merged(webIdentity, environmentKeys), key: "ENV"),
        Case("an option goes first", webIdentity, profile: "a", credentials: "[a]\n\(keys("A"))", key: "A"),
        Case(
            "in a profile", ["AWS_PROFILE": "w"],
            configuration: "[profile w]\n\(arn)w\nweb_identity_token_file = $STAGE/token\nrole_session_name = name",
            key: "web.token>w:name"),
        Case(
            "as source", ["AWS_PROFILE": "r"],
            configuration:
                "[profile r]\n\(arn)r\nsource_profile = w\n[profile w]\n\(arn)w\nweb_identity_token_file = $STAGE/token",
            key: "web.token>w>r"),
        Case(
            "a role that the profile names goes first", merged(webIdentity, ["AWS_PROFILE": "r"]),
            configuration: "[profile r]\n\(arn)r\nsource_profile = s\n[profile s]\n\(keys("S"))", key: "S>r"),
        Case("without a role", ["AWS_WEB_IDENTITY_TOKEN_FILE": "$STAGE/token"], key: nil),
        Case("without its file", merged(webIdentity, ["AWS_WEB_IDENTITY_TOKEN_FILE": "$STAGE/none"]), key: nil),
    ]

    static let machines: [Case] = [
        Case("a container", container, key: "CONTAINER"), Case("an instance", instance, key: "INSTANCE"),
        Case("the container goes first", merged(container, instance), key: "CONTAINER"),
        Case("a profile goes first", merged(container, instance), credentials: "[default]\n\(keys("F"))", key: "F"),
        Case(
            "a profile without credentials does not", merged(instance, ["AWS_PROFILE": "a"]),
            configuration: "[profile a]\nregion = eu-west-1", key: "INSTANCE"),
        Case("the container refuses", ["AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://example.com/"], key: nil),
    ]

    static let cases = fixedKeys + programs + roles + identities + machines

    private static func find(_ variables: [String: String], _ profile: String?) async throws -> Credentials? {
        try await CredentialsChain(profile: profile, environment: AWSEnvironment(variables: variables)).credentials()
    }

    @Test(arguments: cases)
    func whatIsFound(_ test: Case) async throws {
        let stage = try await CredentialsStage()
        let variables = try stage.variables(
            test.variables, configuration: test.configuration, credentials: test.credentials)
        do {
            let found = try await Self.find(variables, test.profile)
            #expect(found?.accessKeyID == test.key)
        } catch {
            #expect(test.key == nil, "\(error)")
            #expect(!"\(error)".contains("hush") && !"\(error)".contains("web.token"))
        }
    }

    @Test(.needsPython) func botocoreFindsTheSame() async throws {
        let stage = try await CredentialsStage()
        let cases = try Self.cases.map { test in
            let variables = try stage.variables(
                test.variables, configuration: test.configuration, credentials: test.credentials)
            return (test: test, variables: variables)
        }
        let script = """
            import sys, json, os
            import botocore.session
            out = []
            for case in json.load(open(sys.argv[1])):
                os.environ.clear()
                os.environ.update(case["variables"])
                try:
                    found = botocore.session.Session(profile=case.get("profile")).get_credentials()
                    found = found and found.get_frozen_credentials()
                    out.append([found.access_key, found.secret_key, found.token] if found else None)
                except Exception as error:
                    out.append(None)
            print(json.dumps(out))
            """
        let questions: [JSONValue] = cases.map { test, variables in
            let members = variables.sorted { $0.key < $1.key }.map { JSONValue.Member($0.key, .string($0.value)) }
            return ["variables": .object(members), "profile": test.profile.map { .string($0) } ?? .null]
        }
        let directory = try TemporaryDirectory()
        let file = try directory.write(Array(JSONValue.array(questions).serialized().utf8), to: "cases.json")
        let printed = try await onOwnThread { try Python.run(script, [file.path]) }
        let answers = try JSONDecoder().decode([[String?]?].self, from: Data(printed.utf8))
        #expect(answers.count == cases.count)
        for ((test, variables), answer) in zip(cases, answers) {
            let found = try? await Self.find(variables, test.profile)
            let ours = found.map { [$0.accessKeyID, $0.secretAccessKey, $0.sessionToken] }
            #expect(ours == answer, "\(test.testDescription)")
        }
    }

    // MARK: Where botocore goes on and this chain does not

    @Test(arguments: [
        ("sso_account_id = 1\nsso_role_name = r\nsso_session = x", "IAM Identity Center"),
        ("login_session = arn:aws:iam::1:user/u", "aws login"),
        (
            "role_arn = arn:aws:iam::1:role/r\nsource_profile = p\nmfa_serial = arn:aws:iam::1:mfa/u\n\(keys("P"))",
            "mfa_serial"
        ),
    ])
    func whatAsksAPersonIsRefusedByName(settings: String, name: String) async throws {
        let stage = try await CredentialsStage()
        let variables = try stage.variables(configuration: "[profile p]\n\(settings)")
        await #expect { try await Self.find(variables, "p") } throws: { error in
            (error as? S3DBError)?.code == .unsupported && "\(error)".contains(name)
                && "\(error)".contains("export-credentials --profile p")
        }
        #expect(stage.server.requests.isEmpty)
    }

    @Test func aCircleIsNamed() async throws {
        let stage = try await CredentialsStage()
        let circle = try #require(Self.cases.first { $0.testDescription == "a circle" })
        let variables = try stage.variables(configuration: circle.configuration)
        await #expect { try await Self.find(variables, "a") } throws: { error in
            (error as? S3DBError)?.code == .invalidConfiguration && "\(error)".contains("a, b, a")
        }
    }

    @Test func keysThatNoHeaderCanHaveAreRefused() async throws {
        let stage = try await CredentialsStage()
        let variables = try stage.variables(["AWS_ACCESS_KEY_ID": "a\r\nb", "AWS_SECRET_ACCESS_KEY": "hush"])
        await #expect { try await Self.find(variables, nil) } throws: { error in
            (error as? S3DBError)?.code == .invalidConfiguration && !"\(error)".contains("hush")
        }
    }

    @Test func refusedKeysAreReadAnew() async throws {
        let stage = try await CredentialsStage()
        let variables = try stage.variables(credentials: "[default]\n\(Self.keys("OLD"))")
        let chain = CredentialsChain(environment: AWSEnvironment(variables: variables))
        let old = try #require(try await chain.credentials())
        let file = try #require(variables["AWS_SHARED_CREDENTIALS_FILE"])
        try "[default]\n\(Self.keys("NEW"))".write(toFile: file, atomically: true, encoding: .utf8)
        #expect(try await chain.credentials() == old)
        await chain.refuse(old)
        #expect(try await chain.credentials()?.accessKeyID == "NEW")
    }

    @Test(.needsServers) func motoAssumesRoles() async throws {
        let moto = try await StandIn.moto()
        let stage = try await CredentialsStage()
        let variables = try stage.variables(
            ["AWS_ENDPOINT_URL_STS": "\(moto.endpoint)", "AWS_PROFILE": "r"],
            configuration: "[profile r]\n\(Self.arn)r\nsource_profile = s\n[profile s]\n\(Self.keys("AKIASTANDIN"))")
        let found = try #require(try await Self.find(variables, nil))
        #expect(found.accessKeyID.hasPrefix("ASIA"))
        #expect(found.sessionToken?.isEmpty == false)
        let lifetime = try #require(found.expirationSeconds) - Int64(Date().timeIntervalSince1970)
        #expect((3500...3700).contains(lifetime))
    }
}
