import S3DBCore

/// Where a store is, as people write it: a directory or a prefix of a bucket.
///
///     data/lake            a directory, from the current one
///     /data/lake/          a directory
///     file:///data/la%20ke a directory, percent-encoded
///     s3://bucket/prefix/  the objects under a prefix, as it stands: nothing is decoded
///
/// A prefix means what is under it: `s3://bucket/lake` and `s3://bucket/lake/` are equal, and `lake2/` is outside.
public enum StoreURL: Hashable, Sendable {
    /// A directory by its absolute path, without a slash at its end.
    case directory(path: String)
    /// The objects of a bucket under a prefix, which is empty or ends in a slash.
    case s3(bucket: String, prefix: String)

    /// Reads a URL or path.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey`` that says what is wrong; the text is quoted only where it cannot hold
    ///   credentials.
    public init(_ text: String) throws(S3DBError) {
        guard let separator = text.firstUTF8Range(of: "://") else {
            self = .directory(path: try DirectoryStore(root: text).root)
            return
        }
        let rest = String(text[separator.upperBound...])
        switch text[..<separator.lowerBound].lowercased() {
        case "s3": self = try Self.s3(rest)
        case "file": self = try Self.file(rest)
        default:
            throw Self.invalid(
                "the URL's scheme is not known", "Write s3://bucket/prefix/, file:///path or the path of a directory")
        }
    }

    private static func s3(_ text: String) throws(S3DBError) -> StoreURL {
        let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let bucket = String(parts[0])
        guard !bucket.contains("@") else {
            throw invalid(
                "the URL has credentials", "Leave them out; they come from the environment or the configuration")
        }
        guard isBucket(bucket) else {
            throw invalid(
                "\(S3DBError.quoted(bucket)) is no name of a bucket",
                "Names have 3 to 63 lower-case letters, digits, dots and hyphens")
        }
        var prefix = parts.count == 2 ? String(parts[1]) : ""
        if prefix.utf8.last == UInt8(ascii: "/") { prefix.removeLast() }
        guard !prefix.isEmpty else {
            guard parts.count < 2 || parts[1].isEmpty else {
                throw invalid("the prefix \(S3DBError.quoted(parts[1])) is empty", "Write one slash behind the bucket")
            }
            return .s3(bucket: bucket, prefix: "")
        }
        do throws(S3DBError) {
            _ = try ObjectKey(prefix)
        } catch {
            throw invalid(
                "the prefix \(S3DBError.quoted(prefix)) is not one that keys can have",
                "Use non-empty parts between single slashes, none of them . or ..")
        }
        return .s3(bucket: bucket, prefix: prefix + "/")
    }

    /// The name rules of general purpose buckets (Amazon S3 User Guide, "General purpose bucket naming rules").
    private static func isBucket(_ name: String) -> Bool {
        let bytes = Array(name.utf8)
        func isLetterOrDigit(_ byte: UInt8?) -> Bool {
            guard let byte else { return false }
            return (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return (3...63).contains(bytes.count) && isLetterOrDigit(bytes.first) && isLetterOrDigit(bytes.last)
            && !name.contains("..")
            && bytes.allSatisfy { isLetterOrDigit($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-") }
    }

    /// `//host/path` of a file URL (RFC 8089), behind its slashes.
    private static func file(_ text: String) throws(S3DBError) -> StoreURL {
        guard let slash = text.utf8.firstIndex(of: UInt8(ascii: "/")) else {
            throw invalid("the file URL has no path", "Write three slashes: file:///path")
        }
        let host = text[..<slash].lowercased()
        guard host.isEmpty || host == "localhost" else {
            throw invalid("the file URL names another host", "Write three slashes: file:///path")
        }
        guard let path = text[slash...].percentDecoded() else {
            throw invalid("the file URL is not percent-encoded UTF-8", "Write % itself as %25")
        }
        return .directory(path: try DirectoryStore(root: path).root)
    }

    private static func invalid(_ message: String, _ remedy: String) -> S3DBError {
        S3DBError(.invalidKey, message, remedy: remedy)
    }
}

extension StoreURL: CustomStringConvertible {
    /// The URL, or the directory's path, with a slash at its end.
    public var description: String {
        switch self {
        case .directory(let path): path == "/" ? path : path + "/"
        case .s3(let bucket, let prefix): "s3://\(bucket)/\(prefix)"
        }
    }
}

extension StoreURL {
    /// The store that is there. Sends nothing.
    ///
    /// - Parameter access: How S3 is reached; a directory needs none.
    /// - Throws: ``S3DBError/Code/invalidArgument`` for S3 without access.
    public func resolve(_ access: S3Access? = nil) throws(S3DBError) -> any ObjectStore {
        switch self {
        case .directory(let path): return try DirectoryStore(root: path)
        case .s3(let bucket, let prefix):
            guard let access else {
                throw S3DBError(
                    .invalidArgument, "\(self) cannot be opened: nothing says how S3 is reached",
                    remedy: "Pass credentials and region, or give a directory")
            }
            return try S3Store(access.client(bucket: bucket), prefix: prefix)
        }
    }
}

extension String {
    /// Where the bytes of `text` first stand.
    fileprivate func firstUTF8Range(of text: String) -> Range<String.Index>? {
        var start = utf8.startIndex
        while start < utf8.endIndex {
            if utf8[start...].starts(with: text.utf8) {
                return start..<utf8.index(start, offsetBy: text.utf8.count)
            }
            start = utf8.index(after: start)
        }
        return nil
    }
}
