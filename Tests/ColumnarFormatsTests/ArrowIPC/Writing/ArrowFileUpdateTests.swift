import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// What the engine asks of files whose sections it keeps.
@Suite("Sections of Arrow files") struct ArrowFileUpdateTests {
    private let schema: Schema
    private let sections: [EncodedSection<ArrowSectionLayout>]
    private let target: SinkTarget
    private let sink = ArrowStream(ArrowOptions(recordBatchRowCount: 10, container: .file))

    init() throws {
        let schema = try Schema([Field("a", .int64), Field("b", .list(Field("item", .utf8)))])
        var random = SeededGenerator.fresh()
        target = SinkTarget(schema: schema)
        let encoder = try sink.makeEncoder(target)
        sections = try [25, 3, 40].map { count in
            let columns = try schema.fields.map { try RandomColumn.make($0.type, count: count, &random) }
            try encoder.append(try RecordBatch(schema: schema, columns: columns, rowCount: count))
            return try encoder.finish()
        }
        self.schema = schema
    }

    private func file(
        _ sections: [EncodedSection<ArrowSectionLayout>], prologueByteCount: Int = 0
    ) throws -> (bytes: Buffer, ends: FileEnds) {
        let assembler = try sink.makeAssembler(target)
        for section in sections { try assembler.place(section) }
        let ends = try assembler.seal([("k", "v")], prologueByteCount: prologueByteCount)
        var output = BufferBuilder()
        output.append(ends.prologue.bytes)
        for section in sections { output.append(section.content.bytes) }
        output.append(ends.epilogue.bytes)
        return (output.freeze(), ends)
    }

    private func texts(_ bytes: Buffer) throws -> [[String]] {
        ArrowAllTypesTests.texts(try ArrowReader(bytes).batches())
    }

    @Test("layouts are read back from the footer, and serve in another file")
    func layouts() throws {
        let (bytes, ends) = try file(sections)
        var start = ends.prologue.count
        let extents = sections.map { section in
            defer { start += section.content.count }
            return SectionExtent(content: start..<start + section.content.count, rowCount: section.rowCount)
        }
        let layouts = try sink.layouts(of: extents, inEpilogue: ends.epilogue.bytes, of: target)
        #expect(layouts == sections.map(\.layout))
        let kept = zip(sections, layouts).map { section, layout in
            EncodedSection(
                content: section.content, rowCount: section.rowCount, hasNulls: section.hasNulls, layout: layout)
        }
        #expect(try file([kept[2], kept[0]]).bytes == (try file([sections[2], sections[0]]).bytes))
        #expect(throws: S3DBError.self) {
            try sink.layouts(of: Array(extents.dropLast()), inEpilogue: ends.epilogue.bytes, of: target)
        }
        let all = try texts(bytes)
        #expect(all.map(\.count) == [68, 68])
    }

    @Test("prologues can be padded, and are made again")
    func prologues() throws {
        for byteCount in [0, 1, 500, 4096, 5000] {
            let (bytes, ends) = try file(sections, prologueByteCount: byteCount)
            #expect(ends.prologue.count >= byteCount)
            #expect(ends.prologue.count % 64 == 0)
            let hasNulls = schema.fields.indices.map { index in sections.contains { $0.hasNulls[index] } }
            #expect(
                try sink.prologue([("k", "v")], hasNulls: hasNulls, byteCount: byteCount, of: target) == ends.prologue)
            #expect(try texts(bytes).map(\.count) == [68, 68])
        }
    }

    @Test("metadata is found in the head of a file")
    func metadata() throws {
        let bytes = try file(sections).bytes
        var head = 0
        for _ in 0..<5 {
            let part = bytes.slice(0..<head)
            switch try sink.findMetadata(head: part.bytes, tail: RawSpan(), fileByteCount: bytes.count) {
            case .needsHead(let needed):
                #expect(needed > head)
                head = needed
            case .found(let pairs):
                #expect(pairs.map(\.key) == ["k"] && pairs.map(\.value) == ["v"])
                return
            case .needsTail: break
            }
        }
        Issue.record("not found in \(head) bytes")
    }
}
