import Foundation
import S3DB
import TestSupport
import Testing

/// Sections stand on their own: a file may leave one out, in every format and codec that is made of pieces.
@Suite struct SectionTests {
    /// Three days of 100 rows, whose values are the day's number times 1,000 plus the row's.
    private static func batch(day: Int64) throws -> RecordBatch {
        try RecordBatch([
            NamedColumn("value", (0..<100).map { day * 1000 + $0 }),
            NamedColumn("text", (0..<100).map { "day \(day) row \($0 % 7)" }, as: .dictionary),
            NamedColumn("price", (0..<100).map { $0 % 5 == day ? nil : Double($0) / 4 }),
        ])
    }

    /// Encodes three sections, leaves the middle one out, and packs the rest as pieces that compressors of their own made.
    private func file<Sink: ColumnarSink>(_ sink: Sink, codec: any Codec) throws -> Buffer {
        let target = SinkTarget(
            schema: try Self.batch(day: 0).schema, isInsideOuterCodec: codec.fileExtension != nil)
        var sections: [(EncodedSection<Sink.Encoder.Layout>, Buffer, PieceDigest)] = []
        for day in 0..<3 {
            let encoder = try sink.makeEncoder(target)
            try encoder.append(try Self.batch(day: Int64(day)))
            var section = try encoder.finish()
            var piece = BufferBuilder()
            let digest = try codec.makeCompressor(level: nil).piece(section.content.bytes, into: &piece)
            // Once packed, a section is placed without its bytes.
            section.content = Buffer()
            sections.append((section, piece.freeze(), digest))
        }
        sections.remove(at: 1)
        let assembler = try sink.makeAssembler(target)
        for (section, _, _) in sections { try assembler.place(section) }
        let ends = try assembler.seal([("kept", "two")], prologueByteCount: codec.pieceHeadByteCount)
        let compressor = try codec.makeCompressor(level: nil)
        var output = BufferBuilder()
        try compressor.begin(into: &output)
        let first = try compressor.piece(ends.prologue.bytes, into: &output)
        for (_, piece, _) in sections { output.append(piece.bytes) }
        let last = try compressor.piece(ends.epilogue.bytes, into: &output)
        try compressor.end(after: [first] + sections.map(\.2) + [last], into: &output)
        return output.freeze()
    }

    static let codecs = Registry.standard.codecs.all.filter(\.hasIndependentPieces).map(\.name)

    @Test func allAreMadeOfPieces() {
        #expect(Set(Self.codecs) == ["br", "bz2", "gz", "lz4", "zst", "sz", "none"])
    }

    @Test(.needsPython, arguments: ["parquet", "arrow"], codecs)
    func theMiddleOneCanBeLeftOut(format: String, codec: String) throws {
        let bytes = try file(
            try Registry.standard.sinks.named(format), codec: try Registry.standard.codecs.named(codec))
        let directory = try TemporaryDirectory()
        let path = try directory.write(bytes, to: "file").path
        let script = try String(
            contentsOf: Requirement.root.appending(path: "Tests/Interop/compare_tree.py"), encoding: .utf8)
        try Python.run(
            script.replacingOccurrences(of: "__name__ == \"__main__\"", with: "False") + """

                path, format, codec = sys.argv[1:]
                data = undo(codec, open(path, 'rb').read())
                if format == 'parquet':
                    table = pyarrow.parquet.ParquetFile(io.BytesIO(data), page_checksum_verification=True).read()
                else:
                    table = pa.ipc.open_stream(data).read_all()
                values, texts, prices = (table[name].to_pylist() for name in ('value', 'text', 'price'))
                assert values == [day * 1000 + row for day in (0, 2) for row in range(100)], values
                assert texts == [f'day {day} row {row % 7}' for day in (0, 2) for row in range(100)], texts
                assert prices == [None if row % 5 == day else row / 4 for day in (0, 2) for row in range(100)], prices
                assert table.schema.metadata[b'kept'] == b'two', table.schema.metadata
                """, [path, format, codec])
    }
}
