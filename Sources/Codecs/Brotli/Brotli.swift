// Brotli: https://www.rfc-editor.org/rfc/rfc7932, over libbrotli.
//
// The format has no magic number, no checksum and no concatenation of streams. Pieces are what libbrotli makes at a
// stream offset (brotli/encode.h, BROTLI_PARAM_STREAM_OFFSET) up to a flush: meta-blocks that begin without distances
// and context, and that refer to the static dictionary by distances as they are from a full window on (RFC 7932,
// section 8). So a window of content stands in front of them.

import CBrotli
public import S3DBCore

/// Brotli (`br`), with the format's standard window of 4 MiB.
public struct Brotli: Codec {
    /// Makes the codec.
    public init() {}

    /// `br`.
    public var name: String { "br" }
    /// `br`.
    public var fileExtension: String? { "br" }
    /// 0 to 11, by default 5.
    public var levels: CodecLevels? { CodecLevels(0...11, standard: 5) }
    /// BROTLI.
    public var parquetCode: Int32? { 4 }
    /// Arrow has no brotli.
    public var arrowBodyCode: Int8? { nil }
    /// Behind a window of content.
    public var hasIndependentPieces: Bool { true }
    /// The window, 4 MiB.
    public var pieceHeadByteCount: Int { 1 << BrotliCompressor.windowBitCount }

    /// libbrotli's version.
    public var libraryVersion: String {
        let version = BrotliEncoderVersion()
        return "libbrotli \(version >> 24).\(version >> 12 & 0xFFF).\(version & 0xFFF)"
    }

    /// What libbrotli 1.0.9 was measured to allocate at most, by level, for content of several windows; less content
    /// takes less.
    public func compressorByteCount(level: Int?, contentByteCount: Int) -> Int {
        let mebibytes = [9, 10, 9, 9, 16, 32, 53, 62, 70, 92, 80, 80]
        let index = min(max(level ?? 5, 0), mebibytes.count - 1)
        return mebibytes[index] << 20
    }

    /// Makes a compressor.
    public func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor {
        BrotliCompressor(level: try resolvedLevel(level) ?? 5)
    }

    /// Makes a decompressor.
    public func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor {
        try MemberDecompressor<BrotliDecoder>(limits: limits)
    }
}
