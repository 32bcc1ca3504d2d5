import Logging
import S3DB

/// How the buckets of one side are reached, found out when the first of them is opened.
actor BucketAccess {
    /// The two sides of a conversion, which may lie in different accounts, regions and servers.
    enum Side: Sendable {
        case source, destination
    }

    private let settings: Settings
    private let side: Side
    private var known: S3Access?

    init(_ settings: Settings, _ side: Side) {
        self.settings = settings
        self.side = side
    }

    /// The access, the same for all buckets.
    func access() async throws(S3DBError) -> S3Access {
        if let known { return known }
        let isSource = side == .source
        let profile = settings.text(isSource ? .sourceProfile : .destProfile) ?? settings.text(.profile)
        let shared = try await AWSSettings(profile: profile)
        let region = try shared.region(
            settings.text(isSource ? .sourceRegion : .destRegion) ?? settings.text(.region))
        var configuration = S3Configuration(
            region: region,
            endpoint: try shared.endpoint(
                "s3", settings.text(isSource ? .sourceEndpointURL : .destEndpointURL) ?? settings.text(.endpointURL)))
        if !isSource { configuration.writeOptions = try settings.writeOptions() }
        let made = S3Access(
            configuration: configuration, credentials: CredentialsChain(profile: profile, region: region),
            logger: Logger(label: "s3db.s3"))
        // Another task may have found it out meanwhile; all are to share one.
        let access = known ?? made
        known = access
        return access
    }
}
