import S3DBCore

/// Frames that decoders pass over, which zstd and LZ4 share (RFC 8878, 3.1.2).
enum SkippableFrame {
    /// The magic number, less its four lowest bits.
    private static let magic: UInt32 = 0x184D_2A50
    private static let headByteCount = 8

    /// Whether `count` bytes of `prefix` agree with the front of such a frame.
    static func agrees(_ prefix: UInt64, count: Int) -> Bool {
        Codecs.agrees(prefix, count: count, with: magic, mask: 0xFFFF_FFF0)
    }

    /// A frame of `byteCount` bytes, zeros but for its head; nil where a frame cannot have as many.
    static func frame(byteCount: Int) -> Buffer? {
        guard byteCount >= headByteCount, let size = UInt32(exactly: byteCount - headByteCount) else { return nil }
        var frame = BufferBuilder(capacity: byteCount)
        frame.appendLittleEndian(magic)
        frame.appendLittleEndian(size)
        frame.appendZeros(Int(size))
        return frame.freeze()
    }
}
