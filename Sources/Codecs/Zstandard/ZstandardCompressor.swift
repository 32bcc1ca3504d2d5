import CZstd
import S3DBCore

/// Writes zstd frames.
final class ZstandardCompressor: Compressor {
    private let context: ZstandardContext
    private var isStreaming = false

    /// The memory that a stream's output is taken in, in bytes; a block compressed fits.
    private static let stepByteCount = ZSTD_CStreamOutSize()

    init(level: Int) throws(S3DBError) {
        context = try ZstandardContext(level: level)
    }

    func compress(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        try compress(content, hasChecksum: true, into: &output)
    }

    func compressBlock(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        try compress(content, hasChecksum: false, into: &output)
    }

    func update(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming { try startStream() }
        if content.byteCount > 0 { try stream(content, directive: ZSTD_e_continue, into: &output) }
    }

    func finish(into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming { try startStream() }
        try stream(RawSpan(), directive: ZSTD_e_end, into: &output)
        isStreaming = false
    }

    func begin(into output: inout BufferBuilder) throws(S3DBError) {}

    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest {
        if content.byteCount > 0 { try compress(content, into: &output) }
        return PieceDigest(contentByteCount: content.byteCount)
    }

    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError) {
        if pieces.allSatisfy({ $0.contentByteCount == 0 }) { try compress(RawSpan(), into: &output) }
    }
}

extension ZstandardCompressor {
    private func compress(
        _ content: RawSpan, hasChecksum: Bool, into output: inout BufferBuilder
    ) throws(S3DBError) {
        isStreaming = false
        try context.startFrame(hasChecksum: hasChecksum)
        try content.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
            let bound = ZSTD_compressBound(bytes.count)
            try output.append(upTo: bound) { (room) throws(S3DBError) -> Int in
                try checkedCompression(
                    ZSTD_compress2(context.native, room.address, room.count, bytes.address, bytes.count))
            }
        }
    }

    private func startStream() throws(S3DBError) {
        try context.startFrame(hasChecksum: true)
        isStreaming = true
    }

    private func stream(
        _ content: RawSpan, directive: ZSTD_EndDirective, into output: inout BufferBuilder
    ) throws(S3DBError) {
        do {
            try content.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
                var input = ZSTD_inBuffer(src: bytes.address, size: bytes.count, pos: 0)
                while !(try step(&input, directive: directive, into: &output)) {}
            }
        } catch {
            isStreaming = false
            throw error
        }
    }

    /// Appends what is ready, and returns whether the directive is carried out.
    private func step(
        _ input: inout ZSTD_inBuffer, directive: ZSTD_EndDirective, into output: inout BufferBuilder
    ) throws(S3DBError) -> Bool {
        var isDone = false
        try output.append(upTo: Self.stepByteCount) { (room) throws(S3DBError) -> Int in
            var target = ZSTD_outBuffer(dst: room.address, size: room.count, pos: 0)
            let pending = try checkedCompression(
                ZSTD_compressStream2(context.native, &target, &input, directive))
            isDone = directive == ZSTD_e_end ? pending == 0 : input.pos == input.size
            return target.pos
        }
        return isDone
    }
}

/// A native compression context. Classes of this module own one each.
private final class ZstandardContext {
    let native: OpaquePointer

    init(level: Int) throws(S3DBError) {
        guard let native = ZSTD_createCCtx() else {
            throw S3DBError(.codecFailure, "libzstd cannot make a compressor")
        }
        self.native = native
        try checkedCompression(ZSTD_CCtx_setParameter(native, ZSTD_c_compressionLevel, Int32(clamping: level)))
        try checkedCompression(ZSTD_CCtx_setParameter(native, ZSTD_c_contentSizeFlag, 1))
    }

    deinit {
        ZSTD_freeCCtx(native)
    }

    /// Forgets an unfinished frame.
    func startFrame(hasChecksum: Bool) throws(S3DBError) {
        try checkedCompression(ZSTD_CCtx_reset(native, ZSTD_reset_session_only))
        try checkedCompression(ZSTD_CCtx_setParameter(native, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0))
    }
}

/// `result`, unless it is an error.
@discardableResult
private func checkedCompression(_ result: Int) throws(S3DBError) -> Int {
    guard ZSTD_isError(result) != 0 else { return result }
    throw S3DBError(.codecFailure, "libzstd cannot compress: \(String(cString: ZSTD_getErrorName(result)))")
}
