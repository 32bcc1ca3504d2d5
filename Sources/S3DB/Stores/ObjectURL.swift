import S3DBCore
import S3Transport

/// Where an object is, as people write it: the path of a file, `file:///path`, or `s3://bucket/key`.
public struct ObjectURL: Hashable, Sendable {
    /// The store that has the object.
    public let store: StoreURL
    /// The object's key in the store.
    public let key: ObjectKey

    /// Reads a URL or path.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey`` for one that names no object.
    public init(_ text: String) throws(S3DBError) {
        let slash = text.utf8.lastIndex(of: UInt8(ascii: "/"))
        let name = slash.map { String(text[text.utf8.index(after: $0)...]) } ?? text
        let parent = slash.map { String(text[...$0]) } ?? "."
        guard !name.isEmpty, !parent.hasSuffix("://") else {
            throw S3DBError(
                .invalidKey, "\(S3DBError.quoted(text)) names no object",
                remedy: "Write the path of a file or s3://bucket/key")
        }
        store = try StoreURL(parent)
        // Of file URLs, and of no others, the name is encoded as well.
        let isFile = parent.lowercased().hasPrefix("file://")
        guard let decoded = isFile ? name.percentDecoded() : name else {
            throw S3DBError(.invalidKey, "the file URL is not percent-encoded UTF-8", remedy: "Write % itself as %25")
        }
        key = try ObjectKey(decoded)
    }
}
