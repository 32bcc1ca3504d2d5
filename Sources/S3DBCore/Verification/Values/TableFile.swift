/// A file of rows in a store, without the outer codec that it may be packed in.
public struct TableFile: Sendable {
    /// The object.
    public let info: ObjectInfo

    private let store: any ObjectStore
    private let packing: Packing
    private let limits: EngineLimits

    /// What stands around a file.
    enum Packing: Sendable {
        /// Nothing.
        case bare
        /// A codec's stream.
        case stream(any Codec)
        /// A single block of a codec, without what makes it a stream.
        case block(any Codec)
    }

    /// The most that is inflated at once where a file must be in memory.
    private var wholeByteLimit: Int { limits.memoryByteCount }

    init(_ info: ObjectInfo, in store: any ObjectStore, packing: Packing, limits: EngineLimits) {
        self.info = info
        self.store = store
        self.packing = packing
        self.limits = limits
    }

    init(_ info: ObjectInfo, in store: any ObjectStore, packedIn codec: (any Codec)?, limits: EngineLimits) {
        self.init(info, in: store, packing: codec.map(Packing.stream) ?? .bare, limits: limits)
    }

    private var isPacked: Bool {
        if case .bare = packing { false } else { true }
    }

    /// The object itself, where it is not packed; nil where it is.
    public var unpackedObject: (info: ObjectInfo, store: any ObjectStore)? { isPacked ? nil : (info, store) }

    /// Calls `body` with the content, block after block.
    ///
    /// - Throws: What the store, the codec and `body` throw.
    public func forEachBlock(_ body: (Buffer) throws(S3DBError) -> Void) async throws(S3DBError) {
        switch packing {
        case .bare:
            let reader = try await store.open(info.key, range: nil, version: info.version)
            while let block = try await reader.read(limit: InflatingReader.blockByteCount(limits)) { try body(block) }
        case .block(let codec): try body(try await blockContent(codec))
        case .stream(let codec):
            var reader = try await InflatingReader(
                of: info, in: store, codec: codec, limits: .unlimited, readByteCount: limits.readByteCount)
            var isAtEnd = false
            while !isAtEnd {
                var block = BufferBuilder()
                isAtEnd = try await !reader.fill(&block, to: InflatingReader.blockByteCount(limits))
                if !block.isEmpty { try body(block.freeze()) }
            }
        }
    }

    private func blockContent(_ codec: any Codec) async throws(S3DBError) -> Buffer {
        guard
            let stored = try await store.read(info.key, version: info.version, limit: wholeByteLimit)?.bytes,
            let block = SnappyBlock(stored.bytes)
        else { throw ReadRules.changed(info.key) }
        guard block.contentByteCount <= wholeByteLimit else { throw isTooLarge }
        var content = BufferBuilder()
        try codec.makeDecompressor(limits: .unlimited)
            .decompressBlock(stored.bytes, contentByteCount: block.contentByteCount, into: &content)
        return content.freeze()
    }

    private var isTooLarge: S3DBError {
        S3DBError(
            .limitExceeded, "the file inflates beyond \(wholeByteLimit) bytes, and must be in memory to be read",
            remedy: "Raise --memory", at: .init(key: info.key.text))
    }

    /// All of the content.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` where that is more than the memory that may be used.
    public func content() async throws(S3DBError) -> Buffer {
        var content = BufferBuilder()
        try await forEachBlock { (block) throws(S3DBError) in
            guard content.count + block.count <= wholeByteLimit else { throw isTooLarge }
            content.append(block.bytes)
        }
        return content.freeze()
    }
}

extension TableFile {
    /// Reads the file, alone with the memory that may be used where all of it must be inflated.
    func read(
        by reader: any TableReader, codecs: Registry.Plugins<any Codec>, budget: ByteBudget,
        into consumer: some TableConsumer
    ) async throws(S3DBError) {
        let needed = 2 * InflatingReader.blockByteCount(limits)
        let reserved = isPacked && reader.needsRandomAccess ? budget.total : min(needed, budget.total)
        try await budget.acquire(reserved)
        defer { budget.release(reserved) }
        do throws(S3DBError) {
            try await reader.read(self, codecs: codecs, into: consumer)
        } catch {
            throw error.located(in: .init(key: info.key.text))
        }
    }
}

extension InflateLimits {
    /// For content of which little is kept, so that it may be much.
    static var unlimited: InflateLimits { InflateLimits(ratio: 1 << 20, byteCount: Int.max) }
}
