// Snappy: https://github.com/google/snappy/blob/main/framing_format.txt for streams, format_description.txt for
// blocks, over libsnappy.
//
//   stream identifier | chunk | chunk | ...      a chunk: type | length (3 bytes) | masked CRC-32C | data

import CSnappy
public import S3DBCore

/// Snappy (`sz`): the framing format in files, bare blocks in Parquet's pages.
public struct Snappy: Codec {
    /// Makes the codec.
    public init() {}

    /// `sz`.
    public var name: String { "sz" }
    /// `sz`.
    public var fileExtension: String? { "sz" }
    /// Snappy has no levels.
    public var levels: CodecLevels? { nil }
    /// SNAPPY.
    public var parquetCode: Int32? { 1 }
    /// Arrow has no snappy.
    public var arrowBodyCode: Int8? { nil }
    /// Pieces are chunks.
    public var hasIndependentPieces: Bool { true }
    /// The library's name; to callers in C it does not tell its version.
    public var libraryVersion: String { "libsnappy" }

    /// A hash table of 16,384 entries of 16 bits, and a block's input and output (snappy-internal.h,
    /// `WorkingMemory`).
    public func compressorByteCount(level: Int?, contentByteCount: Int) -> Int {
        (32 << 10) + SnappyChunk.maximumContentByteCount
            + snappy_max_compressed_length(
                SnappyChunk.maximumContentByteCount)
    }

    /// Makes a compressor.
    public func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor {
        _ = try resolvedLevel(level)
        return SnappyCompressor()
    }

    /// Makes a decompressor.
    public func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor {
        try MemberDecompressor<SnappyDecoder>(limits: limits)
    }
}
