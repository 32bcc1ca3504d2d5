import S3DBCore

/// Decompresses the pages of a column chunk. One owner at a time.
final class PageDecompressor {
    private let compression: ParquetCompression
    private let decompressor: (any Decompressor)?
    private let limits: ParquetReadLimits

    /// - Throws: ``S3DBError/Code/unsupported`` where no codec reads the compression.
    init(
        _ compression: ParquetCompression, _ codecs: Registry.Plugins<any Codec>, _ limits: ParquetReadLimits
    ) throws(S3DBError) {
        self.compression = compression
        self.limits = limits
        if compression == .uncompressed {
            decompressor = nil
            return
        }
        // The blocks of both kinds of LZ4 are the same.
        let code = compression == .lz4 ? ParquetCompression.lz4Raw.rawValue : compression.rawValue
        guard let codec = codecs.all.first(where: { $0.parquetCode == code }) else {
            throw S3DBError(
                .unsupported, "pages compressed with \(compression) are not read",
                remedy: "Register a codec for it, or write the file anew with another")
        }
        decompressor = try codec.makeDecompressor(
            limits: InflateLimits(ratio: limits.inflateRatio, byteCount: limits.pageByteCount))
    }

    /// The `contentByteCount` bytes that a page's bytes hold.
    ///
    /// - Throws: ``S3DBError/Code/lengthMismatch`` where they are others, ``S3DBError/Code/limitExceeded`` where they are
    ///   too many, and what the codec throws.
    func content(of body: Buffer, contentByteCount: Int, isCompressed: Bool = true) throws(S3DBError) -> Buffer {
        guard contentByteCount <= limits.pageByteCount else {
            throw S3DBError(
                .limitExceeded, "a page of \(contentByteCount) bytes, where \(limits.pageByteCount) are allowed")
        }
        guard let decompressor, isCompressed else {
            guard body.count == contentByteCount else {
                throw S3DBError(.lengthMismatch, "a page of \(body.count) bytes claims to have \(contentByteCount)")
            }
            return body
        }
        if contentByteCount == 0 { return Buffer() }
        var output = BufferBuilder()
        if compression == .lz4 {
            try LegacyLZ4(decompressor).decompress(body, contentByteCount: contentByteCount, into: &output)
        } else {
            try decompressor.decompressBlock(body.bytes, contentByteCount: contentByteCount, into: &output)
        }
        return output.freeze()
    }
}

/// The deprecated LZ4 of Parquet, by which writers have meant three things
/// (https://github.com/apache/parquet-format/blob/master/Compression.md, "LZ4").
///
///     Hadoop's framing   content bytes | block bytes | LZ4 block | ...    both numbers UInt32, big-endian
///     LZ4 frames         the magic number 0x184D2204 first
///     a bare LZ4 block
struct LegacyLZ4 {
    private let decompressor: any Decompressor

    init(_ decompressor: any Decompressor) {
        self.decompressor = decompressor
    }

    private static let frameMagic: UInt32 = 0x184D_2204

    /// Appends `contentByteCount` bytes.
    func decompress(_ body: Buffer, contentByteCount: Int, into output: inout BufferBuilder) throws(S3DBError) {
        if let blocks = Self.blocks(of: body, contentByteCount: contentByteCount) {
            let start = output.count
            do throws(S3DBError) {
                for block in blocks {
                    try decompressor.decompressBlock(
                        body.slice(block.range).bytes, contentByteCount: block.contentByteCount, into: &output)
                }
                return
            } catch {
                // What looked like Hadoop's numbers may be the beginning of a bare block.
                output.truncate(to: start)
            }
        }
        if body.count >= 4, Self.integer(body, at: 0).byteSwapped == Self.frameMagic {
            try decompressor.decompressAll(body.bytes, into: &output)
            guard output.count == contentByteCount else {
                throw S3DBError(.lengthMismatch, "a page holds \(output.count) bytes instead of \(contentByteCount)")
            }
            return
        }
        try decompressor.decompressBlock(body.bytes, contentByteCount: contentByteCount, into: &output)
    }

    /// The blocks in Hadoop's framing; nil where the numbers do not come out even.
    private static func blocks(
        of body: Buffer, contentByteCount: Int
    ) -> [(range: Range<Int>, contentByteCount: Int)]? {
        var blocks: [(range: Range<Int>, contentByteCount: Int)] = []
        var position = 0
        var total = 0
        while position < body.count {
            guard body.count - position >= 8 else { return nil }
            let content = Int(integer(body, at: position))
            let byteCount = Int(integer(body, at: position + 4))
            position += 8
            guard byteCount <= body.count - position, content <= contentByteCount - total else { return nil }
            blocks.append((position..<position + byteCount, content))
            position += byteCount
            total += content
        }
        return total == contentByteCount ? blocks : nil
    }

    private static func integer(_ body: Buffer, at offset: Int) -> UInt32 {
        body.withUnsafeBytes { UInt32(bigEndian: $0.loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }
    }
}
