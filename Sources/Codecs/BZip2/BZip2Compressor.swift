import CBZip2
import S3DBCore

/// Writes bzip2 streams.
final class BZip2Compressor: Compressor {
    private let level: Int
    private var stream: BZip2Stream?

    init(level: Int) {
        self.level = level
    }

    func compress(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        stream = nil
        try update(content, into: &output)
        try finish(into: &output)
    }

    func compressBlock(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        throw S3DBError(
            .unsupported, "Parquet has no bzip2", remedy: "For pages about as small choose zst at a high level, or br")
    }

    func update(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        let stream = try openStream()
        do {
            try content.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
                try stream.run(bytes, into: &output)
            }
        } catch {
            self.stream = nil
            throw error
        }
    }

    func finish(into output: inout BufferBuilder) throws(S3DBError) {
        let stream = try openStream()
        self.stream = nil
        try stream.finish(into: &output)
    }

    func begin(into output: inout BufferBuilder) throws(S3DBError) {}

    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest {
        if content.byteCount > 0 { try compress(content, into: &output) }
        return PieceDigest(contentByteCount: content.byteCount)
    }

    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError) {
        if pieces.allSatisfy({ $0.contentByteCount == 0 }) { try compress(RawSpan(), into: &output) }
    }

    private func openStream() throws(S3DBError) -> BZip2Stream {
        if let stream { return stream }
        let opened = try BZip2Stream(level: level)
        stream = opened
        return opened
    }
}

/// The native context of one stream; libbz2 cannot use one again.
private final class BZip2Stream {
    /// At an address of its own: libbz2 refuses a stream that has moved.
    private let stream: UnsafeMutablePointer<bz_stream>

    private static let stepByteCount = 64 << 10

    init(level: Int) throws(S3DBError) {
        stream = UnsafeMutablePointer<bz_stream>.allocate(capacity: 1)
        stream.initialize(to: bz_stream())
        let status = BZ2_bzCompressInit(stream, Int32(clamping: level), 0, 0)
        // Where this throws, deinit runs, and ending a stream that has no state does nothing.
        guard status == BZ_OK else { throw S3DBError(.codecFailure, "libbz2 cannot make a compressor (\(status))") }
    }

    deinit {
        BZ2_bzCompressEnd(stream)
        stream.deallocate()
    }

    func run(_ content: UnsafeRawBufferPointer, into output: inout BufferBuilder) throws(S3DBError) {
        var taken = 0
        while taken < content.count {
            // libbz2 counts in 32 bits.
            let share = min(content.count - taken, 1 << 30)
            let start = content.mutableAddress + taken
            stream.pointee.next_in = UnsafeMutableRawPointer(start).assumingMemoryBound(to: CChar.self)
            stream.pointee.avail_in = UInt32(share)
            _ = try step(BZ_RUN, into: &output)
            taken += share - Int(stream.pointee.avail_in)
        }
    }

    func finish(into output: inout BufferBuilder) throws(S3DBError) {
        stream.pointee.avail_in = 0
        while try step(BZ_FINISH, into: &output) != BZ_STREAM_END {}
    }

    private func step(_ action: Int32, into output: inout BufferBuilder) throws(S3DBError) -> Int32 {
        var status = BZ_OK
        try output.append(upTo: Self.stepByteCount) { (room) throws(S3DBError) -> Int in
            stream.pointee.next_out = UnsafeMutableRawPointer(room.address).assumingMemoryBound(to: CChar.self)
            stream.pointee.avail_out = UInt32(room.count)
            status = BZ2_bzCompress(stream, action)
            guard status >= BZ_OK else { throw S3DBError(.codecFailure, "libbz2 cannot compress (\(status))") }
            return room.count - Int(stream.pointee.avail_out)
        }
        return status
    }
}
