import NIOHTTP1
import S3DBCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// Credentials from the endpoint that ECS, EKS and others give to containers.
///
/// Source: AWS SDKs and Tools Reference Guide, "Container credential provider".
struct ContainerCredentials: Sendable {
    static let host = "169.254.170.2"
    /// What may be asked without TLS, beside loopback addresses.
    static let plainHosts: Set<String> = [host, "169.254.170.23", "fd00:ec2::23", "localhost"]
    /// What messages call it.
    private static let name = "the container's credentials endpoint"

    let environment: AWSEnvironment

    /// The credentials; nil where no variable names an endpoint.
    ///
    /// - Throws: ``S3DBError/Code/invalidConfiguration`` for an endpoint that must not be asked, also
    ///   ``S3DBError/Code/unreachable``, ``S3DBError/Code/noCredentials``, ``S3DBError/Code/malformedAnswer``.
    func fetch() async throws(S3DBError) -> Credentials? {
        guard let location = try location() else { return nil }
        var headers: HTTPHeaders = ["Accept": "application/json"]
        if let token = try await token() { headers.add(name: "Authorization", value: token) }
        let client = environment.client(
            "container", .json, retries: RetryPolicy(attemptLimit: 3, firstDelay: .seconds(1)))
        let http = HTTPRequest(
            .GET, location.endpoint, path: location.path, query: location.query, headers: headers, timeout: .seconds(2))
        let answer: ServiceAnswer
        do throws(ServiceFailure) {
            answer = try await client.send(environment.request("GetCredentials", http))
        } catch {
            throw error.error("no credentials from \(Self.name)", at: .init()) { refusal in
                S3DBError(.noCredentials, "\(Self.name) answers with status \(refusal.status)")
            }
        }
        let document = try CredentialsDocument.members(answer.body, from: Self.name)
        return try CredentialsDocument.credentials(document, token: "Token", from: Self.name)
    }

    private func location() throws(S3DBError) -> HTTPLocation? {
        let url: String
        if let relative = environment.variable("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI") {
            guard relative.hasPrefix("/") else {
                throw invalid("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI does not begin with a slash")
            }
            url = "http://\(Self.host)\(relative)"
        } else if let full = environment.variable("AWS_CONTAINER_CREDENTIALS_FULL_URI") {
            url = full
        } else {
            return nil
        }
        guard let location = HTTPLocation(url) else { throw invalid("the container's credentials endpoint is no URL") }
        guard location.endpoint.isSecure || Self.isPlainHost(location.endpoint.host) else {
            throw invalid(
                "AWS_CONTAINER_CREDENTIALS_FULL_URI names \(S3DBError.quoted(location.endpoint.host)) without TLS")
        }
        return location
    }

    /// Whether a host may be asked without TLS: a loopback address, or one of ``plainHosts``.
    static func isPlainHost(_ host: String) -> Bool {
        if plainHosts.contains(host) { return true }
        var four = in_addr()
        if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
        var six = in6_addr()
        guard inet_pton(AF_INET6, host, &six) == 1 else { return false }
        return withUnsafeBytes(of: six) { $0.dropLast().allSatisfy { $0 == 0 } && $0.last == 1 }
    }

    private func token() async throws(S3DBError) -> String? {
        let token: String
        if let path = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE") {
            guard let text = try await environment.readFile(path) else {
                throw invalid("the file of AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE is not there")
            }
            token = String(decoding: text, as: UTF8.self)
        } else if let text = environment.variable("AWS_CONTAINER_AUTHORIZATION_TOKEN") {
            token = text
        } else {
            return nil
        }
        guard token.utf8.allSatisfy({ (0x20...0x7E).contains($0) }) else {
            throw invalid("the container's authorization token has characters that no header can have")
        }
        return token
    }

    private func invalid(_ message: String) -> S3DBError {
        S3DBError(
            .invalidConfiguration, message,
            remedy: "Use https, a loopback address, or the endpoint that the container service sets")
    }
}
