import CBZip2
import S3DBCore

/// Decompresses bzip2 streams.
///
/// libbz2 has one error for all damage. To tell a wrong checksum from other damage, the two halves of its work are
/// kept apart: first it reads a block without room for content, then it gives the content without input. What
/// fails in the second half is the block's checksum.
struct BZip2Decoder: MemberDecoder, ~Copyable {
    /// At an address of its own: libbz2 refuses a stream that has moved.
    private let stream: UnsafeMutablePointer<bz_stream>
    private var isOpen = false
    /// The last bits that were read, the newest lowest, to find the end of the stream by.
    private var tail = Tail()

    init() throws(S3DBError) {
        stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
        stream.initialize(to: bz_stream())
    }

    deinit {
        if isOpen { BZ2_bzDecompressEnd(stream) }
        stream.deallocate()
    }

    static var startByteCount: Int { 4 }

    /// `BZh` and the level, 1 to 9.
    static func canStart(_ prefix: UInt64, count: Int) -> Bool {
        agrees(prefix, count: min(count, 3), with: 0x68_5A42)
            && (count < 4 || (UInt64(UInt8(ascii: "1"))...UInt64(UInt8(ascii: "9"))).contains(prefix >> 24))
    }

    mutating func beginMember() throws(S3DBError) {
        if isOpen { BZ2_bzDecompressEnd(stream) }
        isOpen = false
        stream.initialize(to: bz_stream())
        let status = BZ2_bzDecompressInit(stream, 0, 0)
        guard status == BZ_OK else { throw S3DBError(.codecFailure, "libbz2 cannot make a decompressor (\(status))") }
        isOpen = true
        tail = Tail()
    }

    mutating func decode(_ step: inout DecodeStep) throws(S3DBError) -> Bool {
        while true {
            // Content that is ready leaves first; with none ready this does nothing.
            try giveContent(&step)
            guard step.used < step.input.count, step.written < step.room.count || step.room.isEmpty else {
                return false
            }
            if try readBlock(&step) { return true }
            if step.room.isEmpty { return false }
        }
    }

    private mutating func giveContent(_ step: inout DecodeStep) throws(S3DBError) {
        let room = step.free
        guard !room.isEmpty else { return }
        stream.pointee.avail_in = 0
        let status = run(into: room, &step)
        guard status == BZ_OK else {
            throw failure(status, orElse: S3DBError(.checksumMismatch, "the CRC of a bzip2 block is wrong"))
        }
    }

    /// Reads up to the end of a block, and returns whether the stream ends there.
    private mutating func readBlock(_ step: inout DecodeStep) throws(S3DBError) -> Bool {
        let input = step.unread
        // libbz2 counts in 32 bits.
        let inputCount = min(input.count, 1 << 30)
        stream.pointee.next_in = UnsafeMutableRawPointer(input.mutableAddress).assumingMemoryBound(to: CChar.self)
        stream.pointee.avail_in = UInt32(inputCount)
        let status = run(into: UnsafeMutableRawBufferPointer(rebasing: step.room[..<0]), &step)
        let taken = inputCount - Int(stream.pointee.avail_in)
        tail.append(UnsafeRawBufferPointer(rebasing: input[..<taken]))
        step.used += taken
        if status == BZ_STREAM_END { return true }
        guard status == BZ_OK else {
            let isAtEnd = tail.isEndOfStream
            throw failure(
                status,
                orElse: isAtEnd
                    ? S3DBError(.checksumMismatch, "the CRC of the bzip2 stream is wrong")
                    : S3DBError(.corruptStream, "the bzip2 stream is damaged"))
        }
        return false
    }

    private func run(into room: UnsafeMutableRawBufferPointer, _ step: inout DecodeStep) -> Int32 {
        let roomCount = min(room.count, 1 << 30)
        stream.pointee.next_out = UnsafeMutableRawPointer(room.address).assumingMemoryBound(to: CChar.self)
        stream.pointee.avail_out = UInt32(roomCount)
        let status = BZ2_bzDecompress(stream)
        step.written += roomCount - Int(stream.pointee.avail_out)
        return status
    }

    private func failure(_ status: Int32, orElse damage: S3DBError) -> S3DBError {
        switch status {
        case BZ_DATA_ERROR: damage
        case BZ_DATA_ERROR_MAGIC: S3DBError(.corruptStream, "the bzip2 stream is damaged")
        default: S3DBError(.codecFailure, "libbz2 cannot decompress (\(status))")
        }
    }
}

extension BZip2Decoder {
    /// The last 88 bits of what was read: the end of a stream has a magic number of 48 bits, a CRC of 32 and up to
    /// 7 bits of padding.
    private struct Tail {
        private var bits: UInt128 = 0

        mutating func append(_ bytes: UnsafeRawBufferPointer) {
            for byte in bytes.suffix(11) { bits = bits << 8 | UInt128(byte) }
        }

        /// Whether the bits end with the end of a stream.
        var isEndOfStream: Bool {
            let magicNumber: UInt128 = 0x1772_4538_5090
            return (0..<8).contains { bits >> (32 + $0) & 0xFFFF_FFFF_FFFF == magicNumber }
        }
    }
}
