/// Checks that a codec keeps the promises of ``Codec``, ``Compressor`` and ``Decompressor``.
///
///     try CodecConformance(XZ()).run()
///
/// It needs no test framework: call it in a test of any. It takes seconds, and checks that
///
/// - content comes back from every form (whole, streaming, pieces, blocks), in any chunking, with existing output
///   kept, by compressors and decompressors that are used again;
/// - pieces of different compressors are one stream, in any order, empty ones and none at all included;
/// - equal content gives equal bytes;
/// - streams that are cut off, followed by garbage or too large are refused, and levels out of range too.
///
/// It does not show that other programs read the streams; compare with another implementation for that.
public struct CodecConformance: Sendable {
    let codec: any Codec
    let seed: UInt64

    /// Makes a check of `codec`; equal seeds check with equal contents.
    public init(_ codec: any Codec, seed: UInt64 = 1) {
        self.codec = codec
        self.seed = seed
    }

    /// Runs all checks.
    ///
    /// - Throws: ``S3DBError/Code/nonconforming`` with the name of the first check that failed, or the codec's own
    ///   error where none should be, with the check in its message.
    public func run() throws(S3DBError) {
        try check("levels out of range are refused") { () throws(S3DBError) in try checkLevels() }
        for content in ConformanceContent.all(seed: seed) {
            try check("whole streams, \(content.label)") { () throws(S3DBError) in try checkWhole(content) }
            try check("streaming, \(content.label)") { () throws(S3DBError) in try checkStreaming(content) }
            try check("pieces, \(content.label)") { () throws(S3DBError) in try checkPieces(content) }
            try check("blocks, \(content.label)") { () throws(S3DBError) in try checkBlocks(content) }
        }
        try check("no pieces") { () throws(S3DBError) in try checkNoPieces() }
        try check("truncation") { () throws(S3DBError) in try checkTruncation() }
        try check("trailing garbage") { () throws(S3DBError) in try checkTrailingGarbage() }
        try check("inflate limits") { () throws(S3DBError) in try checkLimits() }
    }

    /// Adds the check's name to what it throws.
    private func check(_ name: String, _ body: () throws(S3DBError) -> Void) throws(S3DBError) {
        do throws(S3DBError) {
            try body()
        } catch {
            var named = error
            named.message = "codec \(codec.name), check of \(name): \(error.message)"
            throw named
        }
    }

    /// Throws unless `condition` holds.
    func expect(_ condition: Bool, _ promise: @autoclosure () -> String) throws(S3DBError) {
        guard !condition else { return }
        throw S3DBError(.nonconforming, "it does not hold that \(promise())")
    }

    /// Throws unless `body` throws an error with one of the codes.
    func expect(
        _ codes: [S3DBError.Code], _ promise: String, from body: () throws(S3DBError) -> Void
    ) throws(S3DBError) {
        do throws(S3DBError) {
            try body()
        } catch {
            if codes.contains(error.code) { return }
            throw S3DBError(.nonconforming, "\(promise) is refused with another error", cause: error)
        }
        throw S3DBError(.nonconforming, "\(promise) is not refused")
    }

    /// Whether the codec's streams are their contents, so that damage cannot show.
    var isIdentity: Bool {
        get throws(S3DBError) {
            let content = Buffer(repeatElement(UInt8(ascii: "x"), count: 100))
            return try codec.compress(content.bytes) == content
        }
    }

    private func checkLevels() throws(S3DBError) {
        try expect(!codec.name.isEmpty, "the codec has a name")
        let outside: [Int]
        if let levels = codec.levels {
            outside = [levels.range.lowerBound - 1, levels.range.upperBound + 1, .min, .max]
            for level in [levels.range.lowerBound, levels.range.upperBound, levels.standard] {
                _ = try codec.makeCompressor(level: level)
                let byteCount = codec.compressorByteCount(level: level, contentByteCount: 1 << 20)
                try expect(byteCount >= 0, "a compressor's memory is not negative")
            }
        } else {
            outside = [-1, 0, 1]
        }
        for level in outside {
            try expect([.invalidSpec], "level \(level)") { () throws(S3DBError) in
                _ = try codec.makeCompressor(level: level)
            }
        }
    }
}

extension S3DBError.Code {
    /// An implementation does not keep the promises of its protocol.
    public static let nonconforming = Self(rawValue: "nonconforming")
}
