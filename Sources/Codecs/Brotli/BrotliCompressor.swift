import CBrotli
import S3DBCore

/// Writes brotli streams.
final class BrotliCompressor: Compressor {
    private let level: Int
    private var encoder: BrotliEncoder?

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
        encoder = nil
    }

    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest {
        try update(content, into: &output)
        return PieceDigest(contentByteCount: content.byteCount)
    }

    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError) {
        try finish(into: &output)
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

    init(level: Int, contentByteCount: Int?) throws(S3DBError) {
        guard let native = BrotliEncoderCreateInstance(nil, nil, nil) else {
            throw S3DBError(.codecFailure, "libbrotli cannot make a compressor")
        }
        self.native = native
        BrotliEncoderSetParameter(native, BROTLI_PARAM_QUALITY, UInt32(clamping: level))
        BrotliEncoderSetParameter(native, BROTLI_PARAM_LGWIN, UInt32(BROTLI_DEFAULT_WINDOW))
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
