import S3DBCore

/// An object of a bucket, by its whole key.
public struct S3Object: Hashable, Sendable {
    /// The key, from the bucket's root.
    public var key: String
    /// The size in bytes.
    public var byteCount: Int
    /// The ETag without its quotes: opaque, never taken for a hash.
    public var version: VersionToken

    /// Makes an entry.
    public init(key: String, byteCount: Int, version: VersionToken) {
        self.key = key
        self.byteCount = byteCount
        self.version = version
    }
}

/// An upload in parts that was begun and neither completed nor aborted.
public struct S3Upload: Hashable, Sendable {
    /// The key that it will become, from the bucket's root.
    public var key: String
    /// The server's name for it.
    public var id: String
    /// When it was begun, in seconds since 1970; nil where a listing does not say.
    public var begunSeconds: Int64?
    /// What the object will carry as ``S3Client/markerHeader``, so that a completion whose answer is lost is told from
    /// another's; nil for uploads that others began.
    public var marker: String?

    /// Makes an entry.
    public init(key: String, id: String, begunSeconds: Int64? = nil, marker: String? = nil) {
        self.key = key
        self.id = id
        self.begunSeconds = begunSeconds
        self.marker = marker
    }
}

/// One page of a listing.
public struct S3Page<Element: Sendable>: Sendable {
    /// What the page lists, in order.
    public var elements: [Element]
    /// The prefixes up to a delimiter, in order.
    public var prefixes: [String]
    /// How the next page is asked for; nil on the last.
    public var next: S3PageToken?
}

/// Where the next page of a listing begins.
public struct S3PageToken: Hashable, Sendable {
    /// The query's names and values that ask for it.
    let query: [String: String]
}
