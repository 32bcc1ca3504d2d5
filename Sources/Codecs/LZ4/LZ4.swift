// LZ4 frames: https://github.com/lz4/lz4/blob/dev/doc/lz4_Frame_format.md, over liblz4.
//
//   header | block | block | ... | end mark
//
// Whole, streamed or in pieces, a stream is one frame of independent blocks of at most 4 MiB, without checksums of
// content or blocks. Since blocks are independent, any compressor may make any of them. Parquet's pages (LZ4_RAW)
// and nothing else hold bare blocks.

import CLZ4
public import S3DBCore

/// LZ4 (`lz4`): frames in files and Arrow buffers, bare blocks in Parquet's pages.
public struct LZ4: Codec {
    /// Makes the codec.
    public init() {}

    /// `lz4`.
    public var name: String { "lz4" }
    /// `lz4`.
    public var fileExtension: String? { "lz4" }
    /// -65536 to 12, by default 0. Levels below 0 are faster, levels from 3 on are the high compression ones.
    public var levels: CodecLevels? { CodecLevels(-65_536...12, standard: 0) }
    /// LZ4_RAW.
    public var parquetCode: Int32? { 7 }
    /// LZ4_FRAME.
    public var arrowBodyCode: Int8? { 0 }
    /// Pieces are the independent blocks of one frame.
    public var hasIndependentPieces: Bool { true }
    /// liblz4's version.
    public var libraryVersion: String { "liblz4 " + String(cString: LZ4_versionString()) }

    /// The hash tables of the level, 16 KB or 256 KB.
    public func compressorByteCount(level: Int?, contentByteCount: Int) -> Int {
        LZ4Blocks.stateByteCount(level: level ?? 0)
    }

    /// Makes a compressor.
    public func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor {
        LZ4Compressor(level: try resolvedLevel(level) ?? 0)
    }

    /// Makes a decompressor.
    public func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor {
        try MemberDecompressor<LZ4Decoder>(limits: limits)
    }
}
