import Synchronization

/// How what would be written compares with what stands.
enum ContentComparison: Hashable, Sendable {
    /// All bytes are the same.
    case same
    /// They differ in the block that begins at this byte, or one ends there.
    case differs(byteOffset: Int)
}

/// A store that keeps nothing of what is written to it, but says how it compares with what stands in another.
///
/// Of what is written, a hash for each block is remembered until it is complete; then what stands is read once.
final class ComparingStore: ObjectStore {
    private struct State {
        var uploads: [String: [Int: Part]] = [:]
        var uploadCount = 0
        var comparisons: [ObjectKey: ContentComparison] = [:]
    }

    private struct Part {
        var byteCount: Int
        var hashes: [UInt64]
    }

    private let base: any ObjectStore
    private let state = Mutex(State())

    init(_ base: any ObjectStore) {
        self.base = base
    }

    /// How what was written last at a key compares with what stood there; nil where nothing was.
    func comparison(of key: ObjectKey) -> ContentComparison? {
        state.withLock { $0.comparisons[key] }
    }

    // MARK: Reading

    var description: String { base.description }
    var minimumPartByteCount: Int { base.minimumPartByteCount }

    func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? { try await base.head(key) }

    func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        try await base.open(key, range: range, version: version)
    }

    func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        try await base.list(prefix: prefix, after: after, body)
    }

    func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        try await base.listDirectories(prefix: prefix)
    }

    // MARK: Writing

    func put(
        _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        try await compare([Self.part(content)], with: key, condition)
    }

    func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID {
        let text = state.withLock { state in
            state.uploadCount += 1
            state.uploads["\(state.uploadCount)"] = [:]
            return "\(state.uploadCount)"
        }
        return UploadID(key: key, text: text)
    }

    func uploadPart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart {
        let part = Self.part(content)
        state.withLock { (state) -> Void in state.uploads[upload.text]?[number] = part }
        return UploadedPart(number: number, byteCount: part.byteCount, token: "")
    }

    func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart {
        throw S3DBError(.unsupported, "what is compared is made anew, and copies nothing")
    }

    func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        let written = state.withLock { $0.uploads.removeValue(forKey: upload.text) } ?? [:]
        let ordered = parts.sorted { $0.number < $1.number }.compactMap { written[$0.number] }
        return try await compare(ordered, with: upload.key, condition)
    }

    func abort(_ upload: UploadID) async throws(S3DBError) {
        state.withLock { _ = $0.uploads.removeValue(forKey: upload.text) }
    }

    func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) {}

    func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int { 0 }

    // MARK: Comparing

    private static func part(_ content: [Buffer]) -> Part {
        var hashes = BlockHashes()
        for bytes in content { hashes.take(bytes.bytes) }
        hashes.end()
        return Part(byteCount: hashes.byteCount, hashes: hashes.hashes)
    }

    /// Compares with the version that the condition names.
    private func compare(
        _ parts: [Part], with key: ObjectKey, _ condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        let version: VersionToken? = if case .version(let version) = condition { version } else { nil }
        let reader = try await base.open(key, range: nil, version: version)
        let comparison = try await Self.compare(parts, with: reader)
        state.withLock { $0.comparisons[key] = comparison }
        return reader.info
    }

    private static func compare(
        _ parts: [Part], with reader: any ObjectReader
    ) async throws(S3DBError) -> ContentComparison {
        var start = 0
        var rest = Buffer()
        for part in parts {
            var hashes = BlockHashes()
            while hashes.byteCount < part.byteCount {
                if rest.isEmpty {
                    guard let next = try await reader.read(limit: 1 << 20) else { break }
                    rest = next
                }
                let count = min(rest.count, part.byteCount - hashes.byteCount)
                hashes.take(rest.slice(0..<count).bytes)
                rest = rest.slice(count..<rest.count)
            }
            hashes.end()
            let standing = hashes.hashes
            if let block = part.hashes.indices.first(where: { $0 >= standing.count || standing[$0] != part.hashes[$0] })
            {
                return .differs(byteOffset: start + block * BlockHashes.blockByteCount)
            }
            start += part.byteCount
        }
        return start == reader.info.byteCount ? .same : .differs(byteOffset: start)
    }
}
