import Codecs
import S3DBCore
import TestSupport
import Testing

@testable import ColumnarFormats

@Suite("Arrow body compression", .needsPython)
struct ArrowCompressionTests {
    /// What Arrow can compress bodies with.
    private static func codec(_ name: String) throws -> any Codec {
        var registry = Registry()
        try registry.registerCodecs()
        return try registry.codecs.named(name)
    }

    /// Buffers that shrink, buffers that do not, and empty ones.
    private func batch(_ count: Int, _ random: inout SeededGenerator) throws -> RecordBatch {
        let noise = (0..<count).map { _ in Int64(bitPattern: random.next()) }
        let constant: [Double?] = (0..<count).map { $0 % 2 == 0 ? nil : 1 }
        let texts = (0..<count).map { "node \($0 % 10)" }
        return try RecordBatch([
            NamedColumn("noise", noise), NamedColumn("constant", constant), NamedColumn("plain", texts),
            NamedColumn("node", texts, as: .dictionary), NamedColumn("empty", texts.map { _ in "" }),
            NamedColumn("ok", noise.map { $0 > 0 }),
        ])
    }

    @Test(
        "compressed bodies are read, whether they shrank or not", arguments: ["lz4", "zst"],
        ArrowOptions.Strings.allCases)
    func bodies(name: String, strings: ArrowOptions.Strings) throws {
        var random = SeededGenerator.fresh()
        let codec = try Self.codec(name)
        var readers = try ArrowReaders()
        for count in [1, 8, 65, 3000] {
            let sections = [[try batch(count, &random)], [try batch(count, &random)]]
            let schema = sections[0][0].schema
            let options = ArrowOptions(strings: strings, recordBatchRowCount: 1000)
            let stream = try makeArrowStream(schema, sections, options, codec: codec)
            let plain = try makeArrowStream(schema, sections, options)
            if count == 3000 { #expect(stream.count < plain.count) }
            try readers.add(
                stream,
                ExpectedTable(schema, sections, strings: strings, batchRowCount: 1000))
        }
        try readers.check()
    }

    @Test("other codecs are refused")
    func refused() throws {
        let schema = try Schema([Field("a", .int8)])
        for name in ["gz", "br", "bz2", "sz"] {
            let codec = try Self.codec(name)
            #expect(!ArrowStream().supportsInnerCodec(codec))
            let error = #expect(throws: S3DBError.self) {
                try ArrowStream().makeEncoder(SinkTarget(schema: schema, innerCodec: codec))
            }
            #expect(error?.code == .invalidSpec)
        }
        #expect(ArrowStream().supportsInnerCodec(try Self.codec("zst")))
    }
}
