import CBrotli
import S3DBCore

/// Writes brotli streams.
final class BrotliCompressor: Compressor {
    private let level: Int
    private var encoder: BrotliEncoder?
    /// Whether the next piece is the first of a stream.
    private var isAtHead = false

    static let windowBitCount = UInt32(BROTLI_DEFAULT_WINDOW)

    /// A meta-block that is the last and empty (RFC 7932, section 9.2).
    private static let emptyLastBlock: UInt8 = 0b11

    init(level: Int) {
        self.level = level
    }

    func compress(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        let encoder = try BrotliEncoder(level: level, contentByteCount: content.byteCount)
        try encoder.run(content, operation: BROTLI_OPERATION_FINISH, into: &output)
    }

    func compressBlock(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        try compress(content, into: &output)
    }

    func update(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        let encoder = try openEncoder()
        do {
            try encoder.run(content, operation: BROTLI_OPERATION_PROCESS, into: &output)
        } catch {
            self.encoder = nil
            throw error
        }
    }

    func finish(into output: inout BufferBuilder) throws(S3DBError) {
        let encoder = try openEncoder()
        self.encoder = nil
        try encoder.run(RawSpan(), operation: BROTLI_OPERATION_FINISH, into: &output)
    }

    func begin(into output: inout BufferBuilder) throws(S3DBError) {
        isAtHead = true
    }

    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest {
        let isFirst = isAtHead
        if content.byteCount > 0 {
            isAtHead = false
            let encoder = try BrotliEncoder(level: level, contentByteCount: content.byteCount, isPiece: !isFirst)
            try encoder.run(content, operation: BROTLI_OPERATION_FLUSH, into: &output)
        }
        return PieceDigest(contentByteCount: content.byteCount)
    }

    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError) {
        if pieces.allSatisfy({ $0.contentByteCount == 0 }) { return try compress(RawSpan(), into: &output) }
        output.append(Self.emptyLastBlock)
    }

    private func openEncoder() throws(S3DBError) -> BrotliEncoder {
        if let encoder { return encoder }
        let opened = try BrotliEncoder(level: level, contentByteCount: nil)
        encoder = opened
        return opened
    }
}

/// The native context of one stream; libbrotli cannot use one again.
private final class BrotliEncoder {
    private let native: OpaquePointer

    private static let stepByteCount = 64 << 10

    /// Behind a window of content it does not matter how far behind; libbrotli takes offsets up to this one.
    private static let pieceOffset: UInt32 = 1 << 30

    /// - Parameter isPiece: Whether what it writes stands somewhere in a stream, behind a window of content.
    init(level: Int, contentByteCount: Int?, isPiece: Bool = false) throws(S3DBError) {
        guard let native = BrotliEncoderCreateInstance(nil, nil, nil) else {
            throw S3DBError(.codecFailure, "libbrotli cannot make a compressor")
        }
        self.native = native
        BrotliEncoderSetParameter(native, BROTLI_PARAM_QUALITY, UInt32(clamping: level))
        BrotliEncoderSetParameter(native, BROTLI_PARAM_LGWIN, BrotliCompressor.windowBitCount)
        if isPiece { BrotliEncoderSetParameter(native, BROTLI_PARAM_STREAM_OFFSET, Self.pieceOffset) }
        if let contentByteCount {
            BrotliEncoderSetParameter(native, BROTLI_PARAM_SIZE_HINT, UInt32(clamping: contentByteCount))
        }
    }

    deinit {
        BrotliEncoderDestroyInstance(native)
    }

    func run(
        _ content: RawSpan, operation: BrotliEncoderOperation, into output: inout BufferBuilder
    ) throws(S3DBError) {
        try content.withUnsafeBytes { (bytes: UnsafeRawBufferPointer) throws(S3DBError) in
            var inputCount = bytes.count
            var next: UnsafePointer<UInt8>? = bytes.address
            while true {
                try step(&inputCount, &next, operation: operation, into: &output)
                let isDone =
                    operation == BROTLI_OPERATION_FINISH ? BrotliEncoderIsFinished(native) != 0 : inputCount == 0
                if isDone && BrotliEncoderHasMoreOutput(native) == 0 { return }
            }
        }
    }

    private func step(
        _ inputCount: inout Int, _ next: inout UnsafePointer<UInt8>?, operation: BrotliEncoderOperation,
        into output: inout BufferBuilder
    ) throws(S3DBError) {
        try output.append(upTo: Self.stepByteCount) { (room) throws(S3DBError) -> Int in
            var roomCount = room.count
            var target: UnsafeMutablePointer<UInt8>? = room.address
            let status = BrotliEncoderCompressStream(native, operation, &inputCount, &next, &roomCount, &target, nil)
            guard status != 0 else { throw S3DBError(.codecFailure, "libbrotli cannot compress") }
            return room.count - roomCount
        }
    }
}
