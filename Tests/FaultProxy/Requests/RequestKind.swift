import NIOHTTP1

/// What a request asks for, by AWS's own name for the operation, such as `PutObject` or `ReceiveMessage`.
public struct RequestKind: RawRepresentable, Hashable, Sendable, Codable, ExpressibleByStringLiteral,
    CustomStringConvertible
{
    /// The operation's name.
    public let rawValue: String

    /// Names an operation.
    public init(rawValue: String) { self.rawValue = rawValue }

    /// Names an operation.
    public init(stringLiteral value: String) { rawValue = value }

    /// The operation's name.
    public var description: String { rawValue }

    /// A request that is none of the operations told apart here.
    public static let other: RequestKind = "Other"

    /// Tells which operation a request asks for.
    ///
    /// - Parameter form: The fields of a form in the body, which hold the name in the query protocol of SNS and STS.
    ///
    /// Source: Amazon S3 API Reference, "Actions"; AWS JSON protocol (`X-Amz-Target`) and AWS query protocol (`Action`)
    /// of Smithy.
    public init(
        method: HTTPMethod, target: RequestTarget, headers: HTTPHeaders, form: [String: String] = [:]
    ) {
        if let name = headers.first(name: "X-Amz-Target") {
            rawValue = String(name.split(separator: ".").last ?? "Other")
        } else if let action = form["Action"] ?? target.query["Action"] {
            rawValue = action
        } else if target.bucket.isEmpty {
            rawValue = method == .GET ? "ListBuckets" : Self.other.rawValue
        } else if target.key.isEmpty {
            rawValue = Self.ofBucket(method, target.query).rawValue
        } else {
            rawValue = Self.ofObject(method, target.query, isCopy: headers.contains(name: "x-amz-copy-source")).rawValue
        }
    }

    private static func ofBucket(_ method: HTTPMethod, _ query: [String: String]) -> RequestKind {
        switch method {
        case .GET where query["uploads"] != nil: "ListMultipartUploads"
        case .GET where query["list-type"] == "2": "ListObjectsV2"
        case .GET where subresources.isDisjoint(with: query.keys): "ListObjects"
        case .HEAD: "HeadBucket"
        case .POST where query["delete"] != nil: "DeleteObjects"
        case .PUT where subresources.isDisjoint(with: query.keys): "CreateBucket"
        case .DELETE where subresources.isDisjoint(with: query.keys): "DeleteBucket"
        default: other
        }
    }

    private static func ofObject(_ method: HTTPMethod, _ query: [String: String], isCopy: Bool) -> RequestKind {
        let isUpload = query["uploadId"] != nil
        return switch method {
        case .PUT where isUpload: isCopy ? "UploadPartCopy" : "UploadPart"
        case .POST where isUpload: "CompleteMultipartUpload"
        case .DELETE where isUpload: "AbortMultipartUpload"
        case .GET where isUpload: "ListParts"
        case .POST where query["uploads"] != nil: "CreateMultipartUpload"
        case _ where !subresources.isDisjoint(with: query.keys): other
        case .PUT: isCopy ? "CopyObject" : "PutObject"
        case .GET: "GetObject"
        case .HEAD: "HeadObject"
        case .DELETE: "DeleteObject"
        default: other
        }
    }

    /// What else a request can be about than the bucket or object itself.
    private static let subresources: Set<String> = [
        "accelerate", "acl", "analytics", "attributes", "cors", "encryption", "intelligent-tiering", "inventory",
        "legal-hold", "lifecycle", "location", "logging", "metrics", "notification", "object-lock",
        "ownershipControls", "policy", "policyStatus", "publicAccessBlock", "replication", "requestPayment",
        "restore", "retention", "select", "tagging", "torrent", "versioning", "versions", "website",
    ]
}
