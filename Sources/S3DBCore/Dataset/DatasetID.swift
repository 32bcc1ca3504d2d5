/// The name of a dataset: `collection/dataset`.
public struct DatasetID: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The collection, such as `miso`.
    public let collection: String
    /// The dataset within it, such as `realtime_price`.
    public let name: String

    /// Makes an identifier; nil when a part is empty, begins with a dot, or has a slash, a control character or more
    /// than 200 bytes of UTF-8.
    public init?(collection: String, name: String) {
        guard Self.isPart(collection), Self.isPart(name) else { return nil }
        self.collection = collection
        self.name = name
    }

    /// Reads `collection/dataset`; nil for any other text.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        self.init(collection: String(parts[0]), name: String(parts[1]))
    }

    private static func isPart(_ text: String) -> Bool {
        !text.isEmpty && text.utf8.count <= 200 && !text.hasPrefix(".")
            && text.unicodeScalars.allSatisfy { $0 != "/" && $0.value >= 0x20 && $0.value != 0x7F }
    }

    /// `collection/dataset`.
    public var description: String { "\(collection)/\(name)" }

    /// By collection, then by name, in the order of their UTF-8.
    public static func < (a: DatasetID, b: DatasetID) -> Bool {
        a.description.utf8.lexicographicallyPrecedes(b.description.utf8)
    }
}
