import S3DBCore

extension CredentialsResolver {
    /// The credentials of a profile's role, assumed with those of its source, which may be a role too.
    ///
    /// - Parameter visited: The profiles that lead here, this one included.
    ///
    /// Source: AWS SDKs and Tools Reference Guide, "Assume role credential provider".
    func assumeRole(
        of profile: SharedConfiguration.Profile, in shared: SharedConfiguration, visited: [String]
    ) async throws(S3DBError) -> Found {
        guard profile["mfa_serial"] == nil else {
            throw S3DBError(
                .unsupported, "the profile \(S3DBError.quoted(profile.name)) asks for a one-time code (mfa_serial)",
                remedy: "Run: eval \"$(aws configure export-credentials --profile \(profile.name) --format env)\"")
        }
        var role = SecurityTokenService.Role(arn: profile["role_arn"] ?? "", sessionName: sessionName(profile))
        role.externalID = profile["external_id"]
        role.durationSeconds = try duration(profile)
        let source = try await source(of: profile, in: shared, visited: visited)
        let settings = try AWSSettings(shared, .named(profile.name), environment)
        let service = try SecurityTokenService(settings, region: regionOption, environment: environment)
        return Found(
            credentials: try await service.assume(role, with: source.credentials),
            origin: "the role of the profile \(S3DBError.quoted(profile.name)), assumed with those of \(source.origin)")
    }

    private func source(
        of profile: SharedConfiguration.Profile, in shared: SharedConfiguration, visited: [String]
    ) async throws(S3DBError) -> Found {
        switch (profile["source_profile"], profile["credential_source"]) {
        case (let name?, nil):
            let source = try shared.profile(name)
            // A profile may be its own source where it has keys; any other way back has no end.
            guard !visited.contains(name) || (name == profile.name && source.hasKeys) else {
                let path = (visited + [name]).joined(separator: ", ")
                throw invalid(profile, "leads back to itself by its source_profile: \(path)", "Break the circle")
            }
            guard let found = try await credentials(of: source, in: shared, visited: visited) else {
                throw S3DBError(
                    .noCredentials, "the source_profile \(S3DBError.quoted(name)) has no credentials",
                    remedy: "Give it keys, a role or a credential_process")
            }
            return found
        case (nil, let place?):
            let credentials =
                switch place {
                case "Environment": try environmentCredentials()
                case "EcsContainer": try await ContainerCredentials(environment: environment).fetch()
                case "Ec2InstanceMetadata":
                    try await InstanceCredentials(environment: environment, profile: profile).fetch()
                default:
                    throw invalid(
                        profile, "has an unknown credential_source \(S3DBError.quoted(place))",
                        "Use Environment, EcsContainer or Ec2InstanceMetadata")
                }
            guard let credentials else {
                throw S3DBError(
                    .noCredentials, "the profile \(S3DBError.quoted(profile.name)) found no credentials in \(place)")
            }
            return Found(credentials: credentials, origin: place)
        case (nil, nil):
            throw invalid(
                profile, "has a role_arn without source_profile or credential_source",
                "Say which credentials assume the role")
        case (.some, .some):
            throw invalid(profile, "has both source_profile and credential_source", "Keep one of them")
        }
    }

    /// The credentials of the role that a token of an identity provider stands for; nil where there is no such token.
    ///
    /// Source: AWS SDKs and Tools Reference Guide, "Assume role credential provider", "Web identity".
    func webIdentity(
        of profile: SharedConfiguration.Profile, in shared: SharedConfiguration, usesEnvironment: Bool
    ) async throws(S3DBError) -> Found? {
        func setting(_ variable: String, _ name: String) -> String? {
            (usesEnvironment ? environment.variable(variable) : nil) ?? profile[name]
        }
        guard let path = setting("AWS_WEB_IDENTITY_TOKEN_FILE", "web_identity_token_file") else { return nil }
        guard let arn = setting("AWS_ROLE_ARN", "role_arn") else {
            throw S3DBError(
                .invalidConfiguration, "there is a web identity token but no role",
                remedy: "Set AWS_ROLE_ARN, or role_arn in the profile")
        }
        guard let text = try await environment.readFile(path) else {
            throw S3DBError(
                .noCredentials, "the file of the web identity token is not there",
                remedy: "Check AWS_WEB_IDENTITY_TOKEN_FILE, or web_identity_token_file of the profile",
                at: .init(key: path))
        }
        let name = setting("AWS_ROLE_SESSION_NAME", "role_session_name") ?? sessionName(profile)
        let settings = try AWSSettings(shared, ProfileChoice(profileOption, environment), environment)
        let service = try SecurityTokenService(settings, region: regionOption, environment: environment)
        return Found(
            credentials: try await service.assume(
                SecurityTokenService.Role(arn: arn, sessionName: name),
                webIdentity: String(decoding: text, as: UTF8.self)),
            origin: "a web identity")
    }

    private func sessionName(_ profile: SharedConfiguration.Profile) -> String {
        profile["role_session_name"] ?? "s3db-\(environment.now())"
    }

    private func duration(_ profile: SharedConfiguration.Profile) throws(S3DBError) -> Int? {
        guard let text = profile["duration_seconds"] else { return nil }
        guard let seconds = Int(text), (900...43_200).contains(seconds) else {
            throw invalid(profile, "has a duration_seconds that is none", "Write a number from 900 to 43200")
        }
        return seconds
    }
}
