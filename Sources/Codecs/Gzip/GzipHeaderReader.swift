#if FastInflate
import CZlib
import S3DBCore

/// Reads the header of a gzip member (RFC 1952, 2.3) with zlib, which also checks its CRC-16 where it has one.
struct GzipHeaderReader: ~Copyable {
    /// At an address of its own: zlib refuses a stream that has moved.
    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(S3DBError) {
        stream = try makeInflateStream()
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    mutating func reset() {
        inflateReset(stream)
    }

    /// Takes input up to the first deflate block, and returns whether that is reached.
    mutating func read(_ step: inout DecodeStep) throws(S3DBError) -> Bool {
        let input = UnsafeRawBufferPointer(rebasing: step.unread.prefix(1 << 16))
        // Nothing is written, but zlib wants an address.
        var nothing: UInt8 = 0
        let status = withUnsafeMutablePointer(to: &nothing) { nothing in
            stream.pointee.next_in = input.mutableAddress
            stream.pointee.avail_in = UInt32(input.count)
            stream.pointee.next_out = nothing
            stream.pointee.avail_out = 0
            return inflate(stream, Z_BLOCK)
        }
        step.used += input.count - Int(stream.pointee.avail_in)
        guard status == Z_OK || status == Z_BUF_ERROR else { throw gzipFailure(status, stream.pointee.msg) }
        return stream.pointee.data_type & Self.isBeforeBlock != 0
    }

    /// Set in `data_type` where inflating stopped in front of a block (zlib.h, `inflate`).
    private static let isBeforeBlock: Int32 = 128
}
#endif
