import Logging
import S3DBCore

/// The credentials that the SDKs would find: environment, profile, role, program, container, instance.
///
/// Nothing is looked at before the first call. Source and destination have a chain each, with the options of their side.
/// Fresh ones are looked for from the beginning each time, so that a file that was written anew counts.
///
/// Source: AWS SDKs and Tools Reference Guide, "Standardized credential providers".
public struct CredentialsChain: CredentialsProvider {
    private let kept: RefreshingCredentials

    /// Makes a chain.
    ///
    /// - Parameters:
    ///   - profile: The profile that an option names, which then goes before the environment's keys.
    ///   - region: The region that an option names; STS is asked there.
    ///   - logger: Told where credentials were found, never which.
    public init(
        profile: String? = nil, region: String? = nil, environment: AWSEnvironment = AWSEnvironment(),
        logger: Logger = Logger(label: "s3db.credentials")
    ) {
        let resolver = CredentialsResolver(environment: environment, profileOption: profile, regionOption: region)
        kept = RefreshingCredentials(now: environment.now) { () async throws(S3DBError) in
            let found = try await resolver.resolve()
            logger.debug("found AWS credentials", metadata: ["origin": "\(found.origin)"])
            return found.credentials
        }
    }

    /// Credentials that are good for a while.
    ///
    /// - Throws: ``S3DBError/Code/noCredentials`` where there are none anywhere; what a place that is configured throws.
    public func credentials() async throws(S3DBError) -> Credentials? { try await kept.credentials() }

    /// Forgets these, so that the next call looks for fresh ones.
    public func refuse(_ credentials: Credentials) async { await kept.refuse(credentials) }
}
