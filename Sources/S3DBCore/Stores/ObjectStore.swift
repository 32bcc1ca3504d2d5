/// Where objects are read and written: S3, a directory, memory.
///
/// A store is a view of one prefix: keys are relative to it. What becomes visible does so in one step and whole;
/// what is in progress is invisible to `list`, `head` and `get`. All methods may be called concurrently.
public protocol ObjectStore: Sendable {
    /// The store's URL for people, without anything secret.
    var description: String { get }

    /// The smallest part of a multipart upload but for its last, in bytes.
    var minimumPartByteCount: Int { get }

    /// The size of parts from which larger ones only take memory; nil where each part costs a request.
    var preferredPartByteCount: Int? { get }

    /// The size and version of an object; nil where none stands.
    func head(_ key: ObjectKey) async throws(S3DBError) -> ObjectInfo?

    /// Opens an object, or a range of its bytes, cut to the object's size.
    ///
    /// - Parameter version: The version that must stand.
    /// - Throws: ``S3DBError/Code/notFound``, or ``S3DBError/Code/preconditionFailed`` when another version stands
    ///   there, now or at any later read.
    func open(_ key: ObjectKey, range: Range<Int>?, version: VersionToken?) async throws(S3DBError) -> any ObjectReader

    /// The objects whose keys begin with `prefix`, in the order of their keys' UTF-8, handed out page by page.
    ///
    /// - Parameter after: Lists only keys behind this one.
    func list(
        prefix: String, after: ObjectKey?, _ body: ([ObjectInfo]) throws(S3DBError) -> Void
    ) async throws(S3DBError)

    /// The names between `prefix` (empty, or ending in a slash) and the next slash, in order: S3's common prefixes.
    func listDirectories(prefix: String) async throws(S3DBError) -> [String]

    /// Writes an object whole.
    ///
    /// - Throws: ``S3DBError/Code/preconditionFailed`` when the condition does not hold.
    func put(_ key: ObjectKey, _ content: [Buffer], if condition: WriteCondition) async throws(S3DBError) -> ObjectInfo

    /// Begins an upload in parts; nothing is visible before ``complete(_:parts:if:)``.
    func createUpload(_ key: ObjectKey) async throws(S3DBError) -> UploadID

    /// Writes one part; numbers go from 1 to 10,000 and may come in any order.
    func uploadPart(_ upload: UploadID, number: Int, _ content: [Buffer]) async throws(S3DBError) -> UploadedPart

    /// Makes a range of an object a part, inside the store: none of its bytes pass through this process.
    ///
    /// S3's `UploadPartCopy` sets the rules that a caller keeps to: a range has ``minimumPartByteCount`` bytes at
    /// least, unless it becomes the last part, and 5 GiB at most; the object is larger than ``minimumPartByteCount``.
    ///
    /// - Parameters:
    ///   - key: The object, which may be the one that the upload replaces.
    ///   - version: The version that must stand.
    /// - Throws: ``S3DBError/Code/notFound`` when no object or upload stands there,
    ///   ``S3DBError/Code/preconditionFailed`` when another version does, and ``S3DBError/Code/invalidArgument`` for
    ///   a range that is empty, too long or not within the object.
    func copyPart(
        _ upload: UploadID, number: Int, from key: ObjectKey, version: VersionToken, range: Range<Int>
    ) async throws(S3DBError) -> UploadedPart

    /// Makes the parts, in the order of their numbers, the object.
    ///
    /// - Throws: ``S3DBError/Code/preconditionFailed`` when the condition does not hold.
    func complete(
        _ upload: UploadID, parts: [UploadedPart], if condition: WriteCondition
    ) async throws(S3DBError) -> ObjectInfo

    /// Forgets an upload and its parts. Unknown uploads are no error.
    func abort(_ upload: UploadID) async throws(S3DBError)

    /// Removes an object; none there is no error.
    func delete(_ key: ObjectKey, if condition: WriteCondition) async throws(S3DBError)

    /// Aborts uploads that were begun before `age` ago; returns how many.
    func sweepUploads(olderThan age: Duration) async throws(S3DBError) -> Int
}

/// Names a version of an object: opaque, equal only where the bytes are.
public struct VersionToken: Hashable, Sendable, CustomStringConvertible {
    /// The token's text: an ETag, or size and modification time.
    public let text: String

