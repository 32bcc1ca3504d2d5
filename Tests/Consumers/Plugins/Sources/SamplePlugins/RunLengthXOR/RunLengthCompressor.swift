import S3DBCore

/// Packs content into chunks.
final class RunLengthCompressor: Compressor {
    /// Content of a stream that fills no chunk yet.
    private var pending = BufferBuilder()
    private var streamed: [PieceDigest] = []
    private var isStreaming = false

    func compress(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        try begin(into: &output)
        let digest = try piece(content, into: &output)
        try end(after: [digest], into: &output)
    }

    func update(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming {
            isStreaming = true
            try begin(into: &output)
        }
        pending.append(content)
        let whole = pending.count - pending.count % RunLengthFormat.chunkByteCount
        guard whole > 0 else { return }
        let content = pending.freeze()
        streamed.append(try piece(content.slice(0..<whole).bytes, into: &output))
        pending.append(content.slice(whole..<content.count).bytes)
    }

    func finish(into output: inout BufferBuilder) throws(S3DBError) {
        if !isStreaming { try begin(into: &output) }
        let rest = pending.freeze()
        streamed.append(try piece(rest.bytes, into: &output))
        try end(after: streamed, into: &output)
        streamed = []
        isStreaming = false
    }

    func begin(into output: inout BufferBuilder) throws(S3DBError) {
        output.append(contentsOf: RunLengthFormat.magic)
    }

    func piece(_ content: RawSpan, into output: inout BufferBuilder) throws(S3DBError) -> PieceDigest {
        let checksum = content.withUnsafeBytes { bytes in
            var start = 0
            while start < bytes.count {
                let end = min(start + RunLengthFormat.chunkByteCount, bytes.count)
                Self.appendChunk(UnsafeRawBufferPointer(rebasing: bytes[start..<end]), to: &output)
                start = end
            }
            return RunLengthFormat.checksum(0, bytes)
        }
        return PieceDigest(contentByteCount: content.byteCount, checksum: checksum)
    }

    func end(after pieces: [PieceDigest], into output: inout BufferBuilder) throws(S3DBError) {
        var checksum: UInt32 = 0
        var total: UInt64 = 0
        for piece in pieces {
            checksum = RunLengthFormat.combined(checksum, piece.checksum, count: piece.contentByteCount)
            total += UInt64(piece.contentByteCount)
        }
        output.append(RunLengthFormat.endMark)
        output.appendLittleEndian(checksum)
        output.appendLittleEndian(total)
    }

    private static func appendChunk(_ content: UnsafeRawBufferPointer, to output: inout BufferBuilder) {
        var packed = BufferBuilder(capacity: RunLengthFormat.packedByteLimit)
        pack(content, into: &packed)
        output.append(RunLengthFormat.chunkMark)
        output.appendLittleEndian(UInt32(content.count))
        output.appendLittleEndian(UInt32(packed.count))
        output.append(packed.bytes)
    }

    private static func pack(_ content: UnsafeRawBufferPointer, into packed: inout BufferBuilder) {
        var literalStart = 0
        var position = 0
        while position < content.count {
            var end = position + 1
            let limit = min(content.count, position + RunLengthFormat.longestRun)
            while end < limit && content[end] == content[position] { end += 1 }
            if end - position >= RunLengthFormat.shortestRun {
                appendLiterals(content, literalStart..<position, to: &packed)
                packed.append(UInt8(0x80 + end - position - RunLengthFormat.shortestRun))
                packed.append(content[position])
                literalStart = end
            }
            position = end
        }
        appendLiterals(content, literalStart..<content.count, to: &packed)
        packed.withUnsafeMutableBytes { bytes in
            for index in bytes.indices { bytes[index] ^= RunLengthFormat.mask(index) }
        }
    }

    private static func appendLiterals(
        _ content: UnsafeRawBufferPointer, _ range: Range<Int>, to packed: inout BufferBuilder
    ) {
        var start = range.lowerBound
        while start < range.upperBound {
            let end = min(start + RunLengthFormat.longestLiteral, range.upperBound)
            packed.append(UInt8(end - start - 1))
            packed.appendUnsafe(UnsafeRawBufferPointer(rebasing: content[start..<end]))
            start = end
        }
    }
}
