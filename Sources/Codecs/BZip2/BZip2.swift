// bzip2 over libbz2, whose source is the format's specification (https://sourceware.org/bzip2/).
//
// Streams and pieces are whole bzip2 streams.

import CBZip2
public import S3DBCore

/// bzip2 (`bz2`). Parquet has no such codec: ``Compressor/compressBlock(_:into:)`` throws
/// ``S3DBError/Code/unsupported``.
public struct BZip2: Codec {
    /// Makes the codec.
    public init() {}

    /// `bz2`.
    public var name: String { "bz2" }
    /// `bz2`.
    public var fileExtension: String? { "bz2" }
    /// 1 to 9, by default 9: hundreds of thousands of bytes in a block.
    public var levels: CodecLevels? { CodecLevels(1...9, standard: 9) }
    /// Parquet has no bzip2.
    public var parquetCode: Int32? { nil }
    /// Arrow has no bzip2.
    public var arrowBodyCode: Int8? { nil }
    /// Pieces are streams.
    public var hasIndependentPieces: Bool { true }

    /// libbz2's version.
    public var libraryVersion: String {
        let version = String(cString: BZ2_bzlibVersion())
        return "libbz2 " + version.prefix { $0 != "," }
    }

    /// 400,000 bytes and 8 times the block (the manual's "Memory management").
    public func compressorByteCount(level: Int?, contentByteCount: Int) -> Int {
        400_000 + 8 * 100_000 * (level ?? 9)
    }

    /// Makes a compressor.
    public func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor {
        BZip2Compressor(level: try resolvedLevel(level) ?? 9)
    }

    /// Makes a decompressor.
    public func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor {
        try MemberDecompressor<BZip2Decoder>(limits: limits)
    }
}
