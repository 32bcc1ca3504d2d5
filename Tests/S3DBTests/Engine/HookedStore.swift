import S3DB
import Synchronization

/// A store that calls a test before requests, so that faults and rivals come at a chosen moment.
final class HookedStore: ObjectStore {
    /// What is about to be done.
    enum Request: Sendable {
        case head(ObjectKey)
        case open(ObjectKey)
        case list(prefix: String)
        case put(ObjectKey)
        case createUpload(ObjectKey)
        case uploadPart(ObjectKey, Int)
        case copyPart(ObjectKey, Int, Range<Int>)
        case complete(ObjectKey)
        case abort(ObjectKey)
        case delete(ObjectKey)
    }

    let base: any ObjectStore
    private let hook: @Sendable (Request) async throws(S3DBError) -> Void

    init(_ base: any ObjectStore, _ hook: @escaping @Sendable (Request) async throws(S3DBError) -> Void) {
        self.base = base
        self.hook = hook
    }

    var description: String { base.description }
    var minimumPartByteCount: Int { base.minimumPartByteCount }

    func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? {
        try await hook(.head(key))
        return try await base.head(key)
    }

    func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        try await hook(.open(key))
        return try await base.open(key, range: range, version: version)
    }

    func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        try await hook(.list(prefix: prefix))
        try await base.list(prefix: prefix, after: after, body)
    }

    func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        try await base.listDirectories(prefix: prefix)
    }

    func put(
        _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await hook(.put(key))
        return try await base.put(key, content, if: condition)
    }

    func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID {
        try await hook(.createUpload(key))
        return try await base.createUpload(key)
    }

    func uploadPart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart {
        try await hook(.uploadPart(upload.key, number))
        return try await base.uploadPart(upload, number: number, content)
    }

    func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart {
        try await hook(.copyPart(upload.key, number, range))
        return try await base.copyPart(upload, number: number, from: key, version: version, range: range)
    }

    func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await hook(.complete(upload.key))
        return try await base.complete(upload, parts: parts, if: condition)
    }

    func abort(_ upload: UploadID) async throws(S3DBError) {
        try await hook(.abort(upload.key))
        try await base.abort(upload)
    }

    func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) {
        try await hook(.delete(key))
        try await base.delete(key, if: condition)
    }

    func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int {
        try await base.sweepUploads(olderThan: age)
    }
}

/// A number that hooks count with.
final class Counter: Sendable {
    private let count = Mutex(0)

    /// The number now.
    var value: Int { count.withLock { $0 } }

    /// The number after adding one.
    func increment() -> Int {
        count.withLock {
            $0 += 1
            return $0
        }
    }
}
