import S3DBCore
import Synchronization

/// The objects of a bucket under a prefix.
///
/// A version is the object's ETag. Conditions are the service's own (`If-None-Match`, `If-Match`), so they hold between
/// processes and machines; ``ObjectStore/probeConditions()`` tells whether a server keeps them.
public final class S3Store: ObjectStore {
    /// `s3://bucket/prefix/`.
    public let description: String
    /// S3's smallest part but for the last.
    public let minimumPartByteCount = 5 << 20
    /// The requests that it is made of.
    public let client: S3Client
    /// Where its keys begin: empty, or ending in a slash.
    public let prefix: String

    /// Uploads of which it is not known whether they were completed: they are never aborted.
    private let undecided = Mutex<Set<String>>([])

    /// Opens a prefix, which is empty or ends in a slash. Sends nothing.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey`` for a prefix that keys cannot have.
    public init(_ client: S3Client, prefix: String = "") throws(S3DBError) {
        guard prefix.isEmpty || prefix.utf8.last == UInt8(ascii: "/") else {
            throw S3DBError(
                .invalidKey, "the prefix \(S3DBError.quoted(prefix)) does not end in a slash", remedy: "Add one")
        }
        if !prefix.isEmpty { _ = try ObjectKey(String(prefix.dropLast())) }
        self.client = client
        self.prefix = prefix
        description = "s3://\(client.bucket)/\(prefix)"
    }

    private func fullKey(_ key: ObjectKey) throws(S3DBError) -> String {
        guard prefix.utf8.count + key.text.utf8.count <= 1024 else {
            throw S3DBError(
                .invalidKey, "the key with the store's prefix is longer than 1,024 bytes", at: .init(key: key.text))
        }
        return prefix + key.text
    }

    /// The entry of an object; nil for one whose key no ``ObjectKey`` can be, such as the marks that some tools leave
    /// for directories.
    private func info(_ object: S3Object) -> ObjectInfo? {
        guard object.key.utf8.starts(with: prefix.utf8),
            let text = String(object.key.utf8.dropFirst(prefix.utf8.count)), let key = try? ObjectKey(text)
        else { return nil }
        return ObjectInfo(key: key, byteCount: object.byteCount, version: object.version)
    }

    private static func info(_ object: S3Object, _ key: ObjectKey) -> ObjectInfo {
        ObjectInfo(key: key, byteCount: object.byteCount, version: object.version)
    }

    // MARK: Reading

    /// The size and version of an object; nil where none stands.
    public func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo? {
        try await client.head(fullKey(key)).map { Self.info($0, key) }
    }

    /// Opens an object, or a range of its bytes. A reader that lost its connection reads on where the same version
    /// still stands.
    public func open(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?
    ) async throws(S3DBError) -> any ObjectReader {
        let reader = try await client.open(fullKey(key), range: range, version: version)
        return Reader(info: Self.info(reader.object, key), reader: reader)
    }

    private final class Reader: ObjectReader {
        let info: ObjectInfo
        private let reader: S3Reader

        init(info: ObjectInfo, reader: S3Reader) {
            self.info = info
            self.reader = reader
        }

        func read(limit: Int) async throws(S3DBError) -> Buffer? { try await reader.read(limit: limit) }
    }

    /// The objects whose keys begin with `prefix`, in pages of up to 1,000. Keys that no ``ObjectKey`` can be are left
    /// out.
    public func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError) {
        var token: S3PageToken?
        repeat {
            let page = try await client.list(
                prefix: self.prefix + prefix, after: after.map { self.prefix + $0.text }, page: token)
            let infos = page.elements.compactMap(info)
            if !infos.isEmpty { try body(infos) }
            token = page.next
        } while token != nil
    }

    /// The names between `prefix` and the next slash, in the order that they have with it.
    public func listDirectories(prefix: String) async throws(S3DBError) -> [String] {
        try ListRules.check(directoryPrefix: prefix)
        let whole = self.prefix + prefix
        var names: [String] = []
        var token: S3PageToken?
        repeat {
            let page = try await client.list(prefix: whole, delimiter: "/", page: token)
            for found in page.prefixes where found.utf8.starts(with: whole.utf8) {
                guard let name = String(found.utf8.dropFirst(whole.utf8.count).dropLast()),
                    (try? ObjectKey(name)) != nil
                else { continue }
                names.append(name)
            }
            token = page.next
        } while token != nil
        return names
    }

    // MARK: Writing

    /// Writes an object whole.
    public func put(
        _ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        Self.info(try await client.put(fullKey(key), content, if: condition), key)
    }

    /// Removes an object; none there is no error.
    public func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError) {
        try await client.delete(fullKey(key), if: condition)
    }

    // MARK: Uploads

    /// Begins an upload in parts.
    public func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID {
        let upload = try await client.createUpload(fullKey(key))
        return UploadID(key: key, text: "\(upload.marker ?? "") \(upload.id)")
    }

    private func upload(_ upload: UploadID) throws(S3DBError) -> S3Upload {
        let parts = upload.text.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[1].isEmpty else { throw MultipartRules.unknown(upload) }
        return S3Upload(
            key: try fullKey(upload.key), id: String(parts[1]), marker: parts[0].isEmpty ? nil : String(parts[0]))
    }

    /// Writes one part, in place of another of the same number.
    public func uploadPart(
        _ upload: UploadID, number: Int, _ content: [Buffer]
    ) async throws(S3DBError) -> UploadedPart {
        try MultipartRules.check(number: number, of: upload)
        return try await client.uploadPart(self.upload(upload), number: number, content)
    }

    /// Makes a range of an object a part, inside the service.
    public func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart {
        try MultipartRules.check(number: number, of: upload)
        return try await client.copyPart(
            self.upload(upload), number: number, from: fullKey(key), version: version, range: range)
    }

    /// Makes the parts, in the order of their numbers, the object.
    public func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo {
        let ordered = try MultipartRules.ordered(parts, minimumByteCount: minimumPartByteCount, of: upload)
        let begun = try self.upload(upload)
        undecided.withLock { _ = $0.insert(begun.id) }
        do throws(S3DBError) {
            let object = try await client.complete(begun, parts: ordered, if: condition)
            undecided.withLock { _ = $0.remove(begun.id) }
            return Self.info(object, upload.key)
        } catch {
            if error.code != .outcomeUnknown && error.code != .cancelled {
                undecided.withLock { _ = $0.remove(begun.id) }
            }
            throw error
        }
    }

    /// Forgets an upload and its parts, also in a task that was cancelled. One that may have been completed is left to
    /// the sweep.
    public func abort(_ upload: UploadID) async throws(S3DBError) {
        guard let begun = try? self.upload(upload), !undecided.withLock({ $0.contains(begun.id) }) else { return }
        let outcome = await Task { [client] () -> Result<Void, S3DBError> in
            do throws(S3DBError) {
                return .success(try await client.abort(begun))
            } catch {
                return .failure(error)
            }
        }.value
        try outcome.get()
    }

    /// Aborts the uploads under the prefix that were begun before `age` ago; returns how many.
    public func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int {
        try await client.sweepUploads(prefix: prefix, olderThan: age)
    }
}
