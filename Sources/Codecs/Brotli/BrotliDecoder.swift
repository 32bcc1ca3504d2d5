import CBrotli
import S3DBCore

/// Decompresses brotli streams. There is no checksum to miss: much damage shows only as other content.
struct BrotliDecoder: MemberDecoder, ~Copyable {
    /// Nil before the first stream; libbrotli cannot use a context again.
    private var context: OpaquePointer?

    init() throws(S3DBError) {}

    deinit {
        if let context { BrotliDecoderDestroyInstance(context) }
    }

    static var isConcatenable: Bool { false }

    mutating func beginMember() throws(S3DBError) {
        if let context { BrotliDecoderDestroyInstance(context) }
        context = BrotliDecoderCreateInstance(nil, nil, nil)
        if context == nil { throw S3DBError(.codecFailure, "libbrotli cannot make a decompressor") }
    }

    mutating func decode(_ step: inout DecodeStep) throws(S3DBError) -> Bool {
        let input = step.unread
        let room = step.free
        var inputCount = input.count
        var roomCount = room.count
        var next: UnsafePointer<UInt8>? = input.address
        var target: UnsafeMutablePointer<UInt8>? = room.address
        let result = BrotliDecoderDecompressStream(context, &inputCount, &next, &roomCount, &target, nil)
        step.used += input.count - inputCount
        step.written += room.count - roomCount
        switch result {
        case BROTLI_DECODER_RESULT_SUCCESS: return true
        case BROTLI_DECODER_RESULT_ERROR: throw failure()
        default: return false
        }
    }

    private func failure() -> S3DBError {
        let code = BrotliDecoderGetErrorCode(context)
        let name = String(cString: BrotliDecoderErrorString(code))
        // Codes from -21 to -30 are failures of allocation (brotli/decode.h).
        let isOurs = (-30 ... -20).contains(code.rawValue)
        return S3DBError(
            isOurs ? .codecFailure : .corruptStream, "libbrotli cannot decompress: \(name)")
    }
}
