import Logging
import S3DB

extension Settings {
    /// The two sides of a conversion, which may lie in different accounts, regions and servers.
    private enum Side {
        case source, destination
    }

    /// How all stores of the program are opened: the one place that knows about it.
    ///
    /// The source's URL is opened with what was said of the source, every other with what was said of the destination.
    /// What is wrong about S3 is said when a bucket is to be opened.
    package func opener() async throws(S3DBError) -> StoreOpener {
        let source = text(.source).flatMap { try? StoreURL($0) }
        let reading = await access(.source)
        let writing = await access(.destination)
        let publishing = try self.publishing()
        return StoreOpener { (url) throws(S3DBError) in
            let isSource = url == source
            guard case .s3 = url else { return try url.resolve() }
            let store = try url.resolve(try (isSource ? reading : writing).get())
            return isSource || publishing == .conditional ? store : UnconditionalStore(store)
        }
    }

    /// Refuses a destination on a server of one's own that ignores conditions; AWS's is known to keep them.
    ///
    /// - Throws: ``S3DBError/Code/conditionsIgnored``.
    package func checkConditions(of destination: any ObjectStore) async throws(S3DBError) {
        guard let store = destination as? S3Store, store.client.configuration.endpoint != nil else { return }
        _ = try await store.publishing(.conditional)
    }

    private func publishing() throws(S3DBError) -> Publishing {
        try choice(.publish, of: Publishing.self) ?? .conditional
    }

    // MARK: S3

    private func access(_ side: Side) async -> Result<S3Access, S3DBError> {
        do throws(S3DBError) {
            return .success(try await makeAccess(side))
        } catch {
            return .failure(error)
        }
    }

    private func makeAccess(_ side: Side) async throws(S3DBError) -> S3Access {
        let isSource = side == .source
        let profile = text(isSource ? .sourceProfile : .destProfile) ?? text(.profile)
        let settings = try await AWSSettings(profile: profile)
        let region = try settings.region(text(isSource ? .sourceRegion : .destRegion) ?? text(.region))
        var configuration = S3Configuration(
            region: region,
            endpoint: try settings.endpoint(
                "s3", text(isSource ? .sourceEndpointURL : .destEndpointURL) ?? text(.endpointURL)))
        if !isSource { configuration.writeOptions = try writeOptions() }
        return S3Access(
            configuration: configuration, credentials: CredentialsChain(profile: profile, region: region),
            logger: Logger(label: "s3db.s3"))
    }

    private func writeOptions() throws(S3DBError) -> S3WriteOptions {
        var options = S3WriteOptions()
        options.acl = text(.acl)
        options.encryption = text(.sse)
        options.keyID = text(.kmsKey)
        options.storageClass = text(.storageClass)
        options.tags = try pairs(.tag)
        if options.keyID != nil && options.encryption == nil {
            throw invalid(.kmsKey, "is a key without --sse aws:kms")
        }
        return options
    }

    // MARK: Places

    /// The queue that is named.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` where none is, and what opening it throws.
    package func queue() async throws(S3DBError) -> any WorkQueue {
        if let missing = missing([.queue]) { throw missing }
        let url = try QueueURL(text(.queue) ?? "")
        guard case .sqs = url else { return try await url.resolve() }
        let settings = try await AWSSettings(profile: text(.profile))
        let region = try settings.region(text(.region))
        return try await url.resolve(
            SQSConfiguration(
                region: region, endpoint: try settings.endpoint("sqs"),
                credentials: CredentialsChain(profile: text(.profile), region: region)))
    }

    /// A place that must be named.
    package func url(_ name: OptionName) throws(S3DBError) -> StoreURL {
        if let missing = missing([name]) { throw missing }
        return try StoreURL(text(name) ?? "")
    }

    /// The document of live jobs that is named.
    package func liveJobs() async throws(S3DBError) -> LiveJobStore {
        if let missing = missing([.liveJobs]) { throw missing }
        return try LiveJobStore(at: text(.liveJobs) ?? "", opener: try await opener())
    }
}
