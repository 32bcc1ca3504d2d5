import Synchronization

/// A store in memory, for tests and for data that never leaves the process.
///
/// Versions are numbers that count up with every write. All methods are atomic.
public final class MemoryStore: ObjectStore {
    /// The store's name for people.
    public let description: String

    /// The smallest part of a multipart upload but for its last, in bytes; enforced on completion.
    public let minimumPartByteCount: Int

    private let state = Mutex(State())

    private struct Object {
        var content: [Buffer]
        var byteCount: Int
        var version: VersionToken
    }

    private struct Upload {
        var begun: ContinuousClock.Instant
        var parts: [Int: (part: UploadedPart, content: [Buffer])] = [:]
    }

    private struct State {
        var objects: [ObjectKey: Object] = [:]
        var uploads: [String: Upload] = [:]
        var lastNumber = 0

        mutating func nextNumber() -> String {
            lastNumber += 1
            return String(lastNumber)
        }

        mutating func write(
            _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
        ) throws(S3DBError) -> ObjectInfo {
            try condition.check(standing: objects[key]?.version, at: key)
            let byteCount = content.reduce(0) { $0 + $1.count }
            let object = Object(content: content, byteCount: byteCount, version: VersionToken(nextNumber()))
            objects[key] = object
            return ObjectInfo(key: key, byteCount: byteCount, version: object.version)
        }
    }

    /// Makes an empty store.
    ///
    /// - Parameter minimumPartByteCount: S3's is 5 MiB.
    public init(_ name: String = "memory", minimumPartByteCount: Int = 1) {
        description = "memory:\(name)/"
        self.minimumPartByteCount = minimumPartByteCount
    }

    /// The size and version of an object; nil where none stands.
    public func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? {
        state.withLock { state in
            state.objects[key].map { ObjectInfo(key: key, byteCount: $0.byteCount, version: $0.version) }
        }
    }

