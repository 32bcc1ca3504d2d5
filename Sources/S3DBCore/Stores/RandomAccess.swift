/// Bytes of a known number that are read in any order: an object, a file, or memory.
///
/// Formats whose directory stands at their end are read through it. All methods may be called concurrently.
public protocol RandomAccess: Sendable {
    /// The number of bytes.
    var byteCount: Int { get }

    /// The bytes at `range`, all of them.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for a range that does not lie within the bytes, and what reading
    ///   throws; ``S3DBError/Code/preconditionFailed`` where they are no longer what was opened.
    func read(_ range: Range<Int>) async throws(S3DBError) -> Buffer
}

/// How several ranges are read at once.
public struct RangeCoalescing: Hashable, Sendable {
    /// The most bytes between two ranges that are read for nothing, so that one request serves both.
    public var gapByteLimit: Int
    /// The most bytes of one request that several ranges share.
    public var requestByteLimit: Int
    /// The most requests at a time.
    public var width: Int

    /// Makes rules; the defaults suit an object store, where a request costs about as much as 64 KiB.
    public init(gapByteLimit: Int = 64 << 10, requestByteLimit: Int = 32 << 20, width: Int = 8) {
        self.gapByteLimit = gapByteLimit
        self.requestByteLimit = requestByteLimit
        self.width = width
    }

    /// The requests that serve some ranges, in ascending order; each range lies within one of them.
    func requests(for ranges: [Range<Int>]) -> [Range<Int>] {
        var requests: [Range<Int>] = []
        for range in ranges.filter({ !$0.isEmpty }).sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = requests.last, fits(range, behind: last) {
                requests[requests.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
            } else {
                requests.append(range)
            }
        }
        return requests
    }

    private func fits(_ range: Range<Int>, behind last: Range<Int>) -> Bool {
        if range.upperBound <= last.upperBound { return true }
        return range.lowerBound - last.upperBound <= gapByteLimit
            && range.upperBound - last.lowerBound <= requestByteLimit
    }
}

extension RandomAccess {
    /// The bytes at several ranges, in their order; ranges that lie close together are read by one request.
    ///
    /// - Throws: Like ``read(_:)-(Range<Int>)``.
    public func read(
        _ ranges: [Range<Int>], by rules: RangeCoalescing = RangeCoalescing()
    ) async throws(S3DBError) -> [Buffer] {
        let requests = rules.requests(for: ranges)
        let parts = try await concurrently(requests, width: max(1, rules.width)) {
            (range) async throws(S3DBError) -> Buffer in
            try await self.read(range)
        }
        return ranges.map { range in
            guard !range.isEmpty, let index = requests.lastIndex(where: { $0.lowerBound <= range.lowerBound }) else {
                return Buffer()
            }
            let start = requests[index].lowerBound
            return parts[index].slice(range.lowerBound - start..<range.upperBound - start)
        }
    }

    /// Throws where a range does not lie within the bytes.
    fileprivate func check(_ range: Range<Int>) throws(S3DBError) {
        guard range.lowerBound >= 0, range.upperBound <= byteCount else {
            throw S3DBError(.invalidArgument, "the bytes \(range) of \(byteCount) were asked for")
        }
    }
}

extension Buffer: RandomAccess {
    /// ``count``.
    public var byteCount: Int { count }

    /// The bytes at `range`, without a copy.
    public func read(_ range: Range<Int>) async throws(S3DBError) -> Buffer {
        try check(range)
        return slice(range)
    }
}

/// An object of a store, read in ranges of one version of it. A file is an object of a ``DirectoryStore``.
public struct StoredObject: RandomAccess {
    /// The object as it was when opened.
    public let info: ObjectInfo
    private let store: any ObjectStore

    /// Opens the object that stands at `key`.
    ///
    /// - Throws: ``S3DBError/Code/notFound``, or what the store throws.
    public init(_ key: ObjectKey, in store: any ObjectStore) async throws(S3DBError) {
        guard let info = try await store.head(key) else {
            throw S3DBError(.notFound, "no object stands here", at: .init(key: key.text))
        }
        self.init(info, in: store)
    }

    /// Takes an object as a listing shows it.
    public init(_ info: ObjectInfo, in store: any ObjectStore) {
        self.info = info
        self.store = store
    }

    /// The object's size.
    public var byteCount: Int { info.byteCount }

    /// The bytes at `range`, by one request for the version that was opened.
    public func read(_ range: Range<Int>) async throws(S3DBError) -> Buffer {
        try check(range)
        if range.isEmpty { return Buffer() }
        let answer = try await store.read(info.key, range: range, version: info.version, limit: range.count)
        guard let bytes = answer?.bytes else {
            throw S3DBError(
                .preconditionFailed, "the object was removed while it was read", at: .init(key: info.key.text))
        }
        guard bytes.count == range.count else {
            throw S3DBError(
                .ioFailure, "\(bytes.count) bytes came where \(range.count) were asked for",
                at: .init(key: info.key.text, byteOffset: range.lowerBound))
        }
        return bytes
    }
}
