import S3DBCore

/// The profiles of AWS's two shared files.
///
///     ~/.aws/config          AWS_CONFIG_FILE                [default], [profile name], [services name]
///     ~/.aws/credentials     AWS_SHARED_CREDENTIALS_FILE    [default], [name]
///
/// A profile has what both files say; where they differ, the credentials file counts.
///
/// Source: AWS SDKs and Tools Reference Guide, "Shared config and credentials files".
public struct SharedConfiguration: Hashable, Sendable {
    /// The profile that is meant where none is named.
    public static let defaultProfile = "default"

    /// What the files say about one name.
    struct Profile: Hashable, Sendable {
        let name: String
        /// What the configuration file says.
        var configuration: [String: String] = [:]
        /// What the credentials file says.
        var credentials: [String: String] = [:]

        /// A setting that is there and not empty.
        subscript(name: String) -> String? {
            let value = credentials[name] ?? configuration[name]
            return value?.isEmpty == false ? value : nil
        }
    }

    private var profiles: [String: Profile] = [:]
    /// Settings of services by the name of their section.
    private var services: [String: [String: String]] = [:]

    /// Reads the files that `environment` names; one that is not there is empty.
    ///
    /// - Throws: ``S3DBError/Code/invalidConfiguration``, or why a file cannot be read.
    public init(_ environment: AWSEnvironment) async throws(S3DBError) {
        let configuration = environment.variable("AWS_CONFIG_FILE") ?? "~/.aws/config"
        for section in try await Self.sections(configuration, environment) { addConfiguration(section) }
        let credentials = environment.variable("AWS_SHARED_CREDENTIALS_FILE") ?? "~/.aws/credentials"
        for section in try await Self.sections(credentials, environment) {
            profiles[section.name, default: Profile(name: section.name)].credentials = section.properties
        }
    }

    private static func sections(
        _ path: String, _ environment: AWSEnvironment
    ) async throws(S3DBError) -> [INIFile.Section] {
        guard let path = environment.expanded(path), let text = try await environment.readFile(path) else { return [] }
        return try INIFile(text, path: path).sections
    }

    private mutating func addConfiguration(_ section: INIFile.Section) {
        guard section.name != Self.defaultProfile else {
            profiles[section.name] = Profile(name: section.name, configuration: section.properties)
            return
        }
        guard let words = ShellWords.split(section.name), words.count == 2 else { return }
        switch words[0] {
        case "profile": profiles[words[1]] = Profile(name: words[1], configuration: section.properties)
        case "services": services[words[1]] = section.properties
        default: break
        }
    }

    /// The names of all profiles, in order.
    public var profileNames: [String] { profiles.keys.sorted() }

    /// The profile of a name.
    ///
    /// - Throws: ``S3DBError/Code/unknownName`` with the nearest name that there is.
    func profile(_ name: String) throws(S3DBError) -> Profile {
        if let profile = profiles[name] { return profile }
        let nearest = profileNames.nearest(to: name)
        throw S3DBError(
            .unknownName, "there is no profile \(S3DBError.quoted(name)) in the AWS configuration",
            remedy: nearest.map { "The nearest is \(S3DBError.quoted($0))" }
                ?? "Name one of ~/.aws/config or ~/.aws/credentials")
    }

    /// The chosen profile: one that was named must be there, the default one need not.
    func profile(_ choice: ProfileChoice) throws(S3DBError) -> Profile {
        switch choice {
        case .named(let name): return try profile(name)
        case .default: return profiles[Self.defaultProfile] ?? Profile(name: Self.defaultProfile)
        }
    }

    /// What a profile's `services` section says about a service, such as `s3`.
    func services(_ profile: Profile, _ service: String) -> [String: String] {
        INIFile.nested(profile["services"].flatMap { services[$0] }?[service])
    }
}

/// Which profile is meant.
enum ProfileChoice: Hashable, Sendable {
    case named(String)
    case `default`

    /// An option's profile, else that of `AWS_PROFILE` or `AWS_DEFAULT_PROFILE`, else the default one.
    init(_ option: String?, _ environment: AWSEnvironment) {
        let name = option ?? environment.variable("AWS_PROFILE", "AWS_DEFAULT_PROFILE")
        self = name.map { .named($0) } ?? .default
    }
}
