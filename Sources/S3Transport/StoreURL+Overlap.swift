import S3DBCore

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

extension StoreURL {
    /// Whether one of two stores lies within the other, so that writing to one can change the other.
    ///
    /// Directories are compared behind their symbolic links, also where they do not exist yet. Two names of one
    /// place that no path tells (mounts, aliases of buckets) are not seen.
    public func overlaps(_ other: StoreURL) -> Bool {
        switch (self, other) {
        case (.directory(let a), .directory(let b)):
            let (a, b) = (Self.resolvedPath(a), Self.resolvedPath(b))
            return Self.isPrefix(a, of: b) || Self.isPrefix(b, of: a)
        case (.s3(let bucket, let a), .s3(let otherBucket, let b)):
            return bucket == otherBucket && (a.utf8.starts(with: b.utf8) || b.utf8.starts(with: a.utf8))
        default: return false
        }
    }

    /// Whether `other` is this store or lies within it, symbolic links and `..` followed.
    public func contains(_ other: StoreURL) -> Bool {
        switch (self, other) {
        case (.directory(let path), .directory(let inner)):
            Self.isPrefix(Self.resolvedPath(path), of: Self.resolvedPath(inner))
        case (.s3(let bucket, let prefix), .s3(let otherBucket, let inner)):
            bucket == otherBucket && inner.utf8.starts(with: prefix.utf8)
        default: false
        }
    }

    private static func isPrefix(_ a: String, of b: String) -> Bool {
        let directory = a == "/" ? a : a + "/"
        return "\(b)/".utf8.starts(with: directory.utf8)
    }

    /// A path without symbolic links, `.` and `..`; what does not exist of it is taken as it is named.
    private static func resolvedPath(_ path: String) -> String {
        if let resolved = realpath(path, nil) {
            defer { free(resolved) }
            return String(cString: resolved)
        }
        let trimmed = String(path.reversed().drop { $0 == "/" }.reversed())
        guard let slash = trimmed.utf8.lastIndex(of: UInt8(ascii: "/")) else { return "/" }
        let parent = resolvedPath(slash == trimmed.startIndex ? "/" : String(trimmed[..<slash]))
        switch trimmed[trimmed.utf8.index(after: slash)...] {
        case ".", "": return parent
        case "..":
            guard let outer = parent.utf8.lastIndex(of: UInt8(ascii: "/")), outer > parent.startIndex else {
                return "/"
            }
            return String(parent[..<outer])
        case let name: return parent == "/" ? "/\(name)" : "\(parent)/\(name)"
        }
    }
}
