import NIOHTTP1
import S3DBCore

/// Credentials of the role of an EC2 instance, from its metadata service, version 2.
///
///     PUT /latest/api/token                                      -> a session token
///     GET /latest/meta-data/iam/security-credentials/            -> the role's name
///     GET /latest/meta-data/iam/security-credentials/<role>      -> its credentials
///
/// Version 1, which asks for no token, is not used.
///
/// Source: Amazon EC2 User Guide, "Use the Instance Metadata Service to access instance metadata"; AWS SDKs and Tools
/// Reference Guide, "IMDS credential provider".
struct InstanceCredentials: Sendable {
    private static let name = "the instance metadata service"
    private static let rolePath = "/latest/meta-data/iam/security-credentials/"
    /// How long before their end credentials are asked for again; the service gives old ones while it has no newer.
    private static let extensionSeconds: Int64 = 15 * 60

    let environment: AWSEnvironment
    let profile: SharedConfiguration.Profile

    /// The credentials; nil where the service is disabled, does not answer or has no role.
    ///
    /// - Throws: ``S3DBError/Code/noCredentials`` where it refuses the role, ``S3DBError/Code/malformedAnswer``,
    ///   ``S3DBError/Code/invalidConfiguration``.
    func fetch() async throws(S3DBError) -> Credentials? {
        if environment.variable("AWS_EC2_METADATA_DISABLED")?.lowercased() == "true" { return nil }
        let endpoint = try endpoint()
        let ttl: HTTPHeaders = ["x-aws-ec2-metadata-token-ttl-seconds": "21600"]
        guard let token = try await ask(.PUT, endpoint, "/latest/api/token", ttl), let token = Self.line(token) else {
            return nil
        }
        let headers: HTTPHeaders = ["x-aws-ec2-metadata-token": token]
        guard let role = try await ask(.GET, endpoint, Self.rolePath, headers), let role = Self.line(role) else {
            return nil
        }
        let path = Self.rolePath + role.percentEncoded()
        guard let text = try await ask(.GET, endpoint, path, headers) else { return nil }
        let document = try CredentialsDocument.members(text, from: Self.name)
        if let code = document["Code"]?.stringValue, code != "Success" {
            throw S3DBError(
                .noCredentials, "\(Self.name) gives no credentials of the role \(S3DBError.quoted(role))",
                remedy: "Let EC2 assume the role in its trust policy")
        }
        return extended(try CredentialsDocument.credentials(document, token: "Token", from: Self.name))
    }

    /// While the service itself has no newer credentials, those that it gives are good beyond their end: they are used,
    /// and asked for again after a while.
    private func extended(_ credentials: Credentials) -> Credentials {
        let now = environment.now()
        guard let expiration = credentials.expirationSeconds, expiration - now < Self.extensionSeconds else {
            return credentials
        }
        var extended = credentials
        extended.expirationSeconds = now + Self.extensionSeconds + Int64.random(in: 120...600)
        return extended
    }

    private func endpoint() throws(S3DBError) -> HTTPEndpoint {
        if let url = setting("ec2_metadata_service_endpoint") {
            guard let endpoint = HTTPEndpoint(url) else {
                throw S3DBError(
                    .invalidConfiguration, "the endpoint of \(Self.name) is no URL of a server",
                    remedy: "Write AWS_EC2_METADATA_SERVICE_ENDPOINT as http://host:port")
            }
            return endpoint
        }
        let isIPv6 = setting("ec2_metadata_service_endpoint_mode")?.lowercased() == "ipv6"
        return HTTPEndpoint(isSecure: false, host: isIPv6 ? "fd00:ec2::254" : "169.254.169.254")
    }

    /// A setting of the environment or the profile.
    private func setting(_ name: String) -> String? {
        environment.variable("AWS_\(name.uppercased())") ?? profile[name]
    }

    /// The body of an answer of status 200; nil for any other, and where there is none.
    private func ask(
        _ method: HTTPMethod, _ endpoint: HTTPEndpoint, _ path: String, _ headers: HTTPHeaders
    ) async throws(S3DBError) -> Buffer? {
        let attempts =
            environment.variable("AWS_METADATA_SERVICE_NUM_ATTEMPTS") ?? profile["metadata_service_num_attempts"]
        let timeout = environment.variable("AWS_METADATA_SERVICE_TIMEOUT") ?? profile["metadata_service_timeout"]
        let client = environment.client(
            "imds", .json, retries: RetryPolicy(attemptLimit: max(1, min(attempts.flatMap { Int($0) } ?? 1, 10))))
        let seconds = max(1, min(timeout.flatMap { Int($0) } ?? 1, 60))
        let http = HTTPRequest(method, endpoint, path: path, headers: headers, timeout: .seconds(seconds))
        do throws(ServiceFailure) {
            let answer = try await client.send(environment.request("GetMetadata", http))
            return answer.body.isEmpty ? nil : answer.body
        } catch {
            let error = error.error("no credentials from \(Self.name)", at: .init()) { _ in S3DBError(.notFound, "") }
            if error.code == .cancelled { throw error }
            return nil
        }
    }

    /// A text of one line that a header or path can have.
    private static func line(_ text: Buffer) -> String? {
        let line = String(decoding: text, as: UTF8.self).split { $0.isNewline }.first.map(String.init)
        return line.flatMap { line in line.utf8.allSatisfy { (0x21...0x7E).contains($0) } ? line : nil }
    }
}
