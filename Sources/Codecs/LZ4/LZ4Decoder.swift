import CLZ4
import S3DBCore

/// Decompresses LZ4 frames, and passes over skippable ones.
struct LZ4Decoder: MemberDecoder, ~Copyable {
    private let context: OpaquePointer

    init() throws(S3DBError) {
        var made: OpaquePointer?
        let result = LZ4F_createDecompressionContext(&made, UInt32(LZ4F_VERSION))
        guard LZ4F_isError(result) == 0, let context = made else {
            throw S3DBError(.codecFailure, "liblz4 cannot make a decompressor")
        }
        self.context = context
    }

    deinit {
        LZ4F_freeDecompressionContext(context)
    }

    static var startByteCount: Int { 4 }
    /// A byte that lengthens a match makes up to 255 (lz4_Block_format.md, "Matchlength").
    static var blockRatio: Int? { 255 }

    static func canStart(_ prefix: UInt64, count: Int) -> Bool {
        agrees(prefix, count: count, with: 0x184D_2204) || SkippableFrame.agrees(prefix, count: count)
    }

    mutating func beginMember() throws(S3DBError) {
        LZ4F_resetDecompressionContext(context)
    }

    mutating func decode(_ step: inout DecodeStep) throws(S3DBError) -> Bool {
        while true {
            let input = step.unread
            let room = step.free
            var taken = input.count
            var written = room.count
            let result = LZ4F_decompress(context, room.address, &written, input.address, &taken, nil)
            guard LZ4F_isError(result) == 0 else { throw Self.failure(result) }
            step.used += taken
            step.written += written
            if result == 0 { return true }
            if taken == 0 && written == 0 { return false }
        }
    }

    mutating func decodeBlock(
        _ block: UnsafeRawBufferPointer, into room: UnsafeMutableRawBufferPointer
    ) throws(S3DBError) -> Int {
        guard !block.isEmpty else { throw S3DBError(.truncatedStream, "the LZ4 block is empty") }
        guard let blockCount = Int32(exactly: block.count), let roomCount = Int32(exactly: room.count) else {
            throw S3DBError(.corruptStream, "the LZ4 block is larger than a block can be")
        }
        let source = UnsafeRawPointer(block.address).assumingMemoryBound(to: CChar.self)
        let target = UnsafeMutableRawPointer(room.address).assumingMemoryBound(to: CChar.self)
        let written = LZ4_decompress_safe(source, target, blockCount, roomCount)
        guard written >= 0 else {
            throw S3DBError(.corruptStream, "the LZ4 block is damaged, or holds more than it should")
        }
        return Int(written)
    }

    /// Which error it is stands in the names that lz4frame.h gives out.
    private static func failure(_ result: Int) -> S3DBError {
        let name = String(cString: LZ4F_getErrorName(result))
        switch name {
        case "ERROR_contentChecksum_invalid", "ERROR_blockChecksum_invalid", "ERROR_headerChecksum_invalid":
            return S3DBError(.checksumMismatch, "a checksum of the LZ4 frame disagrees with its content")
        case "ERROR_frameSize_wrong":
            return S3DBError(.lengthMismatch, "the length of the LZ4 frame disagrees with its content")
        case "ERROR_allocation_failed":
            return S3DBError(.codecFailure, "liblz4 cannot decompress: \(name)")
        default:
            return S3DBError(.corruptStream, "the LZ4 frame is damaged: \(name)")
        }
    }
}
