import CZstd
import Codecs
import S3DBCore
import TestSupport
import Testing

@Suite struct ZstandardTests {
    /// Large frames are given to libzstd in pieces, and small ones at once: on one compressor, in this order.
    @Test(arguments: [1, 3, 19, 22]) func framesAreThoseOfLibzstd(_ level: Int) throws {
        let content = Sample.text(1_800_001)
        let compressor = try Zstandard().makeCompressor(level: level)
        for byteCount in [1_800_001, 0, 9, 512 << 10, 1_800_001, (512 << 10) + 1, 70_000, 1 << 20] {
            let bytes = content.slice(0..<byteCount)
            var frame = BufferBuilder()
            try compressor.compress(bytes.bytes, into: &frame)
            #expect(frame.freeze() == (try libzstdFrame(bytes, level: level)), "\(byteCount) bytes")
        }
    }

    @Test func memoryIsLimitedAtTheHighestLevels() {
        let needed = [19, 20, 21, 22].map { Zstandard().compressorByteCount(level: $0, contentByteCount: 32 << 20) }
        #expect(needed.allSatisfy { $0 < 100 << 20 }, "\(needed)")
    }

    /// The frame that one call of libzstd makes, with a checksum.
    private func libzstdFrame(_ content: Buffer, level: Int) throws -> Buffer {
        let context = try #require(ZSTD_createCCtx())
        defer { ZSTD_freeCCtx(context) }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, Int32(level))
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1)
        if level == 22 {
            // What the codec limits its tables to.
            ZSTD_CCtx_setParameter(context, ZSTD_c_chainLog, 24)
            ZSTD_CCtx_setParameter(context, ZSTD_c_hashLog, 22)
        }
        var frame = [UInt8](repeating: 0, count: ZSTD_compressBound(content.count))
        let count = content.withUnsafeBytes { bytes in
            ZSTD_compress2(context, &frame, frame.count, bytes.baseAddress, bytes.count)
        }
        try #require(ZSTD_isError(count) == 0)
        return Buffer(frame[..<count])
    }
}
