import S3DBCore

/// How a bucket is reached and what is written with each object.
public struct S3Configuration: Sendable {
    /// The region; nil for `us-east-1`, from where a bucket elsewhere is found by its answer.
    public var region: String?
    /// The server, where it is not AWS's own.
    public var endpoint: HTTPEndpoint?
    /// Whether the bucket stands in the path rather than in the host's name; nil for what fits: the path for endpoints
    /// of one's own and for names with dots.
    public var usesPathStyle: Bool?
    /// What is written with each object.
    public var writeOptions = S3WriteOptions()
    /// Whether uploads carry a CRC-64/NVME; off for servers that refuse it.
    public var sendsChecksums = true
    /// Whether bodies are hashed for the signature; nil for what fits: over plain HTTP, where nothing else protects them.
    public var signsPayloads: Bool?
    /// How many requests are under way at once at most; fewer while the service asks to slow down.
    public var requestLimit = 64
    /// How often and when requests are tried again.
    public var retries = RetryPolicy()
    /// How long the head of an answer may take.
    public var answerTimeout: Duration = .seconds(60)

    /// Makes a configuration for AWS or, with an endpoint, for another server.
    public init(region: String? = nil, endpoint: HTTPEndpoint? = nil) {
        self.region = region
        self.endpoint = endpoint
    }
}

/// What S3 keeps with an object beside its bytes: sent on put, on the creation of an upload, and on copy.
public struct S3WriteOptions: Hashable, Sendable {
    /// A canned ACL, such as `bucket-owner-full-control`.
    public var acl: String?
    /// The server-side encryption, such as `aws:kms`.
    public var encryption: String?
    /// The key of `aws:kms`.
    public var keyID: String?
    /// The storage class, such as `STANDARD_IA`.
    public var storageClass: String?
    /// The object's tags.
    public var tags: [String: String] = [:]

    /// Makes options that ask for nothing.
    public init() {}

    /// The header fields that ask for them.
    var headers: [(String, String)] {
        var headers: [(String, String)] = []
        if let acl { headers.append(("x-amz-acl", acl)) }
        if let encryption { headers.append(("x-amz-server-side-encryption", encryption)) }
        if let keyID { headers.append(("x-amz-server-side-encryption-aws-kms-key-id", keyID)) }
        if let storageClass { headers.append(("x-amz-storage-class", storageClass)) }
        if !tags.isEmpty {
            let pairs = tags.sorted { $0.key < $1.key }
                .map { "\($0.key.percentEncoded())=\($0.value.percentEncoded())" }
            headers.append(("x-amz-tagging", pairs.joined(separator: "&")))
        }
        return headers
    }
}
