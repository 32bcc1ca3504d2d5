import S3DBCore
import S3Transport

/// The place of a live-job document: an object of any store, edited under the version that was read.
public struct LiveJobStore: Sendable {
    /// Where the document is.
    public let store: any ObjectStore
    /// Its key.
    public let key: ObjectKey

    /// The largest document that is read, in bytes.
    public static let byteLimit = 4 << 20
    /// How often an edit is tried that others interrupt.
    public static let attemptLimit = 10

    /// Names an object of a store.
    public init(_ store: any ObjectStore, key: ObjectKey) {
        self.store = store
        self.key = key
    }

    /// The document with the version that it was read at; without jobs and version where none stands.
    ///
    /// - Throws: What ``LiveJobDocument/init(parsing:)`` throws, with the key, and failures of the store.
    public func load() async throws(S3DBError) -> (document: LiveJobDocument, version: VersionToken?) {
        guard let (info, bytes) = try await store.read(key, limit: Self.byteLimit) else {
            return (LiveJobDocument(), nil)
        }
        do throws(S3DBError) {
            return (try LiveJobDocument(parsing: bytes.bytes), info.version)
        } catch {
            throw error.located(in: .init(key: key.text))
        }
    }

    /// The version that stands; nil where no document does.
    public func version() async throws(S3DBError) -> VersionToken? {
        try await store.head(key)?.version
    }

    /// Changes the document, and again from what stands then when another edit came between.
    ///
    /// - Returns: The document as it was written.
    /// - Throws: What `body` throws, with nothing written, and ``S3DBError/Code/conflict`` when others kept coming
    ///   between.
    @discardableResult
    public func edit(
        _ body: (inout LiveJobDocument) throws(S3DBError) -> Void
    ) async throws(S3DBError) -> LiveJobDocument {
        for _ in 0..<Self.attemptLimit {
            var (document, version) = try await load()
            try body(&document)
            do throws(S3DBError) {
                _ = try await store.put(
                    key, [Buffer(document.text.utf8)], if: version.map(WriteCondition.version) ?? .absent)
                return document
            } catch  where error.code == .preconditionFailed || error.code == .conflict {
                continue
            }
        }
        throw S3DBError(
            .conflict, "the jobs were edited by others \(Self.attemptLimit) times in a row",
            remedy: "Run the command again", at: .init(key: key.text))
    }
}