    /// Makes a token.
    public init(_ text: String) {
        self.text = text
    }

    /// The token's text.
    public var description: String { text }
}

/// An object as a listing shows it.
public struct ObjectInfo: Hashable, Sendable {
    /// Its key, relative to the store's prefix.
    public var key: ObjectKey
    /// Its size in bytes.
    public var byteCount: Int
    /// Its version.
    public var version: VersionToken

    /// Makes an entry.
    public init(key: ObjectKey, byteCount: Int, version: VersionToken) {
        self.key = key
        self.byteCount = byteCount
        self.version = version
    }
}

/// What must hold at the moment that an object is written or removed.
public enum WriteCondition: Hashable, Sendable {
    /// Nothing.
    case none
    /// No object stands at the key.
    case absent
    /// The object at the key is at this version.
    case version(VersionToken)
}

/// The bytes of an opened object, in order.
public protocol ObjectReader: AnyObject, Sendable {
    /// The object as it was when opened.
    var info: ObjectInfo { get }

    /// The next bytes, at most `limit`; nil at the end.
    ///
    /// - Throws: ``S3DBError/Code/preconditionFailed`` when the object changed since it was opened and that can be
    ///   told; ``S3DBError/Code/ioFailure`` for a body that is cut short.
    func read(limit: Int) async throws(S3DBError) -> Buffer?
}

/// An upload in progress.
public struct UploadID: Hashable, Sendable {
    /// The key that it will become.
    public var key: ObjectKey
    /// The store's name for it.
    public var text: String
    /// Where its parts are going to stand, where whoever sends them knows.
    public var layout: PartLayout?

    /// Makes an identifier.
    public init(key: ObjectKey, text: String) {
        self.key = key
        self.text = text
    }
}

/// A part that a store has taken.
public struct UploadedPart: Hashable, Sendable {
    /// Its number, from 1.
    public var number: Int
    /// Its size.
    public var byteCount: Int
    /// What the store calls this part's bytes.
    public var token: String

    /// Makes a part.
    public init(number: Int, byteCount: Int, token: String) {
        self.number = number
        self.byteCount = byteCount
        self.token = token
    }
}

extension ObjectStore {
    /// Each part costs a request.
    public var preferredPartByteCount: Int? { nil }

    /// Whether what is asked of the store waits for an answer, so that more than one thing should be asked for at once.
    var isRemote: Bool { preferredPartByteCount == nil }

    /// All bytes of an object of at most `limit` bytes, or of a range of it; nil where none stands.
    ///
    /// Bytes that do not have the checksum that the store tells were damaged on their way, and are read again.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` for a larger one, ``S3DBError/Code/checksumMismatch`` for one whose
    ///   bytes are damaged each of ``ReadRules/attemptLimit`` times.
    public func read(
        _ key: ObjectKey, range: Range<Int>? = nil, version: VersionToken? = nil, limit: Int = 64 << 20
    ) async throws(S3DBError) -> (info: ObjectInfo, bytes: Buffer)? {
        var attempt = 1
        while true {
            do throws(S3DBError) {
                return try await readOnce(key, range: range, version: version, limit: limit)
            } catch  where error.code == .checksumMismatch && attempt < ReadRules.attemptLimit {
                attempt += 1
            }
        }
    }

    private func readOnce(
        _ key: ObjectKey, range: Range<Int>?, version: VersionToken?, limit: Int
    ) async throws(S3DBError) -> (info: ObjectInfo, bytes: Buffer)? {
        let reader: any ObjectReader
        do throws(S3DBError) {
            reader = try await open(key, range: range, version: version)
        } catch  where error.code == .notFound {
            return nil
        }
        var chunks: [Buffer] = []
        var total = 0
        while let chunk = try await reader.read(limit: 1 << 20) {
            total += chunk.count
            if total > limit {
                throw S3DBError(
                    .limitExceeded, "the object is larger than \(limit) bytes", at: .init(key: key.text))
            }
            chunks.append(chunk)
        }
        if let only = chunks.first, chunks.count == 1 { return (reader.info, only) }
        var bytes = BufferBuilder(capacity: total)
        for chunk in chunks { bytes.append(chunk.bytes) }
        return (reader.info, bytes.freeze())
    }
}
