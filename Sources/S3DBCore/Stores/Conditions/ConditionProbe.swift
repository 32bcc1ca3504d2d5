/// The questions that tell whether a store keeps conditions of writes.
///
/// A condition counts as kept when a write under it succeeds where it holds and fails where it does not.
public struct ConditionProbe: Sendable {
    /// How the names of a probe's objects begin.
    public static let namePrefix = ".s3db-probe-"

    /// How old an object of a probe must be to be taken for what a killed process has left.
    public static let leftoverAge = Duration.seconds(3600)

    private let store: any ObjectStore
    let key: ObjectKey
    let absentKey: ObjectKey

    init(store: any ObjectStore) throws(S3DBError) {
        self.store = store
        key = try ObjectKey("\(Self.namePrefix)\(TimedName.fresh())")
        absentKey = try ObjectKey("\(Self.namePrefix)\(TimedName.fresh())")
    }

    /// Removes what probes left that were killed ``leftoverAge`` ago or earlier.
    func removeLeftovers() async throws(S3DBError) {
        var leftovers: [ObjectKey] = []
        try await store.list(prefix: Self.namePrefix, after: nil) { page in
            leftovers += page.map(\.key).filter { key in
                TimedName(String(key.text.dropFirst(Self.namePrefix.count)))?.isOlder(than: Self.leftoverAge) ?? false
            }
        }
        for key in leftovers { try await store.delete(key, if: .none) }
    }

    func run() async throws(S3DBError) -> ConditionSupport {
        var kept = Set<ConditionSupport.Condition>()
        if try await holds(.absent, write: put), try await !holds(.absent, write: put) { kept.insert(.putIfAbsent) }
        let old = try await put(key, "old", .none)
        let new = try await put(key, "new", .none)
        let isKept = try await !holds(.version(old), write: put)
        if isKept, try await holds(.version(new), write: put) { kept.insert(.putIfVersion) }
        if try await !holds(.absent, write: upload), try await holds(.absent, at: absentKey, write: upload) {
            kept.insert(.completeIfAbsent)
        }
        let standing = try await put(key, "standing", .none)
        if try await !holds(.version(old), write: upload), try await holds(.version(standing), write: upload) {
            kept.insert(.completeIfVersion)
        }
        return ConditionSupport(kept: kept)
    }

    /// Whether a write under a condition succeeds.
    private func holds(
        _ condition: WriteCondition, at other: ObjectKey? = nil,
        write: (ObjectKey, String, WriteCondition) async throws(S3DBError) -> VersionToken
    ) async throws(S3DBError) -> Bool {
        do throws(S3DBError) {
            _ = try await write(other ?? key, "probe", condition)
            return true
        } catch {
            guard error.code == .preconditionFailed || error.code == .conflict else { throw error }
            return false
        }
    }

    private func put(_ key: ObjectKey, _ text: String, _ condition: WriteCondition) async throws(S3DBError)
        -> VersionToken
    {
        try await store.put(key, [Buffer(text.utf8)], if: condition).version
    }

    private func upload(_ key: ObjectKey, _ text: String, _ condition: WriteCondition) async throws(S3DBError)
        -> VersionToken
    {
        let upload = try await store.createUpload(key)
        do throws(S3DBError) {
            let part = try await store.uploadPart(upload, number: 1, [Buffer(text.utf8)])
            return try await store.complete(upload, parts: [part], if: condition).version
        } catch {
            try? await store.abort(upload)
            throw error
        }
    }
}
