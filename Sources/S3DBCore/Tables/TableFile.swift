/// A file of rows in a store, without the outer codec that it may be packed in.
public struct TableFile: Sendable {
    /// The object.
    public let info: ObjectInfo

    let store: any ObjectStore
    /// What stands around the file.
    let packing: Packing
    private let limits: EngineLimits

    /// What stands around a file.
    enum Packing: Sendable {
        /// Nothing.
        case bare
        /// A codec's stream.
        case stream(any Codec)
        /// A single block of a codec, without what makes it a stream.
        case block(any Codec)
        /// Parts that can be had one by one; of these the prologue and some sections, nil for all of the file.
        case sections(SectionedContent, Range<Int>?)
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

    /// The same file, read part by part.
    func with(_ content: SectionedContent, sections: Range<Int>? = nil) -> TableFile {
        TableFile(info, in: store, packing: .sections(content, sections), limits: limits)
    }

    /// Whether a codec is around the file.
    var isPacked: Bool {
        if case .bare = packing { false } else { true }
    }

    /// Whether a codec's stream is.
    var isStream: Bool {
        if case .stream = packing { true } else { false }
    }

    /// Whether all of it must be in memory to be read in any order.
    var isHeldWhole: Bool {
        switch packing {
        case .bare, .sections: false
        case .stream, .block: true
        }
    }

    /// The content, to be read from front to back.
    ///
    /// - Throws: What the store throws.
    public func blocks() async throws(S3DBError) -> TableBlocks {
        let blockByteCount = InflatingReader.blockByteCount(limits)
        switch packing {
        case .bare:
            return TableBlocks(
                .stored(try await store.open(info.key, range: nil, version: info.version), limit: blockByteCount))
        case .block(let codec): return TableBlocks(.whole(try await blockContent(codec)))
        case .sections(let content, let sections): return TableBlocks(.sections(content, sections))
        case .stream(let codec):
            return TableBlocks(
                inflating: try await InflatingReader(
                    of: info, in: store, codec: codec, limits: .unlimited, readByteCount: limits.readByteCount),
                blockByteCount: blockByteCount)
        }
    }

    /// The content, to be read in any order.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` where it must be in memory and is more than may be used, and what the
    ///   store and the codec throw.
    public func randomAccess() async throws(S3DBError) -> TableBytes {
        switch packing {
        case .bare: TableBytes(.stored(StoredObject(info, in: store)))
        case .sections(let content, _): TableBytes(.sections(content))
        case .stream, .block: TableBytes(.whole(try await content()))
        }
    }

    /// Calls `body` with the content, block after block.
    ///
    /// - Throws: What the store, the codec and `body` throw.
    public func forEachBlock(_ body: (Buffer) throws(S3DBError) -> Void) async throws(S3DBError) {
        let blocks = try await blocks()
        while let block = try await blocks.next() { try body(block) }
    }

    /// The content of a file that is a single block of a codec.
    func blockContent(_ codec: any Codec) async throws(S3DBError) -> Buffer {
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
        let reserved = isHeldWhole && reader.needsRandomAccess ? budget.total : min(needed, budget.total)
        try await budget.acquire(reserved)
        defer { budget.release(reserved) }
        do throws(S3DBError) {
            let table = try await reader.open(self, codecs: codecs)
            try consumer.begin(table.schema)
            let cursor = try await table.cursor()
            while let batch = try await cursor.next() { try consumer.take(batch) }
        } catch {
            throw error.located(in: .init(key: info.key.text))
        }
    }
}

extension InflateLimits {
    /// For content of which little is kept, so that it may be much.
    static var unlimited: InflateLimits { InflateLimits(ratio: 1 << 20, byteCount: Int.max) }
}
