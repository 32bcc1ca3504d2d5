import Codecs
import S3DBCore

/// Compressed streams to begin with.
enum CodecSeeds {
    /// Contents in all forms that a codec writes: whole, streaming, in pieces, and as a block.
    static func of(_ codec: any Codec) throws -> [Seed] {
        var seeds: [Seed] = []
        for (name, content) in contents {
            let compressor = try codec.makeCompressor(level: nil)
            var whole = BufferBuilder()
            try compressor.compress(content.bytes, into: &whole)
            let stream = whole.freeze()
            seeds.append(Seed("\(name)-whole", stream))
            seeds.append(Seed("\(name)-twice", Buffer(Array(stream) + Array(stream))))
            var streaming = BufferBuilder()
            try compressor.update(content.slice(0..<content.count / 2).bytes, into: &streaming)
            try compressor.update(content.slice(content.count / 2..<content.count).bytes, into: &streaming)
            try compressor.finish(into: &streaming)
            seeds.append(Seed("\(name)-streaming", streaming.freeze()))
            if codec.hasIndependentPieces && codec.pieceHeadByteCount == 0 {
                var pieces = BufferBuilder()
                try compressor.begin(into: &pieces)
                let digests = [
                    try compressor.piece(content.bytes, into: &pieces),
                    try compressor.piece(content.slice(0..<content.count / 3).bytes, into: &pieces),
                ]
                try compressor.end(after: digests, into: &pieces)
                seeds.append(Seed("\(name)-pieces", pieces.freeze()))
            }
            guard codec.parquetCode != nil else { continue }
            var block = BufferBuilder()
            try compressor.compressBlock(content.bytes, into: &block)
            seeds.append(Seed("\(name)-block", block.freeze()))
        }
        return seeds
    }

    private static let contents: [(String, Buffer)] = {
        var random = SeededGenerator(seed: 7)
        let noise = (0..<300).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        let text = (0..<120).map { "\($0 * 7919 % 1000),node \($0 % 9),\($0).5\n" }.joined()
        return [
            ("empty", Buffer()), ("noise", Buffer(noise)), ("text", Buffer(text.utf8)),
            ("zeros", Buffer(repeatElement(UInt8(0), count: 100_000))),
        ]
    }()
}
