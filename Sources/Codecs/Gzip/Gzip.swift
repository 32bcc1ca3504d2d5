// gzip: https://www.rfc-editor.org/rfc/rfc1952, over zlib; with the trait FastInflate, ISA-L inflates.
//
//   whole, streaming  header | deflate blocks | CRC-32 | ISIZE
//   pieces            header | blocks, flushed | blocks, flushed | ... | empty last block | CRC-32 | ISIZE
//
// A full flush ends a piece at a byte boundary and lets no later block refer to what stands before it.

import CZlib
public import S3DBCore

#if FastInflate
import CISAL
#endif

/// gzip (`gz`), one member a stream, without time stamp or name, so that equal content gives equal bytes.
public struct Gzip: Codec {
    /// Makes the codec.
    public init() {}

    /// `gz`.
    public var name: String { "gz" }
    /// `gz`.
    public var fileExtension: String? { "gz" }
    /// 1 to 9, by default 6.
    public var levels: CodecLevels? { CodecLevels(1...9, standard: 6) }
    /// GZIP.
    public var parquetCode: Int32? { 2 }
    /// Arrow has no gzip.
    public var arrowBodyCode: Int8? { nil }
    /// Pieces are the full-flushed blocks of one member.
    public var hasIndependentPieces: Bool { true }

    /// zlib's version, and under FastInflate ISA-L's.
    public var libraryVersion: String {
        let zlib = "zlib " + String(cString: zlibVersion())
        #if FastInflate
        return zlib + ", ISA-L \(ISAL_MAJOR_VERSION).\(ISAL_MINOR_VERSION).\(ISAL_PATCH_VERSION)"
        #else
        return zlib
        #endif
    }

    /// What zconf.h says of deflate at 15 window bits and memory level 8, and its state: 268 KB at any level.
    public func compressorByteCount(level: Int?, contentByteCount: Int) -> Int { 268 << 10 }

    /// Makes a compressor.
    public func makeCompressor(level: Int?) throws(S3DBError) -> any Compressor {
        try GzipCompressor(level: try resolvedLevel(level) ?? 6)
    }

    /// Makes a decompressor.
    public func makeDecompressor(limits: InflateLimits) throws(S3DBError) -> any Decompressor {
        #if FastInflate
        try MemberDecompressor<FastGzipDecoder>(limits: limits)
        #else
        try MemberDecompressor<GzipDecoder>(limits: limits)
        #endif
    }
}
