import S3DBCore

/// What a section's pages are compressed with, and the scratch memory for it. One owner at a time.
final class PageCompression {
    /// The number of the codec in parquet.thrift's `CompressionCodec`; 0 for none.
    let code: Int32

    private let compressor: (any Compressor)?
    private var compressed = BufferBuilder()

    /// - Throws: ``S3DBError/Code/invalidSpec`` for a codec that Parquet does not have, or a level out of range.
    init(_ target: SinkTarget) throws(S3DBError) {
        code = try Self.code(of: target.innerCodec)
        if let codec = target.innerCodec, code != 0 {
            compressor = try codec.makeCompressor(level: target.innerLevel)
        } else {
            compressor = nil
        }
    }

    /// The number of a codec in parquet.thrift.
    static func code(of codec: (any Codec)?) throws(S3DBError) -> Int32 {
        guard let codec else { return 0 }
        guard let code = codec.parquetCode else {
            throw S3DBError(
                .invalidSpec, "Parquet has no page compression \(S3DBError.quoted(codec.name))",
                remedy: "Choose gz, sz, zst, lz4, br or none")
        }
        return code
    }

    /// Appends a page to `output`: header, then compressed `content`.
    ///
    /// - Returns: The page's bytes before compression, header included.
    /// - Throws: ``S3DBError/Code/limitExceeded`` for a page of 2 GiB, and what the codec throws.
    func write(
        _ content: RawSpan, as type: PageType, _ encoding: PageEncoding, valueCount: Int,
        into output: inout BufferBuilder
    ) throws(S3DBError) -> Int {
        guard let compressor else {
            return try Self.append(
                content, contentByteCount: content.byteCount, type, encoding, valueCount: valueCount, to: &output)
        }
        compressed.removeAll()
        try compressor.compressBlock(content, into: &compressed)
        return try compressed.withSpan { (body) throws(S3DBError) in
            try Self.append(
                body, contentByteCount: content.byteCount, type, encoding, valueCount: valueCount, to: &output)
        }
    }

    /// Appends a data page of the second form: header, levels as they are, then compressed values.
    ///
    /// - Returns: The page's bytes before compression, header included.
    /// - Throws: Like ``write(_:as:_:valueCount:into:)``.
    func writeV2(
        levels: RawSpan, repetitionByteCount: Int, values: RawSpan, _ page: DataPage, _ encoding: PageEncoding,
        into output: inout BufferBuilder
    ) throws(S3DBError) -> Int {
        compressed.removeAll()
        compressed.append(levels)
        let isCompressed = compressor != nil && values.byteCount > 0
        if let compressor, isCompressed {
            try compressor.compressBlock(values, into: &compressed)
        } else {
            compressed.append(values)
        }
        let contentByteCount = levels.byteCount + values.byteCount
        return try compressed.withSpan { (body) throws(S3DBError) in
            guard let valueCount = Int32(exactly: page.valueCount), let contentBytes = Int32(exactly: contentByteCount),
                let compressedBytes = Int32(exactly: body.byteCount)
            else { throw Self.tooLarge(contentByteCount) }
            let header = PageHeader(
                type: .dataV2, encoding: encoding, valueCount: valueCount, contentByteCount: contentBytes,
                compressedByteCount: compressedBytes, checksum: CRC32.checksum(body),
                rowCount: Int32(truncatingIfNeeded: page.rowCount),
                nullCount: Int32(truncatingIfNeeded: page.nullCount),
                definitionByteCount: Int32(truncatingIfNeeded: levels.byteCount - repetitionByteCount),
                repetitionByteCount: Int32(truncatingIfNeeded: repetitionByteCount), isCompressed: isCompressed
            ).serialized()
            output.append(header.bytes)
            output.append(body)
            return header.count + contentByteCount
        }
    }

    private static func tooLarge(_ contentByteCount: Int) -> S3DBError {
        S3DBError(
            .limitExceeded, "a page of \(contentByteCount) bytes is too large for Parquet",
            remedy: "Lower page-rows or page-bytes; a single value must stay below 2 GiB")
    }

    private static func append(
        _ body: RawSpan, contentByteCount: Int, _ type: PageType, _ encoding: PageEncoding, valueCount: Int,
        to output: inout BufferBuilder
    ) throws(S3DBError) -> Int {
        guard let valueCount = Int32(exactly: valueCount), let contentBytes = Int32(exactly: contentByteCount),
            let compressedBytes = Int32(exactly: body.byteCount)
        else { throw tooLarge(contentByteCount) }
        let header = PageHeader(
            type: type, encoding: encoding, valueCount: valueCount, contentByteCount: contentBytes,
            compressedByteCount: compressedBytes, checksum: CRC32.checksum(body)
        ).serialized()
        output.append(header.bytes)
        output.append(body)
        return header.count + contentByteCount
    }
}
