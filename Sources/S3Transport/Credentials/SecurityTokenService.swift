import NIOHTTP1
import S3DBCore

/// The part of AWS STS that turns other credentials, or a token of an identity provider, into those of a role.
///
/// Source: AWS Security Token Service API Reference, "AssumeRole" and "AssumeRoleWithWebIdentity".
struct SecurityTokenService: Sendable {
    /// What is asked for.
    struct Role: Sendable, Hashable {
        var arn: String
        var sessionName: String
        var externalID: String?
        var durationSeconds: Int?
    }

    let environment: AWSEnvironment
    let region: String
    let endpoint: HTTPEndpoint

    /// A service in a region, or at an endpoint of one's own.
    init(_ settings: AWSSettings, region: String?, environment: AWSEnvironment) throws(S3DBError) {
        self.environment = environment
        let named = try settings.region(region)
        self.region = named ?? "us-east-1"
        let own = try settings.endpoint("sts")
        endpoint = own ?? named.map { .aws("sts", region: $0) } ?? HTTPEndpoint(host: "sts.amazonaws.com")
    }

    /// The credentials of a role for whom `credentials` belong to.
    func assume(_ role: Role, with credentials: Credentials) async throws(S3DBError) -> Credentials {
        try await send("AssumeRole", role, [], StaticCredentials(credentials))
    }

    /// The credentials of a role for whom a token of an identity provider names.
    func assume(_ role: Role, webIdentity token: String) async throws(S3DBError) -> Credentials {
        try await send("AssumeRoleWithWebIdentity", role, [("WebIdentityToken", token)], StaticCredentials(nil))
    }

    private func form(_ action: String, _ role: Role, _ more: [(String, String)]) -> HTTPRequest {
        var fields = [
            ("Action", action), ("Version", "2011-06-15"), ("RoleArn", role.arn), ("RoleSessionName", role.sessionName),
        ]
        if let externalID = role.externalID { fields.append(("ExternalId", externalID)) }
        if let seconds = role.durationSeconds { fields.append(("DurationSeconds", String(seconds))) }
        let text = (fields + more).map { "\($0)=\($1.percentEncoded())" }.joined(separator: "&")
        return HTTPRequest(
            .POST, endpoint, headers: ["Content-Type": "application/x-www-form-urlencoded; charset=utf-8"],
            body: [Buffer(text.utf8)], timeout: .seconds(30))
    }

    private func send(
        _ action: String, _ role: Role, _ more: [(String, String)], _ credentials: StaticCredentials
    ) async throws(S3DBError) -> Credentials {
        let client = environment.client("sts", .xml, credentials: credentials)
        var request = environment.request(action, form(action, role, more))
        request.region = region
        request.retriedCodes = ["IDPCommunicationError"]
        let answer: ServiceAnswer
        do throws(ServiceFailure) {
            answer = try await client.send(request)
        } catch {
            throw error.error("no credentials from STS at \(endpoint)", at: .init()) { refusal(of: role, by: $0) }
        }
        let root = try XMLParser.parse(answer.body)
        guard let found = root["\(action)Result"]?["Credentials"], let key = found.text("AccessKeyId"),
            let secret = found.text("SecretAccessKey"), let token = found.text("SessionToken"),
            let expiration = found.text("Expiration").flatMap({ Timestamp.seconds($0) })
        else { throw S3DBError(.malformedAnswer, "the answer of STS at \(endpoint) has no credentials") }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret, sessionToken: token, expirationSeconds: expiration)
    }

    /// Why STS refuses. Its own message is left out: it may repeat what was sent.
    private func refusal(of role: Role, by refusal: ServiceRefusal) -> S3DBError {
        let said =
            "STS does not give the credentials of the role \(S3DBError.quoted(role.arn))"
            + " (\(refusal.status), \(refusal.code))"
        switch refusal.code {
        case "AccessDenied":
            return S3DBError(
                .permissionDenied, said,
                remedy: "Allow it in the role's trust policy and in the policy of the identity that assumes it")
        case "ExpiredToken", "ExpiredTokenException":
            return S3DBError(
                .expiredCredentials, said, remedy: "Renew the credentials or token that it is assumed with")
        case "InvalidClientTokenId", "SignatureDoesNotMatch", "InvalidIdentityToken":
            return S3DBError(.permissionDenied, said, remedy: "Check the credentials or token that it is assumed with")
        case "RegionDisabledException":
            return S3DBError(
                .permissionDenied, said, remedy: "Activate STS in the region, or name another with --region")
        default:
            return S3DBError(refusal.status >= 500 ? .ioFailure : .noCredentials, said)
        }
    }
}
