import S3DB
import Synchronization

/// A store that calls a test before requests, so that faults and rivals come at a chosen moment, and after them.
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
    private let ended: @Sendable (Request) -> Void

    /// - Parameter ended: Called when a request that `hook` let through has ended, whichever way.
    init(
        _ base: any ObjectStore, ended: @escaping @Sendable (Request) -> Void = { _ in },
        _ hook: @escaping @Sendable (Request) async throws(S3DBError) -> Void
    ) {
        self.base = base
        self.hook = hook
        self.ended = ended
    }

    private func around<Value>(
        _ request: Request, _ body: () async throws(S3DBError) -> Value
    ) async throws(S3DBError) -> Value {
        try await hook(request)
        defer { ended(request) }
        return try await body()
    }

    var description: String { base.description }
    var minimumPartByteCount: Int { base.minimumPartByteCount }

    func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? {
        try await around(.head(key)) { () async throws(S3DBError) in try await base.head(key) }
    }

    func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        try await around(.open(key)) { () async throws(S3DBError) in
            try await base.open(key, range: range, version: version)
        }
    }

    func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        try await around(.list(prefix: prefix)) { () async throws(S3DBError) in
            try await base.list(prefix: prefix, after: after, body)
        }
    }

    func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        try await base.listDirectories(prefix: prefix)
    }

    func put(
        _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await around(.put(key)) { () async throws(S3DBError) in try await base.put(key, content, if: condition) }
    }

    func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID {
        try await around(.createUpload(key)) { () async throws(S3DBError) in try await base.createUpload(key) }
    }

    func uploadPart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart {
        try await around(.uploadPart(upload.key, number)) { () async throws(S3DBError) in
            try await base.uploadPart(upload, number: number, content)
        }
    }

    func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart {
        try await around(.copyPart(upload.key, number, range)) { () async throws(S3DBError) in
            try await base.copyPart(upload, number: number, from: key, version: version, range: range)
        }
    }

    func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await around(.complete(upload.key)) { () async throws(S3DBError) in
            try await base.complete(upload, parts: parts, if: condition)
        }
    }

    func abort(_ upload: UploadID) async throws(S3DBError) {
        try await around(.abort(upload.key)) { () async throws(S3DBError) in try await base.abort(upload) }
    }

    func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) {
        try await around(.delete(key)) { () async throws(S3DBError) in try await base.delete(key, if: condition) }
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
