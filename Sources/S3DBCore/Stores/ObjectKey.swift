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
        if let problem = Self.problem(of: text.utf8Span.span) {
            throw S3DBError(.invalidKey, "the key \(problem)", at: .init(key: text))
        }
        self.text = text
    }

    /// What is wrong with a key; nil for a good one. By bytes, once through: listings have millions of them.
    private static func problem(of text: Span<UInt8>) -> String? {
        if text.isEmpty { return "is empty" }
        if text.count > 1024 { return "is longer than 1,024 bytes" }
        var hasBadPart = false
        var partStart = 0
        var dotCount = 0
        for index in 0...text.count {
            let byte = index < text.count ? text[index] : UInt8(ascii: "/")
            switch byte {
            case UInt8(ascii: "/"):
                let partCount = index - partStart
                if partCount <= 2 && dotCount == partCount { hasBadPart = true }
                partStart = index + 1
                dotCount = 0
            case UInt8(ascii: "."): dotCount += 1
            case 0: return "has a zero byte"
            default: break
            }
        }
        return hasBadPart ? "has an empty part, \".\" or \"..\"" : nil
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
