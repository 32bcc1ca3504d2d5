/// Reads a compressed object from its beginning and inflates it.
///
/// One step of inflating is plain code between two awaits, so that it needs no thread of its own.
struct InflatingReader: ~Copyable {
    private let reader: any ObjectReader
    private let decompressor: any Decompressor
    private let readByteCount: Int
    /// The stored bytes at hand, of which the first `usedCount` are inflated.
    private var chunk = Buffer()
    private var usedCount = 0
    /// Whether the decompressor was stopped by the limit, so that it may have more without further input.
    private var isFull = false

    /// - Parameter readByteCount: The most stored bytes that are read at once.
    init(
        of info: ObjectInfo, in store: any ObjectStore, codec: any Codec, limits: InflateLimits, readByteCount: Int
    ) async throws(S3DBError) {
        let reader = try await store.open(info.key, range: nil, version: info.version)
        let decompressor = try codec.makeDecompressor(limits: limits)
        self.reader = reader
        self.decompressor = decompressor
        self.readByteCount = readByteCount
    }

    /// Reads a source of which little more than the beginning is wanted. What is made as it is read is asked for once,
    /// all else in ranges.
    init(headOf info: ObjectInfo, in store: any ObjectStore, spec: ValidatedSpec) async throws(S3DBError) {
        if spec.readsTables {
            try await self.init(
                of: info, in: store, codec: spec.sourceCodec, limits: InflateLimits(),
                readByteCount: RangedReader.firstByteCount)
        } else {
            try self.init(headOf: info, in: store, codec: spec.sourceCodec)
        }
    }

    /// Reads an object of which little more than the beginning is wanted; sends nothing yet.
    init(headOf info: ObjectInfo, in store: any ObjectStore, codec: any Codec) throws(S3DBError) {
        let decompressor = try codec.makeDecompressor(limits: InflateLimits())
        reader = RangedReader(of: info, in: store)
        self.decompressor = decompressor
        readByteCount = RangedReader.firstByteCount
    }

    /// Appends some inflated bytes, up to `limit`; returns false at the end, where nothing is left to append.
    ///
    /// - Throws: What the store throws; ``S3DBError/Code/emptyObject``; and for damaged, truncated or bloated
    ///   content what the codec throws.
    mutating func read(into output: inout BufferBuilder, limit: Int) async throws(S3DBError) -> Bool {
        while true {
            if try inflate(into: &output, limit: limit) { return true }
            guard let next = try await reader.read(limit: readByteCount) else {
                if reader.info.byteCount == 0 {
                    throw S3DBError(.emptyObject, "the object has no bytes", remedy: "Upload the day again")
                }
                try decompressor.finish()
                return false
            }
            chunk = next
            usedCount = 0
        }
    }

    /// Reads on until `output` has `count` bytes; returns false at the end, where nothing is left to append.
    ///
    /// - Throws: What ``read(into:limit:)`` throws, and ``S3DBError/Code/cancelled``.
    mutating func fill(_ output: inout BufferBuilder, to count: Int) async throws(S3DBError) -> Bool {
        while output.count < count {
            if Task.isCancelled { throw S3DBError(.cancelled, "cancelled while reading") }
            guard try await read(into: &output, limit: count - output.count) else { return false }
        }
        return true
    }

    /// Inflates from the bytes at hand; returns whether that gave any.
    private mutating func inflate(into output: inout BufferBuilder, limit: Int) throws(S3DBError) -> Bool {
        guard isFull || usedCount < chunk.count else { return false }
        let before = output.count
        usedCount += try decompressor.decompress(
            chunk.bytes.extracting(droppingFirst: usedCount), into: &output, limit: limit)
        isFull = output.count - before >= limit
        return output.count > before
    }
}

extension InflatingReader {
    /// The inflated bytes that are handed on at once: few enough for the cache that who takes them reads them from.
    static func blockByteCount(_ limits: EngineLimits) -> Int { limits.readByteCount }

    /// Inflates an object to its end, one block ahead of who takes them.
    static func inflate(
        _ info: ObjectInfo, in store: any ObjectStore, codec: any Codec, limits: EngineLimits,
        into blocks: Handoff<Buffer>
    ) async {
        do throws(S3DBError) {
            var reader = try await InflatingReader(
                of: info, in: store, codec: codec, limits: limits.inflate, readByteCount: limits.readByteCount)
            var isAtEnd = false
            while !isAtEnd {
                var block = BufferBuilder(capacity: blockByteCount(limits))
                isAtEnd = try await !reader.fill(&block, to: blockByteCount(limits))
                if block.count > 0 { try await blocks.send(block.freeze()) }
            }
            blocks.finish(.success(()))
        } catch {
            blocks.finish(.failure(error))
        }
    }
}
