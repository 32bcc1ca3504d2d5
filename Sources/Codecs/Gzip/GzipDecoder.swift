import CZlib
import S3DBCore

#if canImport(Glibc)
import Glibc
#elseif canImport(Musl)
import Musl
#elseif canImport(Darwin)
import Darwin
#endif

/// Inflates gzip members with zlib.
struct GzipDecoder: MemberDecoder, ~Copyable {
    /// At an address of its own: zlib refuses a stream that has moved.
    private let stream: UnsafeMutablePointer<z_stream>

    init() throws(S3DBError) {
        stream = try makeInflateStream()
    }

    deinit {
        inflateEnd(stream)
        stream.deallocate()
    }

    static var startByteCount: Int { 3 }
    static var hasZeroPadding: Bool { true }

    /// The magic number and the method deflate.
    static func canStart(_ prefix: UInt64, count: Int) -> Bool {
        agrees(prefix, count: count, with: 0x08_8B1F)
    }

    mutating func beginMember() throws(S3DBError) {
        inflateReset(stream)
    }

    mutating func decode(_ step: inout DecodeStep) throws(S3DBError) -> Bool {
        var status = Z_OK
        repeat {
            let input = step.unread
            let room = step.free
            // zlib counts in 32 bits.
            let inputCount = min(input.count, 1 << 30)
            let roomCount = min(room.count, 1 << 30)
            stream.pointee.next_in = input.mutableAddress
            stream.pointee.avail_in = UInt32(inputCount)
            stream.pointee.next_out = room.address
            stream.pointee.avail_out = UInt32(roomCount)
            status = inflate(stream, Z_NO_FLUSH)
            step.used += inputCount - Int(stream.pointee.avail_in)
            step.written += roomCount - Int(stream.pointee.avail_out)
        } while status == Z_OK && step.used < step.input.count && step.written < step.room.count
        switch status {
        case Z_STREAM_END: return true
        case Z_OK, Z_BUF_ERROR: return false
        default: throw gzipFailure(status, stream.pointee.msg)
        }
    }
}

/// A native context that reads gzip members.
func makeInflateStream() throws(S3DBError) -> UnsafeMutablePointer<z_stream> {
    let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
    stream.initialize(to: z_stream())
    // 16 more window bits make zlib expect a gzip header and check the trailer (zlib.h, `inflateInit2`).
    let status = inflateInit2_(stream, MAX_WBITS + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
    guard status == Z_OK else {
        stream.deallocate()
        throw S3DBError(.codecFailure, "zlib cannot make a decompressor (\(status))")
    }
    return stream
}

/// What zlib says. Which error it is stands in no code of zlib's but in its message, which has not changed since 1995.
func gzipFailure(_ status: Int32, _ message: UnsafePointer<CChar>?) -> S3DBError {
    guard status == Z_DATA_ERROR else { return S3DBError(.codecFailure, "zlib cannot decompress (\(status))") }
    guard let message else { return S3DBError(.corruptStream, "the gzip stream is damaged") }
    if strcmp(message, "incorrect data check") == 0 || strcmp(message, "header crc mismatch") == 0 {
        return gzipChecksumMismatch
    }
    if strcmp(message, "incorrect length check") == 0 { return gzipLengthMismatch }
    return S3DBError(.corruptStream, "the gzip stream is damaged: \(String(cString: message))")
}

var gzipChecksumMismatch: S3DBError {
    S3DBError(.checksumMismatch, "the CRC-32 of the gzip member disagrees with its content")
}

var gzipLengthMismatch: S3DBError {
    S3DBError(.lengthMismatch, "the length of the gzip member disagrees with its content")
}
