import S3DB
import SamplePlugins
import Testing

@Suite struct JSONLinesTests {
    private func section(_ batches: [RecordBatch]) throws -> EncodedSection<JSONLinesLayout> {
        let encoder = try JSONLines().makeEncoder(SinkTarget(schema: batches[0].schema))
        for batch in batches { try encoder.append(batch) }
        return try encoder.finish()
    }

    @Test func writesALineARow() throws {
        let batch = try RecordBatch([
            .init("start", [1_577_836_800, 1_577_840_400] as [Int64]),
            .init("node", ["A \"quoted\"", nil] as [String?], as: .dictionary),
            .init("lmp", [21.5, -.infinity]), .init("final", [true, nil] as [Bool?]),
        ])
        let section = try section([batch])
        #expect(
            String(decoding: section.content, as: UTF8.self) == """
                {"start":1577836800,"node":"A \\"quoted\\"","lmp":21.5,"final":true}
                {"start":1577840400,"node":null,"lmp":"-inf","final":null}

                """)
        #expect(section.rowCount == 2)
        #expect(section.hasNulls == [false, true, false, true])
    }

    @Test func hasItsMetadataInTheFirstLine() throws {
        let target = SinkTarget(schema: try Schema([Field("start", .int64)]))
        let ends = try JSONLines().makeAssembler(target).seal([("one", "1\n2"), ("two", "ü")])
        #expect(ends.epilogue.isEmpty)
        var head = 0
        while true {
            let shown = ends.prologue.slice(0..<min(head, ends.prologue.count))
            let lookup = try JSONLines().findMetadata(head: shown.bytes, tail: Buffer().bytes, fileByteCount: nil)
            switch lookup {
            case .needsHead(let count):
                #expect(count > head)
                head = count
            case .needsTail: Issue.record("the metadata stands in front")
            case .found(let metadata):
                #expect(metadata.map(\.key) == ["one", "two"])
                #expect(metadata.map(\.value) == ["1\n2", "ü"])
                return
            }
        }
    }

    @Test func hasNoOptions() {
        #expect(throws: S3DBError.self) { try JSONLines().configured(["indent": "2"]) }
    }
}
