import FaultProxy
import S3DB

/// One thing that is asked of S3, with what must stand there first.
struct S3Scenario: Sendable {
    /// Does it, through the store under test; the result as text.
    typealias Action = @Sendable (S3Store) async throws -> String

    /// What is asked.
    let name: String
    /// The request that faults befall.
    let kind: RequestKind
    /// Makes what must stand there, straight on the server, and gives the action.
    let prepare: @Sendable (S3Store) async throws -> Action

    init(
        _ kind: RequestKind, _ variant: String? = nil,
        _ prepare: @escaping @Sendable (S3Store) async throws -> Action
    ) {
        name = variant.map { "\(kind), \($0)" } ?? "\(kind)"
        self.kind = kind
        self.prepare = prepare
    }

    private static let key = ObjectKey.known("k")

    /// Contents that differ, and are large enough to be cut in the middle.
    static let old = content(of: 1)
    static let new = content(of: 2)

    private static func content(of salt: UInt8) -> Buffer {
        Buffer((0..<70_000).map { UInt8(truncatingIfNeeded: $0 &* 31 &+ $0 >> 8) ^ salt })
    }

    /// Every kind of request that the store and its client send, in each way that matters.
    static let all: [S3Scenario] = reading + writing + uploading + removing

    // MARK: Reading

    private static let reading = [
        S3Scenario("ListObjectsV2") { straight in
            try await put(straight, "a b/1", "a b/2", "k")
            return { store in
                var found: [String] = []
                try await store.list(prefix: "", after: nil) { found += $0.map { "\($0.key) \($0.byteCount)" } }
                let directories = try await store.listDirectories(prefix: "")
                return "\(found) \(directories)"
            }
        },
        S3Scenario("HeadObject") { straight in
            try await put(straight, "k")
            return { store in "\(try await store.head(key)?.byteCount ?? -1)" }
        },
        S3Scenario("GetObject") { straight in
            try await put(straight, "k")
            return { store in named(try await store.read(key)?.bytes) }
        },
        S3Scenario("GetObject", "a range") { straight in
            try await put(straight, "k")
            return { store in
                let reader = try await store.open(key, range: 1000..<50_000, version: nil)
                var bytes = BufferBuilder()
                while let chunk = try await reader.read(limit: 10_000) { bytes.append(chunk.bytes) }
                return named(bytes.freeze(), among: [("range", old.slice(1000..<50_000))])
            }
        },
        S3Scenario("ListMultipartUploads") { straight in
            _ = try await straight.createUpload(.known("u"))
            return { store in
                let page = try await store.client.listUploads(prefix: store.prefix)
                return "\(page.elements.map { $0.key.dropFirst(store.prefix.count) })"
            }
        },
    ]

    // MARK: Writing

    private static let writing = [
        S3Scenario("PutObject") { straight in
            try await put(straight, "k")
            return { store in "\(try await store.put(key, [new], if: .none).byteCount)" }
        },
        S3Scenario("PutObject", "if absent") { _ in
            { store in "\(try await store.put(key, [new], if: .absent).byteCount)" }
        },
        S3Scenario("PutObject", "if at a version") { straight in
            let version = try await straight.put(key, [old], if: .none).version
            return { store in "\(try await store.put(key, [new], if: .version(version)).byteCount)" }
        },
        S3Scenario("CopyObject") { straight in
            let version = try await straight.put(.known("source"), [new], if: .none).version
            try await put(straight, "k")
            return { store in
                _ = try await store.client.copy(
                    store.prefix + "k", from: store.prefix + "source", version: version)
                return ""
            }
        },
    ]

    // MARK: Uploads

    private static let uploading = [
        S3Scenario("CreateMultipartUpload") { _ in { try await inParts($0, if: .none) } },
        S3Scenario("UploadPart") { _ in { try await inParts($0, if: .none) } },
        S3Scenario("UploadPartCopy") { straight in
            let version = try await straight.put(.known("source"), [new], if: .none).version
            return { store in
                try await inParts(store, if: .none) { upload in
                    try await store.copyPart(
                        upload, number: 1, from: .known("source"), version: version, range: 0..<new.count)
                }
            }
        },
        S3Scenario("CompleteMultipartUpload") { straight in
            try await put(straight, "k")
            return { try await inParts($0, if: .none) }
        },
        S3Scenario("CompleteMultipartUpload", "if absent") { _ in { try await inParts($0, if: .absent) } },
        S3Scenario("CompleteMultipartUpload", "if at a version") { straight in
            let version = try await straight.put(key, [old], if: .none).version
            return { try await inParts($0, if: .version(version)) }
        },
        S3Scenario("AbortMultipartUpload") { straight in
            try await put(straight, "k")
            return { store in
                let upload = try await store.createUpload(key)
                _ = try await store.uploadPart(upload, number: 1, [new])
                try await store.abort(upload)
                return ""
            }
        },
    ]

    /// Uploads the new content as one part, and gives the upload up where that fails.
    private static func inParts(
        _ store: S3Store, if condition: WriteCondition,
        part: (@Sendable (UploadID) async throws -> UploadedPart)? = nil
    ) async throws -> String {
        let upload = try await store.createUpload(key)
        do {
            let part =
                if let part { try await part(upload) } else { try await store.uploadPart(upload, number: 1, [new]) }
            return "\(try await store.complete(upload, parts: [part], if: condition).byteCount)"
        } catch {
            try? await store.abort(upload)
            throw error
        }
    }

    // MARK: Removing

    private static let removing = [
        S3Scenario("DeleteObject") { straight in
            try await put(straight, "k", "stays")
            return { store in
                try await store.delete(key, if: .none)
                return ""
            }
        },
        S3Scenario("DeleteObject", "if at a version") { straight in
            let version = try await straight.put(key, [old], if: .none).version
            return { store in
                try await store.delete(key, if: .version(version))
                return ""
            }
        },
        S3Scenario("DeleteObjects") { straight in
            try await put(straight, "k", "a&b<c>", "stays")
            return { store in
                try await store.client.delete([store.prefix + "k", store.prefix + "a&b<c>"])
                return ""
            }
        },
    ]

    // MARK: Contents

    private static func put(_ store: S3Store, _ keys: String...) async throws {
        for key in keys { _ = try await store.put(.known(key), [old], if: .none) }
    }

    /// What bytes are called in results.
    static func named(_ bytes: Buffer?, among others: [(String, Buffer)] = []) -> String {
        guard let bytes else { return "nothing" }
        let known = [("old", old), ("new", new)] + others
        return known.first { $0.1 == bytes }?.0 ?? "\(bytes.count) other bytes"
    }
}

extension ObjectKey {
    /// A key that is one.
    static func known(_ text: String) -> ObjectKey {
        guard let key = try? ObjectKey(text) else { preconditionFailure("\(text) is no key") }
        return key
    }
}
