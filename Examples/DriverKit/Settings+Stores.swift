import S3DB

extension Settings {
    /// How all stores of the program are opened: the one place that knows about it.
    ///
    /// The source's URL is opened with what was said of the source, every other with what was said of the destination.
    /// AWS's shared files and credentials are looked at when a bucket is opened for the first time; what is wrong with
    /// them is said then.
    ///
    /// - Parameter checksConditions: Whether a bucket on a server of one's own that is not the source is asked whether it
    ///   keeps conditions of writes, and refused where it does not; AWS's is known to keep them.
    package func opener(checksConditions: Bool = false) throws(S3DBError) -> StoreOpener {
        let source = text(.source).flatMap { try? StoreURL($0) }
        let (reading, writing) = (BucketAccess(self, .source), BucketAccess(self, .destination))
        let publishing = try self.publishing()
        return StoreOpener { (url) async throws(S3DBError) in
            guard case .s3 = url else { return try url.resolve() }
            if url == source { return try url.resolve(try await reading.access()) }
            let access = try await writing.access()
            let store = try url.resolve(access)
            guard publishing == .conditional else { return UnconditionalStore(store) }
            if checksConditions, access.configuration.endpoint != nil { _ = try await store.publishing(.conditional) }
            return store
        }
    }

    private func publishing() throws(S3DBError) -> Publishing {
        try choice(.publish, of: Publishing.self) ?? .conditional
    }

    /// What is kept with each object.
    func writeOptions() throws(S3DBError) -> S3WriteOptions {
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
        return try await LiveJobStore(at: text(.liveJobs) ?? "", opener: try opener())
    }
}
