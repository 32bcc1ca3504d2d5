import CZstd
import S3DBCore

/// Decompresses zstd frames, and passes over skippable ones.
struct ZstandardDecoder: MemberDecoder, ~Copyable {
    private let context: OpaquePointer

    init() throws(S3DBError) {
        guard let context = ZSTD_createDCtx() else {
            throw S3DBError(.codecFailure, "libzstd cannot make a decompressor")
        }
        ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, Int32(Zstandard.maximumWindowLog))
        self.context = context
    }

    deinit {
        ZSTD_freeDCtx(context)
    }

    static var startByteCount: Int { 4 }
    static var hasBlocks: Bool { true }

    static func canStart(_ prefix: UInt64, count: Int) -> Bool {
        agrees(prefix, count: count, with: ZSTD_MAGICNUMBER) || SkippableFrame.agrees(prefix, count: count)
    }

    mutating func beginMember() throws(S3DBError) {
        ZSTD_DCtx_reset(context, ZSTD_reset_session_only)
    }

    mutating func decode(_ step: inout DecodeStep) throws(S3DBError) -> Bool {
        var source = ZSTD_inBuffer(src: step.input.address, size: step.input.count, pos: step.used)
        var target = ZSTD_outBuffer(dst: step.room.address, size: step.room.count, pos: step.written)
        let result = ZSTD_decompressStream(context, &target, &source)
        step.used = source.pos
        step.written = target.pos
        guard ZSTD_isError(result) == 0 else { throw Self.failure(result) }
        return result == 0
    }

    mutating func decodeBlock(
        _ block: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(S3DBError) -> Int {
        guard !block.isEmpty else { throw S3DBError(.truncatedStream, "the zstd block is empty") }
        let result = ZSTD_decompressDCtx(context, room.address, room.count, block.address, block.count)
        guard ZSTD_isError(result) == 0 else { throw Self.failure(result) }
        return result
    }

    private static func failure(_ result: Int) -> S3DBError {
        let name = String(cString: ZSTD_getErrorName(result))
        switch ZSTD_getErrorCode(result) {
        case ZSTD_error_checksum_wrong:
            return S3DBError(.checksumMismatch, "the checksum of the zstd frame disagrees with its content")
        case ZSTD_error_dstSize_tooSmall:
            return S3DBError(.lengthMismatch, "the zstd frame holds more than it should")
        case ZSTD_error_srcSize_wrong:
            return S3DBError(.truncatedStream, "the zstd frame is not as long as it should be")
        case ZSTD_error_frameParameter_windowTooLarge:
            return S3DBError(
                .inflateLimit, "the zstd frame asks for a window of more than \(1 << Zstandard.maximumWindowLog) bytes",
                remedy: "Compress it again without long distance matching")
        case ZSTD_error_memory_allocation:
            return S3DBError(.codecFailure, "libzstd cannot decompress: \(name)")
        default:
            return S3DBError(.corruptStream, "the zstd frame is damaged: \(name)")
        }
    }
}
