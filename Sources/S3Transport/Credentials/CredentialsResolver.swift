import S3DBCore

/// Looks for credentials where the SDKs look, in their order; the first place that has any decides.
///
///     1. AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN     not where an option names a profile
///     2. the profile's role_arn, by source_profile or credential_source
///     3. AWS_WEB_IDENTITY_TOKEN_FILE with AWS_ROLE_ARN (likewise), or the profile's web_identity_token_file
///     4. the profile's keys in the credentials file
///     5. the profile's credential_process
///     6. the profile's keys in the configuration file
///     7. the container's endpoint
///     8. the instance's metadata service
///
/// Profiles that sign in with a browser (IAM Identity Center, `aws login`) or with a one-time code are refused by name.
///
/// Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers"; the order is that of botocore.
struct CredentialsResolver: Sendable {
    let environment: AWSEnvironment
    /// The profile that an option names.
    let profileOption: String?
    /// The region that an option names.
    let regionOption: String?

    /// Credentials, and where they were found.
    struct Found: Sendable {
        var credentials: Credentials
        var origin: String
    }

    /// The credentials of the first place that has any.
    ///
    /// - Throws: ``S3DBError/Code/noCredentials`` where none has; what a place that is configured throws.
    func resolve() async throws(S3DBError) -> Found {
        let found = try await find()
        let credentials = found.credentials
        let texts = [credentials.accessKeyID, credentials.secretAccessKey, credentials.sessionToken ?? ""]
        guard texts.allSatisfy({ $0.utf8.allSatisfy { (0x21...0x7E).contains($0) } }) else {
            throw S3DBError(
                .invalidConfiguration, "the credentials from \(found.origin) have characters that no key has",
                remedy: "Look for blanks and quotes around them")
        }
        return found
    }

    private func find() async throws(S3DBError) -> Found {
        if profileOption == nil, let credentials = try environmentCredentials() {
            return Found(credentials: credentials, origin: "the environment")
        }
        let shared = try await SharedConfiguration(environment)
        let profile = try shared.profile(ProfileChoice(profileOption, environment))
        if let found = try await credentials(of: profile, in: shared, visited: nil) { return found }
        if let credentials = try await ContainerCredentials(environment: environment).fetch() {
            return Found(credentials: credentials, origin: "the container's endpoint")
        }
        if let credentials = try await InstanceCredentials(environment: environment, profile: profile).fetch() {
            return Found(credentials: credentials, origin: "the instance metadata service")
        }
        throw S3DBError(
            .noCredentials, "there are no AWS credentials",
            remedy: "Set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, name a profile that has some, or run where a role"
                + " gives them (for a container on EC2 the hop limit of the metadata service must be 2)")
    }

    /// The keys of the environment; nil where there are none.
    func environmentCredentials() throws(S3DBError) -> Credentials? {
        guard let key = environment.variable("AWS_ACCESS_KEY_ID") else { return nil }
        guard let secret = environment.variable("AWS_SECRET_ACCESS_KEY") else {
            throw S3DBError(
                .invalidConfiguration, "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY", remedy: "Set both")
        }
        var expiration: Int64?
        if let text = environment.variable("AWS_CREDENTIAL_EXPIRATION") {
            guard let seconds = Timestamp.seconds(text) else {
                throw S3DBError(
                    .invalidConfiguration, "AWS_CREDENTIAL_EXPIRATION is no time",
                    remedy: "Write it as 2026-11-24T23:40:06Z")
            }
            expiration = seconds
        }
        return Credentials(
            accessKeyID: key, secretAccessKey: secret,
            sessionToken: environment.variable("AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"),
            expirationSeconds: expiration)
    }

    // MARK: Profiles

    /// The credentials of a profile; nil where it has none.
    ///
    /// - Parameter visited: The profiles that lead to this one as sources of roles; nil for the chosen one, for which
    ///   the environment's web identity counts too.
    func credentials(
        of profile: SharedConfiguration.Profile, in shared: SharedConfiguration, visited: [String]?
    ) async throws(S3DBError) -> Found? {
        // Keys beside a role are what the role is assumed with, but for the chosen profile the role is what is meant.
        if profile.isRole, visited == nil || !profile.hasKeys {
            return try await assumeRole(of: profile, in: shared, visited: (visited ?? []) + [profile.name])
        }
        if let found = try await webIdentity(
            of: profile, in: shared, usesEnvironment: visited == nil && profileOption == nil)
        {
            return found
        }
        if profile["sso_account_id"] != nil || profile["sso_role_name"] != nil {
            throw signsInElsewhere(profile, "IAM Identity Center")
        }
        if let keys = try keys(profile.credentials, profile, "the credentials file") { return keys }
        if profile["login_session"] != nil { throw signsInElsewhere(profile, "aws login") }
        if let command = profile["credential_process"] { return try await process(command, profile) }
        return try keys(profile.configuration, profile, "the configuration file")
    }

    private func signsInElsewhere(_ profile: SharedConfiguration.Profile, _ how: String) -> S3DBError {
        S3DBError(
            .unsupported, "the profile \(S3DBError.quoted(profile.name)) signs in with \(how), which is not supported",
            remedy: "Run: eval \"$(aws configure export-credentials --profile \(profile.name) --format env)\"")
    }

    private func keys(
        _ settings: [String: String], _ profile: SharedConfiguration.Profile, _ file: String
    ) throws(S3DBError) -> Found? {
        guard let key = settings["aws_access_key_id"], !key.isEmpty else { return nil }
        guard let secret = settings["aws_secret_access_key"], !secret.isEmpty else {
            throw invalid(profile, "has an aws_access_key_id without aws_secret_access_key in \(file)", "Write both")
        }
        let token = settings["aws_session_token"] ?? settings["aws_security_token"]
        return Found(
            credentials: Credentials(
                accessKeyID: key, secretAccessKey: secret, sessionToken: token?.isEmpty == false ? token : nil),
            origin: "the profile \(S3DBError.quoted(profile.name)) of \(file)")
    }

    /// Source: AWS SDKs and Tools Reference Guide, "Process credential provider".
    private func process(_ command: String, _ profile: SharedConfiguration.Profile) async throws(S3DBError) -> Found {
        let origin = "the credential_process of the profile \(S3DBError.quoted(profile.name))"
        guard let words = ShellWords.split(command), !words.isEmpty else {
            throw invalid(profile, "has a credential_process with an open quote", "Close it")
        }
        let output = try await environment.runProgram(ProgramRun(words, variables: environment.variables))
        let document = try CredentialsDocument.members(output, from: origin)
        guard document["Version"]?.intValue == 1 else {
            throw S3DBError(.malformedAnswer, "the answer of \(origin) has another Version than 1")
        }
        return Found(
            credentials: try CredentialsDocument.credentials(document, token: "SessionToken", from: origin),
            origin: origin)
    }

    func invalid(_ profile: SharedConfiguration.Profile, _ what: String, _ remedy: String) -> S3DBError {
        S3DBError(.invalidConfiguration, "the profile \(S3DBError.quoted(profile.name)) \(what)", remedy: remedy)
    }
}

extension SharedConfiguration.Profile {
    /// Whether it names a role that other credentials assume.
    var isRole: Bool { self["role_arn"] != nil && self["web_identity_token_file"] == nil }

    /// Whether it has keys of its own.
    var hasKeys: Bool { self["aws_access_key_id"] != nil || self["aws_secret_access_key"] != nil }
}

extension S3DBError.Code {
    /// No credentials are configured, or the place that has them gives none.
    public static let noCredentials = Self(rawValue: "no-credentials")
}
