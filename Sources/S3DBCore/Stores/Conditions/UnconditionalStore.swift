/// A store whose conditions are looked at before each write instead of being decided by the store beneath.
///
/// For servers that ignore conditions. One writer at a time is safe; of two at once one may overwrite the other.
public struct UnconditionalStore: ObjectStore {
    private let base: any ObjectStore

    /// Takes the store that ignores conditions.
    public init(_ base: some ObjectStore) {
        self.base = base
    }

    /// The base's URL.
    public var description: String { base.description }

    /// The base's smallest part.
    public var minimumPartByteCount: Int { base.minimumPartByteCount }
    /// As underneath.
    public var preferredPartByteCount: Int? { base.preferredPartByteCount }

    private func check(_ condition: WriteCondition, at key: ObjectKey) async throws(S3DBError) {
        guard condition != .none else { return }
        try condition.check(standing: try await base.head(key)?.version, at: key)
    }

    /// What the base's gives.
    public func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? { try await base.head(key) }

    /// What the base's gives.
    public func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        try await base.open(key, range: range, version: version)
    }

    /// What the base's gives.
    public func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        try await base.list(prefix: prefix, after: after, body)
    }

    /// What the base's gives.
    public func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        try await base.listDirectories(prefix: prefix)
    }

    /// Looks at the condition, then writes without one.
    public func put(
        _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await check(condition, at: key)
        return try await base.put(key, content, if: .none)
    }

    /// Begins an upload of the base.
    public func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID {
        try await base.createUpload(key)
    }

    /// Writes one part.
    public func uploadPart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart {
        try await base.uploadPart(upload, number: number, content)
    }

    /// Copies one part inside the base.
    public func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart {
        try await base.copyPart(upload, number: number, from: key, version: version, range: range)
    }

    /// Looks at the condition, then completes without one.
    public func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await check(condition, at: upload.key)
        return try await base.complete(upload, parts: parts, if: .none)
    }

    /// Forgets an upload of the base.
    public func abort(_ upload: UploadID) async throws(S3DBError) { try await base.abort(upload) }

    /// Looks at the condition, then removes without one.
    public func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) {
        guard condition != .none else { return try await base.delete(key, if: .none) }
        guard let standing = try await base.head(key) else { return }
        try condition.check(standing: standing.version, at: key)
        try await base.delete(key, if: .none)
    }

    /// Sweeps the base.
    public func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int {
        try await base.sweepUploads(olderThan: age)
    }
}
