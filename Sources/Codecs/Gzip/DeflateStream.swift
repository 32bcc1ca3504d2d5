import CZlib
import S3DBCore

/// A native context that makes raw deflate blocks (RFC 1951).
struct DeflateStream: ~Copyable {
    /// At an address of its own: zlib refuses a stream that has moved.
    private let stream: UnsafeMutablePointer<z_stream>

    /// What zlib uses by itself; 9 needs twice the memory for hardly any gain.
    private static let memoryLevel: Int32 = 8

    /// Output is taken in steps of this many bytes. A constant, as the place where zlib repeats a flush marker
    /// depends on it.
    private static let stepByteCount = 64 << 10

    init(level: Int) throws(S3DBError) {
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        let status = deflateInit2_(
            stream, Int32(clamping: level), Z_DEFLATED, -MAX_WBITS, Self.memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        guard status == Z_OK else {
            stream.deallocate()
            throw S3DBError(.codecFailure, "zlib cannot make a compressor (\(status))")
        }
        self.stream = stream
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// Forgets everything but the level.
    mutating func reset() {
        deflateReset(stream)
    }

    /// Appends the blocks of `content`; `flush` (`Z_NO_FLUSH`, `Z_FULL_FLUSH`, `Z_FINISH`) says how they end.
    mutating func deflate(
        _ content: UnsafeRawBufferPointer, flush: Int32, into output: inout BufferBuilder
    ) throws(S3DBError) {
        var taken = 0
        repeat {
            // zlib counts in 32 bits.
            let share = min(content.count - taken, 1 << 30)
            stream.pointee.next_in = content.mutableAddress + taken
            stream.pointee.avail_in = UInt32(share)
            taken += share
            try run(flush: taken == content.count ? flush : Z_NO_FLUSH, into: &output)
        } while taken < content.count
    }

    private mutating func run(flush: Int32, into output: inout BufferBuilder) throws(S3DBError) {
        var hasRoom = false
        while !hasRoom {
            try output.append(upTo: Self.stepByteCount) { (room) throws(S3DBError) -> Int in
                stream.pointee.next_out = room.address
                stream.pointee.avail_out = UInt32(room.count)
                let status = CZlib.deflate(stream, flush)
                // No progress was possible: all is out.
                guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                    throw S3DBError(.codecFailure, "zlib cannot compress (\(status))")
                }
                hasRoom = stream.pointee.avail_out > 0
                return room.count - Int(stream.pointee.avail_out)
            }
        }
    }
}
