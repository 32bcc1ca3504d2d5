/// The hashes of a byte sequence's blocks, so that two sequences can be compared of which one is gone.
struct BlockHashes: ~Copyable {
    /// The bytes of a block; the last one may have fewer.
    static let blockByteCount = 64 << 10

    /// The hashes of the blocks that are complete, or after ``end()`` of all.
    private(set) var hashes: [UInt64] = []
    /// The bytes taken.
    private(set) var byteCount = 0
    private var block = BufferBuilder()

    /// Takes the next bytes, cut anywhere.
    mutating func take(_ bytes: RawSpan) {
        byteCount += bytes.byteCount
        var position = 0
        while position < bytes.byteCount {
            let count = min(Self.blockByteCount - block.count, bytes.byteCount - position)
            block.append(bytes.extracting(position..<position + count))
            position += count
            if block.count == Self.blockByteCount { endBlock() }
        }
    }

    /// Says that no further bytes come.
    mutating func end() {
        if !block.isEmpty { endBlock() }
    }

    private mutating func endBlock() {
        hashes.append(block.bytes.withUnsafeBytes { ValueHash.hash($0) })
        block.removeAll()
    }
}
