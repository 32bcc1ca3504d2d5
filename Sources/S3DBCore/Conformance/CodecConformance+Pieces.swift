extension CodecConformance {
    func checkPieces(_ content: ConformanceContent) throws(S3DBError) {
        let compressors = [try codec.makeCompressor(level: nil), try codec.makeCompressor(level: nil)]
        for cuts in cutLists(content.bytes.count) {
            let parts = zip(cuts, cuts.dropFirst()).map { content.bytes.slice($0..<$1) }
            try expectPieces(parts, by: compressors, areMadeInOrder: true)
            if codec.hasIndependentPieces { try expectPieces(parts, by: compressors, areMadeInOrder: false) }
        }
    }

    func checkNoPieces() throws(S3DBError) {
        let compressor = try codec.makeCompressor(level: nil)
        let pieceless = try appended { (output: inout BufferBuilder) throws(S3DBError) in
            try compressor.begin(into: &output)
            try compressor.end(after: [], into: &output)
        }
        try expect(try decompressed(pieceless).isEmpty, "no pieces are an empty stream")
        let updateless = try appended { (output: inout BufferBuilder) throws(S3DBError) in
            try compressor.finish(into: &output)
        }
        try expect(try decompressed(updateless).isEmpty, "finishing at once gives an empty stream")
    }

    /// Throws unless the pieces of `parts`, put in order, decompress to them; with independent pieces, also those
    /// put together backwards.
    private func expectPieces(
        _ parts: [Buffer], by compressors: [any Compressor], areMadeInOrder: Bool
    ) throws(S3DBError) {
        let canBeMixed = codec.hasIndependentPieces
        var zeros = BufferBuilder()
        zeros.appendZeros(codec.pieceHeadByteCount)
        let head = zeros.freeze()
        var headDigest: [PieceDigest] = []
        let front = try appended { (output: inout BufferBuilder) throws(S3DBError) in
            try compressors[0].begin(into: &output)
            if !head.isEmpty { headDigest.append(try compressors[0].piece(head.bytes, into: &output)) }
        }
        var pieces = [Buffer](repeating: Buffer(), count: parts.count)
        var digests = [PieceDigest](repeating: PieceDigest(contentByteCount: 0), count: parts.count)
        for step in parts.indices {
            let index = areMadeInOrder ? step : parts.count - 1 - step
            let compressor = compressors[canBeMixed ? step % compressors.count : 0]
            let part = parts[index]
            var digest = PieceDigest(contentByteCount: 0)
            pieces[index] = try appended { (output: inout BufferBuilder) throws(S3DBError) in
                digest = try compressor.piece(part.bytes, into: &output)
            }
            try expect(
                digest.contentByteCount == part.count, "a digest has the length of its piece")
            digests[index] = digest
        }
        let end = try ending(headDigest + digests, by: compressors[0])
        try expect([front] + pieces + [end], joinInto: [head] + parts)
        for byteCount in [8, 100_000] {
            guard let filler = codec.filler(byteCount: byteCount) else { continue }
            try expect(filler.count == byteCount, "a filler has the bytes that are asked for")
            let filled = pieces.flatMap { [filler, $0] }
            try expect([front] + filled + [filler, end], joinInto: [head] + parts)
        }
        guard canBeMixed else { return }
        let reversed = [front] + pieces.reversed() + [try ending(headDigest + digests.reversed(), by: compressors[1])]
        try expect(reversed, joinInto: [head] + parts.reversed())
    }

    private func ending(_ digests: [PieceDigest], by compressor: any Compressor) throws(S3DBError) -> Buffer {
        try appended { (output: inout BufferBuilder) throws(S3DBError) in
            try compressor.end(after: digests, into: &output)
        }
    }

    private func expect(_ stream: [Buffer], joinInto parts: [Buffer]) throws(S3DBError) {
        let back = try decompressed(joined(stream))
        try expect(back == joined(parts), "pieces between begin and end are one stream of their contents")
    }

    private func joined(_ buffers: [Buffer]) -> Buffer {
        var output = BufferBuilder()
        for buffer in buffers { output.append(buffer.bytes) }
        return output.freeze()
    }

    /// Where content is cut into pieces: not at all, with empty pieces in all places, and unevenly.
    private func cutLists(_ count: Int) -> [[Int]] {
        let third = count / 3
        return [[0, count], [0, 0, third, third, third + count / 2, count, count]]
    }
}
