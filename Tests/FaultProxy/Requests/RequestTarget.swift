import Foundation

/// What the target of a request names: bucket, key and query, with the bucket in the path.
public struct RequestTarget: Hashable, Sendable {
    /// The path as it was sent.
    public let path: String
    /// The bucket; empty for the service itself.
    public let bucket: String
    /// The key, decoded; empty for the bucket itself.
    public let key: String
    /// The query's names and values, decoded.
    public let query: [String: String]

    /// Reads the target of a request line.
    public init(_ text: String) {
        let halves = text.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        path = String(halves[0])
        let parts = path.dropFirst().split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        bucket = parts.first.map { Self.decoded($0) } ?? ""
        key = parts.count > 1 ? Self.decoded(parts[1]) : ""
        query = halves.count > 1 ? Self.pairs(halves[1]) : [:]
    }

    /// The fields of a form or query.
    static func pairs(_ text: some StringProtocol) -> [String: String] {
        let pairs = text.split(separator: "&").map { pair in
            let halves = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let value = halves.count > 1 ? String(halves[1]).replacing("+", with: " ") : ""
            return (decoded(halves[0]), decoded(value))
        }
        return Dictionary(pairs) { first, _ in first }
    }

    private static func decoded(_ text: some StringProtocol) -> String {
        text.removingPercentEncoding ?? String(text)
    }
}
