import CZlib
import S3DBCore

/// Writes gzip members around raw deflate blocks.
final class GzipCompressor: Compressor {
    private var blocks: DeflateStream
    private var isStreaming = false
    /// CRC-32 and length of the stream's content so far.
    private var digest = PieceDigest(contentByteCount: 0)

    init(level: Int) throws(S3DBError) {
        blocks = try DeflateStream(level: level)
    }

    func compress(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        startStream(into: &output)
        try take(content, flush: Z_FINISH, into: &output)
        endStream(into: &output)
    }

    func compressBlock(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        try compress(content, into: &output)
    }

    func update(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming { startStream(into: &output) }
        try take(content, flush: Z_NO_FLUSH, into: &output)
    }

    func finish(into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming { startStream(into: &output) }
        try take(RawSpan(), flush: Z_FINISH, into: &output)
        endStream(into: &output)
    }

    func begin(into output: inout BufferBuilder) throws(S3DBError) {
        Self.appendHeader(to: &output)
    }

    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest {
        restart()
        defer { isStreaming = false }
        if content.byteCount > 0 { try take(content, flush: Z_FULL_FLUSH, into: &output) }
        return digest
    }

    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError) {
        var total = PieceDigest(contentByteCount: 0)
        for piece in pieces { total.combine(piece) }
        output.append(contentsOf: Self.emptyLastBlock)
        Self.appendTrailer(total, to: &output)
    }
}

extension GzipCompressor {
    /// A block with fixed codes that is the last and holds nothing but its end (RFC 1951, 3.2.6).
    private static let emptyLastBlock: [UInt8] = [0x03, 0x00]

    /// Magic number, method deflate, no flags, no time, no extra flags, unknown system (RFC 1952, 2.3).
    private static let header: [UInt8] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]

    private static func appendHeader(to output: inout BufferBuilder) {
        output.append(contentsOf: header)
    }

    private static func appendTrailer(_ digest: PieceDigest, to output: inout BufferBuilder) {
        output.appendLittleEndian(digest.checksum)
        output.appendLittleEndian(UInt32(truncatingIfNeeded: digest.contentByteCount))
    }

    private func restart() {
        blocks.reset()
        digest = PieceDigest(contentByteCount: 0)
        isStreaming = true
    }

    private func startStream(into output: inout BufferBuilder) {
        restart()
        Self.appendHeader(to: &output)
    }

    private func endStream(into output: inout BufferBuilder) {
        Self.appendTrailer(digest, to: &output)
        isStreaming = false
    }

    private func take(_ content: RawSpan, flush: Int32, into output: inout BufferBuilder) throws(S3DBError) {
        try content.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
            do throws(S3DBError) {
                try blocks.deflate(bytes, flush: flush, into: &output)
            } catch {
                isStreaming = false
                throw error
            }
            digest.checksum = UInt32(truncatingIfNeeded: crc32_z(uLong(digest.checksum), bytes.address, bytes.count))
            digest.contentByteCount += bytes.count
        }
    }
}

extension PieceDigest {
    /// Becomes the digest of this content and `next` behind it. O(log length).
    fileprivate mutating func combine(_ next: PieceDigest) {
        let combined = crc32_combine(uLong(checksum), uLong(next.checksum), next.contentByteCount)
        checksum = UInt32(truncatingIfNeeded: combined)
        contentByteCount += next.contentByteCount
    }
}
