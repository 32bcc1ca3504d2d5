import S3DBCore

/// A standard queue of SQS, by its name or by the URL that SQS gave it.
///
///     jobs
///     https://sqs.eu-west-1.amazonaws.com/123456789012/jobs
public enum SQSAddress: Hashable, Sendable {
    /// A queue of the account that the credentials belong to.
    case name(String)
    /// A queue by its URL, in its normal form.
    case url(String)

    /// Reads a name or URL.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey`` for what is neither, ``S3DBError/Code/unsupported`` for a FIFO queue.
    public init(_ text: String) throws(S3DBError) {
        guard text.contains("/") else {
            self = .name(try Self.checked(text))
            return
        }
        guard let location = HTTPLocation(text), location.query.isEmpty, let slash = location.path.lastIndex(of: "/"),
            slash > location.path.startIndex
        else {
            throw Self.invalid("the queue's URL is not one that SQS gives", "Write it as https://host/account/name")
        }
        _ = try Self.checked(location.path[location.path.index(after: slash)...])
        self = .url("\(location.endpoint)\(location.path)")
    }

    /// Amazon SQS Developer Guide, "Queue quotas": 80 letters, digits, hyphens and underscores.
    private static func checked(_ name: some StringProtocol) throws(S3DBError) -> String {
        guard !name.hasSuffix(".fifo") else {
            throw S3DBError(
                .unsupported, "\(S3DBError.quoted(name)) is a FIFO queue",
                remedy: "Use a standard queue: work is done in any order")
        }
        let isName = name.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
                true
            default: false
            }
        }
        guard isName, (1...80).contains(name.utf8.count) else {
            throw invalid(
                "\(S3DBError.quoted(name)) is no name of a queue",
                "Use 1 to 80 letters, digits, hyphens and underscores")
        }
        return String(name)
    }

    private static func invalid(_ message: String, _ remedy: String) -> S3DBError {
        S3DBError(.invalidKey, message, remedy: remedy)
    }

    /// The server that a URL names.
    var endpoint: HTTPEndpoint? {
        if case .url(let url) = self { HTTPLocation(url)?.endpoint } else { nil }
    }

    /// The region that a URL of AWS's own names: `sqs.<region>.amazonaws.com`, or the older `<region>.queue.…`.
    var region: String? {
        let parts = endpoint?.host.split(separator: ".") ?? []
        guard parts.count >= 4, parts[2] == "amazonaws", parts[0] == "sqs" || parts[1] == "queue" else { return nil }
        return S3Address.checkedRegion(String(parts[0] == "sqs" ? parts[1] : parts[0]))
    }
}

extension SQSAddress: CustomStringConvertible {
    /// The name or URL.
    public var description: String {
        switch self {
        case .name(let name): name
        case .url(let url): url
        }
    }
}
