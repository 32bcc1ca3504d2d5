import S3DB
import SamplePlugins
import Testing

@Suite struct RunLengthXORTests {
    @Test func keepsThePromisesOfACodec() throws {
        try CodecConformance(RunLengthXOR()).run()
    }

    @Test func changesBytesAndMakesRunsSmall() throws {
        let content = Buffer(repeatElement(UInt8(ascii: "a"), count: 100_000))
        let stream = try RunLengthXOR().compress(content.bytes)
        #expect(stream.count < 2000)
        #expect(!stream.contains(UInt8(ascii: "a")) || !stream.elementsEqual(content))
        #expect(try RunLengthXOR().decompress(stream.bytes) == content)
    }

    @Test(arguments: [4, 13, 40, 50]) func tellsDamage(at offset: Int) throws {
        let content = Buffer("a line, a line, and another line of text".utf8)
        var bytes = Array(try RunLengthXOR().compress(content.bytes))
        bytes[offset] ^= 1
        let damaged = Buffer(bytes)
        let error = #expect(throws: S3DBError.self) { try RunLengthXOR().decompress(damaged.bytes) }
        let codes: [S3DBError.Code] = [.corruptStream, .checksumMismatch, .lengthMismatch, .truncatedStream]
        #expect(error.map { codes.contains($0.code) } == true)
    }

    @Test func isKnownByItsNameOnceRegistered() throws {
        var registry = Registry.standard
        let before = #expect(throws: S3DBError.self) { try registry.codecs.named("rlx") }
        #expect(before?.code == .unknownName)
        #expect(before?.remedy?.contains("zst") == true, "the remedy names the codecs that there are")
        try registry.register(RunLengthXOR())
        #expect(try registry.codecs.named("rlx").fileExtension == "rlx")
        let again = #expect(throws: S3DBError.self) { try registry.register(RunLengthXOR()) }
        #expect(again?.code == .duplicateName)
        try registry.register(RunLengthXOR(), replacing: true)
    }

    /// Blocks are the library's defaults over whole streams.
    @Test(arguments: [0, 1, 70_000]) func hasBlocks(of byteCount: Int) throws {
        let content = Buffer((0..<byteCount).map { UInt8(truncatingIfNeeded: $0 / 3) })
        var block = BufferBuilder()
        try RunLengthXOR().makeCompressor(level: nil).compressBlock(content.bytes, into: &block)
        let decompressor = try RunLengthXOR().makeDecompressor(limits: InflateLimits())
        for wrong in [byteCount - 1, byteCount + 1, .max, .min] {
            var output = BufferBuilder()
            let error = #expect(throws: S3DBError.self) {
                try decompressor.decompressBlock(block.bytes, contentByteCount: wrong, into: &output)
            }
            #expect(error?.code == .lengthMismatch)
        }
        var output = BufferBuilder()
        try decompressor.decompressBlock(block.bytes, contentByteCount: byteCount, into: &output)
        #expect(output.freeze() == content)
    }
}
