// A small compression format, defined here:
//
//   stream   magic "RLX1" | chunk … | end
//   chunk    0x01 | content length | packed length | packed bytes      at most 64 KiB of content
//   end      0x00 | checksum       | content length of the stream
//
// Lengths are unsigned 32-bit and little-endian, that of the stream is 64-bit. Packed bytes are runs and literals,
// each byte of which is then XORed with the low eight bits of its position in the chunk plus 0x5A:
//
//   0x00 … 0x7F   that many bytes and one more stand as they are behind it
//   0x80 … 0xFF   the next byte stands for 3 … 130 of its kind
//
// The checksum is a polynomial over all content, modulo 2^32, which pieces can be combined to.

import S3DBCore

/// Run-length encoding under an XOR mask: a codec that is made outside of the converter's package.
public struct RunLengthXOR: Codec {
    /// Makes the codec.
    public init() {}

    /// `rlx`.
    public var name: String { "rlx" }

    /// `rlx`.
    public var fileExtension: String? { "rlx" }

    /// None.
    public var levels: CodecLevels? { nil }

    /// Parquet has no such codec.
    public var parquetCode: Int32? { nil }

    /// Arrow has no such codec.
    public var arrowBodyCode: Int8? { nil }

    /// Chunks know nothing of one another.
    public var hasIndependentPieces: Bool { true }

    /// The version of this implementation.
    public var libraryVersion: String { "rlx 1" }

    /// Nothing native; the buffer of one chunk.
    public func compressorByteCount(level: Int?, contentByteCount: Int) -> Int { RunLengthFormat.chunkByteCount }

    /// Makes a compressor; there are no levels.
    public func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor {
        _ = try resolvedLevel(level)
        return RunLengthCompressor()
    }

    /// Makes a decompressor.
    public func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor {
        RunLengthDecompressor(limits: limits)
    }
}

/// The constants and sums of the format.
enum RunLengthFormat {
    static let magic: [UInt8] = Array("RLX1".utf8)
    static let chunkByteCount = 1 << 16
    static let chunkMark: UInt8 = 1
    static let endMark: UInt8 = 0
    static let shortestRun = 3
    static let longestRun = 130
    static let longestLiteral = 128
    /// No chunk packs to more: a control byte for every 128 literals.
    static let packedByteLimit = chunkByteCount + chunkByteCount / longestLiteral + 1

    /// What the packed byte at `position` is XORed with.
    static func mask(_ position: Int) -> UInt8 {
        UInt8(truncatingIfNeeded: position &+ 0x5A)
    }

    private static let base: UInt32 = 0x0100_0193

    /// The checksum of bytes that follow those of `checksum`.
    static func checksum(_ checksum: UInt32, _ bytes: UnsafeRawBufferPointer) -> UInt32 {
        var sum = checksum
        for byte in bytes { sum = sum &* base &+ UInt32(byte) &+ 1 }
        return sum
    }

    /// The checksum of `first` followed by `count` bytes whose own checksum is `second`. O(log count).
    static func combined(_ first: UInt32, _ second: UInt32, count: Int) -> UInt32 {
        var power = base
        var shift: UInt32 = 1
        var rest = count
        while rest > 0 {
            if rest & 1 == 1 { shift = shift &* power }
            power = power &* power
            rest >>= 1
        }
        return first &* shift &+ second
    }
}
