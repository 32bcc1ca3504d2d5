import Codecs
import S3DBCore
import TestSupport
import Testing

@Suite struct CodecsTests {
    @Test func registersInOrder() throws {
        var registry = Registry()
        try registry.registerCodecs()
        #expect(registry.codecs.names == ["br", "bz2", "gz", "lz4", "zst", "sz", "none"])
        #expect(throws: S3DBError.self) { try registry.registerCodecs() }
    }

    @Test(arguments: Sample.names) func conforms(_ name: String) throws {
        try CodecConformance(Sample.codec(name), seed: SeededGenerator.fresh().seed).run()
    }

    @Test(arguments: zip(Sample.names, [4, nil, 2, 7, 6, 1, 0] as [Int32?]))
    func hasParquetCode(_ name: String, _ code: Int32?) throws {
        #expect(try Sample.codec(name).parquetCode == code)
    }

    @Test(arguments: zip(Sample.names, [nil, nil, nil, 0, 1, nil, nil] as [Int8?]))
    func hasArrowCode(_ name: String, _ code: Int8?) throws {
        #expect(try Sample.codec(name).arrowBodyCode == code)
    }

    @Test(arguments: zip(Sample.names, [0...11, 1...9, 1...9, -65_536...12, -131_072...22, nil, nil]))
    func hasLevels(_ name: String, _ range: ClosedRange<Int>?) throws {
        let codec = try Sample.codec(name)
        #expect(codec.levels?.range == range)
        #expect(codec.fileExtension == (name == "none" ? nil : name))
        #expect(!codec.libraryVersion.isEmpty)
    }

    @Test(arguments: Sample.names) func everyNamedLevelRoundTrips(_ name: String) throws {
        let codec = try Sample.codec(name)
        guard let range = codec.levels?.range else { return }
        let content = Sample.text(40_000)
        for level in Set([range.lowerBound, -7, -1, 0, 1, 2, 3, 5, 9, 10, range.upperBound]).filter(range.contains) {
            for form in Form.allCases {
                let stream = try form.stream(of: content, by: codec, level: level)
                #expect(try decompressed(stream, by: codec) == content, "level \(level), \(form)")
            }
        }
    }

    @Test func bzip2HasNoBlocks() throws {
        let content = Buffer("abc".utf8)
        let compressor = try BZip2().makeCompressor(level: nil)
        let refusal = code { () throws(S3DBError) in
            var output = BufferBuilder()
            try compressor.compressBlock(content.bytes, into: &output)
        }
        #expect(refusal == .unsupported)
    }

    @Test func gzipPiecesAreOneMember() throws {
        let content = Sample.text(300_000)
        let stream = try Form.pieces.stream(of: content, by: Gzip())
        // One header; the trailer has the length of all.
        #expect(stream.prefix(10).elementsEqual([0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 255]))
        let length = stream.suffix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
        #expect(length == content.count)
    }
}
