import S3DBCore

/// The front of an LZ4 frame: magic number and frame descriptor.
enum LZ4FrameHeader {
    /// The largest block size, 4 MiB.
    static let maximumBlockByteCount = 4 << 20

    private static let magicNumber: UInt32 = 0x184D_2204
    /// FLG: version 01, blocks are independent.
    private static let independentBlocks: UInt8 = 0b0110_0000
    /// FLG: the content size is there.
    private static let hasContentSize: UInt8 = 0b0000_1000

    /// Appends the header of a frame of independent blocks, whose size limit is the smallest that holds
    /// `contentByteCount` in one block, or 4 MiB where it is unknown.
    static func append(contentByteCount: Int?, to output: inout BufferBuilder) {
        output.appendLittleEndian(magicNumber)
        var descriptor: [UInt8] = [independentBlocks, blockSizeCode(contentByteCount ?? .max) << 4]
        if let contentByteCount {
            descriptor[0] |= hasContentSize
            withUnsafeBytes(of: UInt64(contentByteCount).littleEndian) { descriptor.append(contentsOf: $0) }
        }
        output.append(contentsOf: descriptor)
        output.append(UInt8(truncatingIfNeeded: xxh32(descriptor) >> 8))
    }

    /// BD's Block MaxSize: 64 KiB is 4, each further number four times as much, up to 7.
    private static func blockSizeCode(_ contentByteCount: Int) -> UInt8 {
        var code: UInt8 = 4
        while code < 7 && contentByteCount > 1 << (8 + 2 * Int(code)) { code += 1 }
        return code
    }

    /// XXH32 with seed 0 of fewer than 16 bytes, as the descriptor's checksum needs it
    /// (https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md).
    private static func xxh32(_ bytes: [UInt8]) -> UInt32 {
        assert(bytes.count < 16)
        let primes: (UInt32, UInt32, UInt32, UInt32, UInt32) = (
            0x9E37_79B1, 0x85EB_CA77, 0xC2B2_AE3D, 0x27D4_EB2F, 0x1656_67B1
        )
        var hash = primes.4 &+ UInt32(bytes.count)
        var position = 0
        while position + 4 <= bytes.count {
            let lane = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
            hash = rotated(hash &+ lane &* primes.2, by: 17) &* primes.3
            position += 4
        }
        for byte in bytes[position...] { hash = rotated(hash &+ UInt32(byte) &* primes.4, by: 11) &* primes.0 }
        hash = (hash ^ (hash >> 15)) &* primes.1
        hash = (hash ^ (hash >> 13)) &* primes.2
        return hash ^ (hash >> 16)
    }

    private static func rotated(_ value: UInt32, by bits: UInt32) -> UInt32 {
        value << bits | value >> (32 - bits)
    }
}