    /// Opens an object, or a range of its bytes. A reader fails once the object is overwritten or removed.
    public func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        guard let object = state.withLock({ $0.objects[key] }) else { throw ReadRules.notFound(key) }
        if let version {
            try WriteCondition.version(version).check(standing: object.version, at: key)
        }
        let info = ObjectInfo(key: key, byteCount: object.byteCount, version: object.version)
        let range = ReadRules.clamp(range, toByteCount: object.byteCount)
        return Reader(info: info, content: object.content, range: range, store: self)
    }

    /// The objects under a prefix, as they stood when the listing began, in pages of 1,000.
    public func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        let objects = state.withLock { state in
            state.objects.filter { key, _ in
                key.text.utf8.starts(with: prefix.utf8) && after.map { $0 < key } ?? true
            }
        }
        let infos = objects.map { ObjectInfo(key: $0, byteCount: $1.byteCount, version: $1.version) }
            .sorted { $0.key < $1.key }
        for start in stride(from: 0, to: infos.count, by: ListRules.pageCount) {
            try ListRules.checkCancellation()
            try body(Array(infos[start..<min(start + ListRules.pageCount, infos.count)]))
        }
    }

    /// The names between `prefix` and the next slash, in the order that they have with it.
    public func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        try ListRules.check(directoryPrefix: prefix)
        let keys = state.withLock { Array($0.objects.keys) }
        var names = Set<[UInt8]>()
        for key in keys where key.text.utf8.starts(with: prefix.utf8) {
            let rest = key.text.utf8.dropFirst(prefix.utf8.count)
            if let slash = rest.firstIndex(of: UInt8(ascii: "/")) { names.insert(Array(rest[...slash])) }
        }
        return names.sorted { $0.lexicographicallyPrecedes($1) }.map { String(decoding: $0.dropLast(), as: UTF8.self) }
    }

    /// Writes an object whole.
    public func put(
        _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try state.withLock { (state) throws(S3DBError) in try state.write(key, content, if: condition) }
    }

    /// Begins an upload in parts.
    public func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID {
        state.withLock { state in
            let upload = UploadID(key: key, text: state.nextNumber())
            state.uploads[upload.text] = Upload(begun: .now)
            return upload
        }
    }

    /// Keeps one part, in place of another of the same number.
    public func uploadPart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart {
        try MultipartRules.check(number: number, of: upload)
        return try state.withLock { (state) throws(S3DBError) in
            guard state.uploads[upload.text] != nil else { throw MultipartRules.unknown(upload) }
            let byteCount = content.reduce(0) { $0 + $1.count }
            let part = UploadedPart(number: number, byteCount: byteCount, token: state.nextNumber())
            state.uploads[upload.text]?.parts[number] = (part, content)
            return part
        }
    }

    /// Makes a range of an object a part, without a copy in memory.
    ///
    /// Beside the rules of all stores it refuses, as S3 does, objects that are no larger than the smallest part.
    public func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart {
        try MultipartRules.check(number: number, of: upload)
        return try state.withLock { (state) throws(S3DBError) in
            guard state.uploads[upload.text] != nil else { throw MultipartRules.unknown(upload) }
            guard let object = state.objects[key] else { throw ReadRules.notFound(key) }
            try WriteCondition.version(version).check(standing: object.version, at: key)
            try MultipartRules.check(range, of: key, byteCount: object.byteCount)
            guard minimumPartByteCount == 1 || object.byteCount > minimumPartByteCount else {
                throw S3DBError(
                    .invalidArgument, "an object of \(object.byteCount) bytes is too small to copy parts from",
                    remedy: "Read it and send its bytes", at: .init(key: key.text))
            }
            let part = UploadedPart(number: number, byteCount: range.count, token: state.nextNumber())
            state.uploads[upload.text]?.parts[number] = (part, object.content.slices(range))
            return part
        }
    }

    /// Makes the parts, in the order of their numbers, the object. The upload stays where the condition does not
    /// hold.
    public func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        let ordered = try MultipartRules.ordered(parts, minimumByteCount: minimumPartByteCount, of: upload)
        return try state.withLock { (state) throws(S3DBError) in
            guard let kept = state.uploads[upload.text]?.parts else { throw MultipartRules.unknown(upload) }
            var content: [Buffer] = []
            for part in ordered {
                guard let standing = kept[part.number], standing.part == part else {
                    throw MultipartRules.unknown(part: part.number, of: upload)
                }
                content += standing.content
            }
            let info = try state.write(upload.key, content, if: condition)
            state.uploads[upload.text] = nil
            return info
        }
    }

    /// Forgets an upload and its parts.
    public func abort(_ upload: UploadID) async throws(S3DBError) {
        state.withLock { $0.uploads[upload.text] = nil }
    }

    /// Removes an object; none there is no error.
    public func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) {
        try state.withLock { (state) throws(S3DBError) in
            guard let object = state.objects[key] else { return }
            try condition.check(standing: object.version, at: key)
            state.objects[key] = nil
        }
    }

    /// Aborts uploads that were begun before `age` ago; returns how many.
    public func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int {
        let limit = ContinuousClock.now - age
        return state.withLock { state in
            let old = state.uploads.filter { $0.value.begun < limit }
            for name in old.keys { state.uploads[name] = nil }
            return old.count
        }
    }

    /// Reads the buffers of one object.
    private final class Reader: ObjectReader {
        let info: ObjectInfo
        private let store: MemoryStore
        private let rest: Mutex<(content: ArraySlice<Buffer>, skip: Int, byteCount: Int)>

        init(info: ObjectInfo, content: [Buffer], range: Range<Int>, store: MemoryStore) {
            self.info = info
            self.store = store
            rest = Mutex((content[...], range.lowerBound, range.count))
        }

        func read(limit: Int) async throws(S3DBError) -> Buffer? {
            let standing = store.state.withLock { $0.objects[info.key]?.version }
            guard standing == info.version else { throw ReadRules.changed(info.key) }
            return rest.withLock { rest in
                while let first = rest.content.first, rest.byteCount > 0 {
                    if rest.skip >= first.count {
                        rest.skip -= first.count
                        rest.content.removeFirst()
                        continue
                    }
                    let count = min(first.count - rest.skip, rest.byteCount, max(limit, 1))
                    defer {
                        rest.skip += count
                        rest.byteCount -= count
                    }
                    return first.slice(rest.skip..<rest.skip + count)
                }
                return nil
            }
        }
    }
}
