/// Finds out what an existing output was made from, by reading a few of its bytes.
struct OutputInspector: Sendable {
    let store: any ObjectStore
    let sink: any ColumnarSink
    /// The codec of whole files; nil for none.
    let outerCodec: (any Codec)?

    /// Looks into files of a format.
    init(store: any ObjectStore, sink: any ColumnarSink, outerCodec: (any Codec)?) {
        self.store = store
        self.sink = sink
        self.outerCodec = outerCodec
    }

    /// Looks into files of a spec.
    init(store: any ObjectStore, spec: ValidatedSpec) {
        self.init(store: store, sink: spec.sink, outerCodec: spec.outerCodec)
    }

    /// The most that is read of a file's ends to find its metadata.
    static let searchByteCount = 64 << 20

    /// What an object turns out to be.
    enum Content: Sendable {
        /// A file that says what it was made from.
        case made(Provenance)
        /// A file of the spec's format and codec that does not say so.
        case unmarked
        /// No file of the spec's format and codec, and why not.
        case damaged(S3DBError)
    }

    /// The provenance of an object, or nil where it has none or is no file of the spec's format and codec.
    ///
    /// - Throws: Failures of the store alone.
    func provenance(of info: ObjectInfo) async throws(S3DBError) -> Provenance? {
        if case .made(let provenance) = try await content(of: info) { provenance } else { nil }
    }

    /// What an object is.
    ///
    /// - Throws: Failures of the store alone.
    func content(of info: ObjectInfo) async throws(S3DBError) -> Content {
        do throws(S3DBError) {
            guard let metadata = try await metadata(of: info) else {
                throw S3DBError(.corruptFile, "the file's metadata cannot be found", at: .init(key: info.key.text))
            }
            return try Provenance(metadata: metadata).map(Content.made) ?? .unmarked
        } catch {
            if Self.isAboutContent(error.code) { return .damaged(error) }
            throw error
        }
    }

    /// Whether an error says that bytes are not what was expected, rather than that they could not be had.
    static func isAboutContent(_ code: S3DBError.Code) -> Bool {
        let codes: Set<S3DBError.Code> = [
            .corruptStream, .truncatedStream, .emptyObject, .trailingGarbage, .checksumMismatch, .lengthMismatch,
            .inflateLimit, .corruptFile, .unsupported, .limitExceeded, .invalidUTF8,
        ]
        return codes.contains(code)
    }

    private func metadata(of info: ObjectInfo) async throws(S3DBError) -> KeyValueMetadata? {
        if let outer = outerCodec { return try await metadata(of: info, inside: outer) }
        var head = Buffer()
        var tail = Buffer()
        while true {
            switch try sink.findMetadata(head: head.bytes, tail: tail.bytes, fileByteCount: info.byteCount) {
            case .found(let metadata): return metadata
            case .needsHead(let count):
                try Self.check(count, beyond: head.count, of: info)
                head = try await read(0..<min(count, info.byteCount), of: info)
            case .needsTail(let count): tail = try await self.tail(count, beyond: tail.count, of: info)
            }
        }
    }

    /// The last bytes of an object.
    ///
    /// - Parameter had: How many were not enough.
    func tail(_ count: Int, beyond had: Int, of info: ObjectInfo) async throws(S3DBError) -> Buffer {
        try Self.check(count, beyond: had, of: info)
        return try await read(max(0, info.byteCount - count)..<info.byteCount, of: info)
    }

    private func read(_ range: Range<Int>, of info: ObjectInfo) async throws(S3DBError) -> Buffer {
        guard let (_, bytes) = try await store.read(info.key, range: range, version: info.version) else {
            throw ReadRules.changed(info.key)
        }
        return bytes
    }

    /// Refuses to search on where more bytes are asked for than there are or than is reasonable.
    private static func check(_ count: Int, beyond had: Int, of info: ObjectInfo) throws(S3DBError) {
        guard count > had, had < info.byteCount, count <= searchByteCount else {
            throw S3DBError(.corruptFile, "the file's metadata cannot be found", at: .init(key: info.key.text))
        }
    }

    private func metadata(of info: ObjectInfo, inside codec: any Codec) async throws(S3DBError) -> KeyValueMetadata? {
        var reader = try InflatingReader(headOf: info, in: store, codec: codec)
        var head = BufferBuilder()
        while true {
            switch try sink.findMetadata(head: head.bytes, tail: Buffer().bytes, fileByteCount: nil) {
            case .found(let metadata): return metadata
            case .needsTail: return nil
            case .needsHead(let count):
                guard count > head.count, count <= Self.searchByteCount else { return nil }
                guard try await reader.fill(&head, to: count) else { return nil }
            }
        }
    }
}
