import S3DBCore

extension LiveJobStore {
    /// Names an object by its URL: the path of a file, `file:///path`, or `s3://bucket/key`.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey`` for a URL that names no object, and what opening its store throws.
    public init(at text: String, opener: StoreOpener = .standard) async throws(S3DBError) {
        let url = try ObjectURL(text)
        self.init(try await opener.open(url.store), key: url.key)
    }
}
