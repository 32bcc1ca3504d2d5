// The blocks of codecs whose pages in Parquet are whole streams, or that Parquet does not have.

extension Compressor {
    /// Appends `content` as one complete stream.
    public func compressBlock(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        try compress(content, into: &output)
    }
}

extension Decompressor {
    /// Decompresses a complete stream of exactly `contentByteCount` bytes.
    ///
    /// - Throws: ``S3DBError/Code/lengthMismatch`` when its content is longer or shorter, and whatever
    ///   ``decompress(_:into:limit:)`` throws.
    public func decompressBlock(
        _ block: RawSpan, contentByteCount: Int, into output: inout BufferBuilder
    ) throws(S3DBError) {
        let before = output.count
        // One byte more than there may be tells that the content is longer.
        let limit = min(max(0, contentByteCount), .max - 1) + 1
        _ = try decompress(block, into: &output, limit: limit)
        let isTooLong = output.count - before > contentByteCount
        do throws(S3DBError) {
            try finish()
        } catch  where isTooLong {
            // What is left of the stream was not looked at.
        }
        guard output.count - before == contentByteCount else {
            throw S3DBError(
                .lengthMismatch, "a block does not hold the \(contentByteCount) bytes that it is said to hold",
                remedy: "The file is damaged: fetch or write it again")
        }
    }
}
