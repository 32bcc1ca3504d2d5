extension CodecConformance {
    /// What stands in an output before anything is appended.
    private static let existing = Array("existing".utf8)

    func checkWhole(_ content: ConformanceContent) throws(S3DBError) {
        let compressor = try codec.makeCompressor(level: nil)
        let stream = try appended { (output: inout BufferBuilder) throws(S3DBError) in
            try compressor.compress(content.bytes.bytes, into: &output)
        }
        let again = try appended { (output: inout BufferBuilder) throws(S3DBError) in
            try compressor.compress(content.bytes.bytes, into: &output)
        }
        try expect(again == stream, "a compressor gives the same bytes again")
        try expect(try codec.compress(content.bytes.bytes) == stream, "two compressors give the same bytes")
        try expect(stream, holds: content.bytes)
    }

    func checkStreaming(_ content: ConformanceContent) throws(S3DBError) {
        let compressor = try codec.makeCompressor(level: nil)
        for chunk in chunkings(of: content.bytes.count) {
            let stream = try appended { (output: inout BufferBuilder) throws(S3DBError) in
                var position = 0
                while position < content.bytes.count {
                    let end = min(position + chunk, content.bytes.count)
                    try compressor.update(content.bytes.slice(position..<end).bytes, into: &output)
                    position = end
                }
                try compressor.finish(into: &output)
            }
            try expect(try decompressed(stream) == content.bytes, "streaming in chunks of \(chunk) keeps content")
        }
    }

    func checkBlocks(_ content: ConformanceContent) throws(S3DBError) {
        guard codec.parquetCode != nil else { return }
        let compressor = try codec.makeCompressor(level: nil)
        let decompressor = try codec.makeDecompressor(limits: InflateLimits())
        let byteCount = content.bytes.count
        let block = try appended { (output: inout BufferBuilder) throws(S3DBError) in
            try compressor.compressBlock(content.bytes.bytes, into: &output)
        }
        for wrong in [byteCount - 1, byteCount + 1, -1, byteCount + 100_000] where wrong != byteCount {
            try expect(Self.damage, "a block of \(byteCount) bytes as one of \(wrong)") { () throws(S3DBError) in
                var output = BufferBuilder()
                try decompressor.decompressBlock(block.bytes, contentByteCount: wrong, into: &output)
            }
        }
        let back = try appended { (output: inout BufferBuilder) throws(S3DBError) in
            try decompressor.decompressBlock(block.bytes, contentByteCount: byteCount, into: &output)
        }
        try expect(back == content.bytes, "a block keeps content")
    }

    /// The errors that tell of damage.
    static let damage: [S3DBError.Code] = [
        .corruptStream, .truncatedStream, .trailingGarbage, .checksumMismatch, .lengthMismatch, .inflateLimit,
    ]

    /// Throws unless every way to decompress `stream` gives `content`.
    func expect(_ stream: Buffer, holds content: Buffer) throws(S3DBError) {
        try expect(try decompressed(stream) == content, "content comes back in one call")
        let decompressor = try codec.makeDecompressor(limits: InflateLimits())
        for chunk in chunkings(of: stream.count) {
            for limit in chunkings(of: content.count) {
                let back = try decompressed(stream, by: decompressor, chunk: chunk, limit: limit)
                try expect(back == content, "content comes back in chunks of \(chunk) and steps of \(limit)")
            }
        }
    }

    /// Appends behind existing bytes, and returns what was appended.
    func appended(_ body: (inout BufferBuilder) throws(S3DBError) -> Void) throws(S3DBError) -> Buffer {
        var output = BufferBuilder()
        output.append(contentsOf: Self.existing)
        try body(&output)
        let whole = output.freeze()
        let front = Self.existing.count
        try expect(whole.prefix(front).elementsEqual(Self.existing), "existing output stays")
        return whole.slice(front..<whole.count)
    }

    func decompressed(_ stream: Buffer) throws(S3DBError) -> Buffer {
        let decompressor = try codec.makeDecompressor(limits: InflateLimits())
        return try appended { (output: inout BufferBuilder) throws(S3DBError) in
            try decompressor.decompressAll(stream.bytes, into: &output)
        }
    }

    private func decompressed(
        _ stream: Buffer, by decompressor: any Decompressor, chunk: Int, limit: Int
    ) throws(S3DBError) -> Buffer {
        let back = try appended { (output: inout BufferBuilder) throws(S3DBError) in
            var position = 0
            var isHungry = false
            while position < stream.count || !isHungry {
                let end = min(position + chunk, stream.count)
                let before = output.count
                let used = try decompressor.decompress(stream.slice(position..<end).bytes, into: &output, limit: limit)
                try expect(used >= 0 && used <= end - position, "no more is used than was given")
                try expect(output.count - before <= limit, "output grows by no more than the limit")
                isHungry = output.count - before < limit
                try expect(!isHungry || used == end - position, "input is used up where the limit is not reached")
                position += used
            }
        }
        try decompressor.finish()
        return back
    }

    /// Step sizes that suit a length: one byte where it is short, and some that divide nothing.
    private func chunkings(of byteCount: Int) -> [Int] {
        byteCount <= 100 ? [1, 7, 1 << 20] : [4_099, 100_003, 1 << 30]
    }
}
