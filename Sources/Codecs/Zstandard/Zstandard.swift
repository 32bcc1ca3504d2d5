// Zstandard: https://www.rfc-editor.org/rfc/rfc8878, over libzstd.
//
// Streams and pieces are whole frames. Frames carry a checksum of their content (4 bytes, XXH64), so that damage
// is found whatever it hits, and their content size where it is known before the end. Blocks in Parquet's pages
// leave the checksum out, as pages have one of their own.

import CZstd
public import S3DBCore

/// Zstandard (`zst`).
public struct Zstandard: Codec {
    /// The largest window that a frame may ask of a decompressor, as a power of two: 128 MiB, what libzstd allows
    /// by itself and level 22 needs. A frame that asks for more is refused with ``S3DBError/Code/inflateLimit``.
    public static let maximumWindowLog = 27

    /// Makes the codec.
    public init() {}

    /// `zst`.
    public var name: String { "zst" }
    /// `zst`.
    public var fileExtension: String? { "zst" }
    /// -131072 to 22, by default 3.
    public var levels: CodecLevels? { CodecLevels(-131_072...22, standard: 3) }
    /// ZSTD.
    public var parquetCode: Int32? { 6 }
    /// ZSTD.
    public var arrowBodyCode: Int8? { 1 }
    /// Pieces are frames.
    public var hasIndependentPieces: Bool { true }
    /// A skippable frame.
    public func filler(byteCount: Int) -> Buffer? { SkippableFrame.frame(byteCount: byteCount) }
    /// libzstd's version.
    public var libraryVersion: String { "libzstd " + String(cString: ZSTD_versionString()) }

    /// libzstd's own estimate.
    public func compressorByteCount(level: Int?, contentByteCount: Int) -> Int {
        // To libzstd a size of 0 is an unknown one.
        let size = UInt64(clamping: max(contentByteCount, 1))
        var parameters = ZSTD_getCParams(Int32(clamping: level ?? 3), size, 0)
        if let limits = Self.tableLimits(level: level ?? 3) {
            parameters.chainLog = min(parameters.chainLog, UInt32(limits.chainLog))
            parameters.hashLog = min(parameters.hashLog, UInt32(limits.hashLog))
        }
        return ZSTD_estimateCCtxSize_usingCParams(parameters)
    }

    /// The powers of two that the tables of a compressor are limited to, nil where libzstd's are no larger.
    ///
    /// From level 20 on, libzstd takes by the content what is mostly not used: a day of 14 MB of Arrow at level 22 takes
    /// 257 MiB, within these limits 81 MiB, in less time and for as many bytes.
    static func tableLimits(level: Int) -> (chainLog: Int32, hashLog: Int32)? { level >= 20 ? (24, 22) : nil }

    /// Makes a compressor.
    public func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor {
        try ZstandardCompressor(level: try resolvedLevel(level) ?? 3)
    }

    /// Makes a decompressor.
    public func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor {
        try MemberDecompressor<ZstandardDecoder>(limits: limits)
    }
}
