import S3DBCore
import S3Transport

extension LiveJobStore {
    /// Names an object by its URL: the path of a file, `file:///path`, or `s3://bucket/key`.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey`` for a URL that names no object, and what opening its store throws.
    public init(at text: String, opener: StoreOpener = .standard) async throws(S3DBError) {
        let slash = text.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { String(text[text.utf8.index(after: $0)...]) } ?? text
        let parent = slash.map { String(text[...$0]) } ?? "."
        guard !name.isEmpty, !parent.hasSuffix("://") else {
            throw S3DBError(
                .invalidKey, "\(S3DBError.quoted(text)) names no document",
                remedy: "Write the path of a file or s3://bucket/key")
        }
        self.init(try await opener.open(try StoreURL(parent)), key: try ObjectKey(name))
    }
}
