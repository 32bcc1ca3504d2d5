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
                try context.compressFrame(bytes, into: room)
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
        guard let limits = Zstandard.tableLimits(level: level) else { return }
        try checkedCompression(ZSTD_CCtx_setParameter(native, ZSTD_c_chainLog, limits.chainLog))
        try checkedCompression(ZSTD_CCtx_setParameter(native, ZSTD_c_hashLog, limits.hashLog))
    }

    deinit {
        ZSTD_freeCCtx(native)
    }

    /// Forgets an unfinished frame.
    func startFrame(hasChecksum: Bool) throws(S3DBError) {
        try checkedCompression(ZSTD_CCtx_reset(native, ZSTD_reset_session_only))
        try checkedCompression(ZSTD_CCtx_setParameter(native, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0))
    }

    /// Compresses `bytes` to the whole of a frame that was started, the same bytes as `ZSTD_compress2` makes, and returns
    /// how many they are. `room` has room for the worst case.
    ///
    /// libzstd makes the checksum of all that it is given before it compresses any of it, so it is given what a cache
    /// holds; the buffers stay where they are, and nothing is copied on the way.
    func compressFrame(
        _ bytes: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(S3DBError) -> Int {
        guard bytes.count > Self.stepByteCount, Self.takesGrowingInput else {
            return try checkedCompression(
                ZSTD_compress2(native, room.address, room.count, bytes.address, bytes.count))
        }
        try checkedCompression(ZSTD_CCtx_setPledgedSrcSize(native, UInt64(bytes.count)))
        try setBuffersAreStable(true)
        defer {
            // An unfinished frame would hold on to its parameters.
            ZSTD_CCtx_reset(native, ZSTD_reset_session_only)
            try? setBuffersAreStable(false)
        }
        var input = ZSTD_inBuffer(src: bytes.address, size: 0, pos: 0)
        var output = ZSTD_outBuffer(dst: room.address, size: room.count, pos: 0)
        while input.size < bytes.count {
            input.size = min(bytes.count, input.size + Self.stepByteCount)
            let directive = input.size == bytes.count ? ZSTD_e_end : ZSTD_e_continue
            try checkedCompression(ZSTD_compressStream2(native, &output, &input, directive))
        }
        return output.pos
    }

    private static let stepByteCount = 512 << 10

    /// Whether stable input may grow, as it may since 1.5.4 (zstd.h, `ZSTD_c_stableInBuffer`).
    private static let takesGrowingInput = ZSTD_versionNumber() >= 10504

    private func setBuffersAreStable(_ areStable: Bool) throws(S3DBError) {
        // The names in the header are macros, which Swift does not see: ZSTD_c_stableInBuffer, ZSTD_c_stableOutBuffer.
        try checkedCompression(ZSTD_CCtx_setParameter(native, ZSTD_c_experimentalParam9, areStable ? 1 : 0))
        try checkedCompression(ZSTD_CCtx_setParameter(native, ZSTD_c_experimentalParam10, areStable ? 1 : 0))
    }
}

/// `result`, unless it is an error.
@discardableResult
private func checkedCompression(_ result: Int) throws(S3DBError) -> Int {
    guard ZSTD_isError(result) != 0 else { return result }
    throw S3DBError(.codecFailure, "libzstd cannot compress: \(String(cString: ZSTD_getErrorName(result)))")
}
