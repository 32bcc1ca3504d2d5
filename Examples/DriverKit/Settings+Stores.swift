import S3DB

extension Settings {
    /// How all stores of the program are opened: the one place that knows about it.
    package func opener() -> StoreOpener {
        let access = S3Access(credentials: CredentialsChain())
        return StoreOpener { (url) throws(S3DBError) in try url.resolve(access) }
    }

    /// The queue that is named.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` where none is, and what opening it throws.
    package func queue() async throws(S3DBError) -> any WorkQueue {
        if let missing = missing([.queue]) { throw missing }
        return try await QueueURL(text(.queue) ?? "").resolve()
    }

    /// A place that must be named.
    package func url(_ name: OptionName) throws(S3DBError) -> StoreURL {
        if let missing = missing([name]) { throw missing }
        return try StoreURL(text(name) ?? "")
    }

    /// The document of live jobs that is named.
    package func liveJobs() throws(S3DBError) -> LiveJobStore {
        if let missing = missing([.liveJobs]) { throw missing }
        return try LiveJobStore(at: text(.liveJobs) ?? "", opener: opener())
    }
}
