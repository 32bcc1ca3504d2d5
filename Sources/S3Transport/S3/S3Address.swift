/// Where a bucket's requests go: host, path and signing region.
///
/// Source: Amazon S3 User Guide, "Virtual hosting of general purpose buckets".
struct S3Address: Hashable, Sendable {
    let endpoint: HTTPEndpoint
    let pathPrefix: String
    let region: String

    init(bucket: String, region: String, configuration: S3Configuration) {
        self.region = region
        let hasOwnEndpoint = configuration.endpoint != nil
        let usesPath = configuration.usesPathStyle ?? (hasOwnEndpoint || bucket.contains("."))
        var endpoint = configuration.endpoint ?? .aws("s3", region: region)
        if !usesPath { endpoint.host = "\(bucket).\(endpoint.host)" }
        self.endpoint = endpoint
        pathPrefix = usesPath ? "/\(bucket)" : ""
    }

    /// The path of a key, or of the bucket itself.
    func path(_ key: String?) -> String {
        guard let key else { return pathPrefix.isEmpty ? "/" : pathPrefix }
        return "\(pathPrefix)/\(key.percentEncoded(allowing: "/"))"
    }

    /// A region's name as an answer may give it; nil for anything that is none, as it becomes part of a host's name.
    static func checkedRegion(_ text: String?) -> String? {
        guard let text, (2...32).contains(text.utf8.count) else { return nil }
        let isName = text.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || byte == UInt8(ascii: "-")
        }
        return isName ? text : nil
    }
}
