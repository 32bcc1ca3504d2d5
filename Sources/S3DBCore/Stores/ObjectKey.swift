/// The key of an object: at most 1,024 bytes of UTF-8 in non-empty parts between slashes, none of them `.` or `..`.
///
/// So a key means the same object in every store, and none can leave the prefix or directory that it is joined to.
public struct ObjectKey: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The key's text.
    public let text: String

    /// Checks a key.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey``.
    public init(_ text: String) throws(S3DBError) {
        // By bytes: a combining mark behind a slash would hide it from a split by characters.
        let parts = text.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let problem: String? =
            if text.isEmpty {
                "is empty"
            } else if text.utf8.count > 1024 {
                "is longer than 1,024 bytes"
            } else if text.utf8.contains(0) {
                "has a zero byte"
            } else if parts.contains(where: { $0.isEmpty || $0.elementsEqual(".".utf8) || $0.elementsEqual("..".utf8) })
            {
                "has an empty part, \".\" or \"..\""
            } else {
                nil
            }
        if let problem {
            throw S3DBError(.invalidKey, "the key \(problem)", at: .init(key: text))
        }
        self.text = text
    }

    /// The key's text.
    public var description: String { text }

    /// Whether two keys have the same bytes: stores tell the composed from the decomposed form of a letter.
    public static func == (a: ObjectKey, b: ObjectKey) -> Bool {
        a.text.utf8.elementsEqual(b.text.utf8)
    }

    /// Hashes the key's bytes.
    public func hash(into hasher: inout Hasher) {
        for byte in text.utf8 { hasher.combine(byte) }
    }

    /// In the order of their UTF-8, as S3 lists them.
    public static func < (a: ObjectKey, b: ObjectKey) -> Bool {
        a.text.utf8.lexicographicallyPrecedes(b.text.utf8)
    }
}
