import Codecs
import S3DBCore

/// Every codec both ways, on the CSV of a day's names and prices.
enum CodecSuite {
    static func benchmarks() throws(S3DBError) -> [Benchmark] {
        let names = try RowContent.dictionaryStrings.csv(rowCount: 40_000)
        let prices = try RowContent.numbers.csv(rowCount: 40_000)
        let bytes = Buffer(Array(names) + Array(prices))
        var registry = Registry()
        try registry.registerCodecs()
        var benchmarks: [Benchmark] = []
        for codec in registry.codecs.all { benchmarks += try Self.benchmarks(codec, bytes) }
        return benchmarks
    }

    private static func benchmarks(_ codec: any Codec, _ content: Buffer) throws(S3DBError) -> [Benchmark] {
        let compressor = try codec.makeCompressor(level: nil)
        let decompressor = try codec.makeDecompressor(limits: InflateLimits())
        let stream = try codec.compress(content.bytes)
        return [
            Benchmark(name: "codec/\(codec.name)/compress", byteCount: content.count) { () throws(S3DBError) in
                var output = BufferBuilder()
                try compressor.compress(content.bytes, into: &output)
            },
            Benchmark(name: "codec/\(codec.name)/piece", byteCount: content.count) { () throws(S3DBError) in
                var output = BufferBuilder()
                try compressor.begin(into: &output)
                let digest = try compressor.piece(content.bytes, into: &output)
                try compressor.end(after: [digest], into: &output)
            },
            Benchmark(name: "codec/\(codec.name)/decompress", byteCount: content.count) { () throws(S3DBError) in
                var output = BufferBuilder()
                try decompressor.decompressAll(stream.bytes, into: &output)
            },
        ]
    }
}
