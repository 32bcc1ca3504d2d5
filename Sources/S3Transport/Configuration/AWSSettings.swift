import S3DBCore

/// What options, environment and profile say about where requests go.
///
/// Source: AWS SDKs and Tools Reference Guide, "AWS Region" and "Service-specific endpoints".
public struct AWSSettings: Sendable {
    private let environment: AWSEnvironment
    private let shared: SharedConfiguration
    let profile: SharedConfiguration.Profile

    /// Reads the shared files.
    ///
    /// - Parameter profile: The profile that an option names; nil for that of `AWS_PROFILE`, or the default one.
    /// - Throws: ``S3DBError/Code/unknownName`` for a profile that is not there, and what reading the files throws.
    public init(profile: String? = nil, environment: AWSEnvironment = AWSEnvironment()) async throws(S3DBError) {
        let shared = try await SharedConfiguration(environment)
        try self.init(shared, ProfileChoice(profile, environment), environment)
    }

    init(
        _ shared: SharedConfiguration, _ choice: ProfileChoice, _ environment: AWSEnvironment
    ) throws(S3DBError) {
        self.environment = environment
        self.shared = shared
        profile = try shared.profile(choice)
    }

    /// The region: an option's, else `AWS_REGION`, else `AWS_DEFAULT_REGION`, else the profile's; nil where none is
    /// named.
    ///
    /// - Throws: ``S3DBError/Code/invalidConfiguration`` for what cannot be a region's name: it becomes part of a host's.
    public func region(_ option: String? = nil) throws(S3DBError) -> String? {
        let named = option ?? environment.variable("AWS_REGION", "AWS_DEFAULT_REGION") ?? profile["region"]
        guard let named else { return nil }
        guard let region = S3Address.checkedRegion(named) else {
            throw S3DBError(
                .invalidConfiguration, "\(S3DBError.quoted(named)) is no name of a region",
                remedy: "Name one such as eu-west-1")
        }
        return region
    }

    /// The server of a service (`s3`, `sqs`, `sts`) where it is not AWS's own: an option's, else that of
    /// `AWS_ENDPOINT_URL_<SERVICE>`, `AWS_ENDPOINT_URL`, the profile's `services` section, the profile's `endpoint_url`.
    ///
    /// - Throws: ``S3DBError/Code/invalidConfiguration`` for what is no URL of a server.
    public func endpoint(_ service: String, _ option: String? = nil) throws(S3DBError) -> HTTPEndpoint? {
        guard let url = option ?? configuredEndpoint(service) else { return nil }
        guard let endpoint = HTTPEndpoint(url) else {
            throw S3DBError(
                .invalidConfiguration, "the endpoint of \(service) is no URL of a server",
                remedy: "Write it as https://host:port, without user, path or query")
        }
        return endpoint
    }

    private func configuredEndpoint(_ service: String) -> String? {
        let ignores = environment.variable("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")
        if (ignores ?? profile["ignore_configured_endpoint_urls"])?.lowercased() == "true" { return nil }
        return environment.variable("AWS_ENDPOINT_URL_\(service.uppercased())", "AWS_ENDPOINT_URL")
            ?? shared.services(profile, service)["endpoint_url"] ?? profile["endpoint_url"]
    }
}
