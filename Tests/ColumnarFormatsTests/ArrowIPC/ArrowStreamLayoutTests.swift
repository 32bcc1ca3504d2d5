import S3DBCore
import TestSupport
import Testing

@testable import ColumnarFormats

@Suite("Arrow stream layout")
struct ArrowStreamLayoutTests {
    private let schema: Schema
    private let batch: RecordBatch

    init() throws {
        schema = try Schema([
            Field("target_start", .int64, isNullable: false), Field("node", .utf8), Field("ok", .bool),
            Field("lmp", .float64),
        ])
        let rows: Range<Int64> = 0..<100
        let nodes = rows.map { "n\($0 % 10)" }
        let flags: [Bool?] = rows.map { row in row % 3 == 0 ? nil : row % 2 == 0 }
        let prices: [Double] = rows.map(Double.init)
        let columns = [
            AnyColumn(Array(rows)), AnyColumn(nodes, as: .dictionary), AnyColumn(flags), AnyColumn(prices),
        ]
        batch = try RecordBatch(schema: schema, columns: columns, rowCount: 100)
    }

    /// The messages of a stream: where each starts, its metadata and body.
    private func messages(_ stream: Buffer) throws -> [(start: Int, metadata: FlatBufferTable, body: Range<Int>)] {
        var messages: [(Int, FlatBufferTable, Range<Int>)] = []
        let reader = FlatBufferReader(bytes: stream, byteOffset: 0)
        var position = 0
        while true {
            #expect(try reader.integer(at: position, as: UInt32.self) == 0xFFFF_FFFF)
            let metadataByteCount = Int(try reader.integer(at: position + 4, as: Int32.self))
            if metadataByteCount == 0 { break }
            let body = position + 8 + metadataByteCount
            let message = try FlatBufferReader(
                bytes: stream.slice(position + 8..<body), byteOffset: position + 8
            ).root()
            #expect(try message.integer(0, standard: Int16(0)) == 4)
            let bodyByteCount = Int(try message.integer(3, standard: Int64(0)))
            messages.append((position, message, body..<body + bodyByteCount))
            position = body + bodyByteCount
        }
        #expect(position + 8 == stream.count)
        return messages
    }

    @Test(
        "messages, bodies and buffers stand at multiples of 64", arguments: [ArrowOptions.Strings.plain, .dictionary])
    func alignment(strings: ArrowOptions.Strings) throws {
        let options = ArrowOptions(strings: strings, recordBatchRowCount: 30)
        let stream = try makeArrowStream(schema, [[batch], [batch]], options, metadata: [("a", "b")])
        let messages = try messages(stream)
        #expect(messages.count == 1 + 2 * (strings == .plain ? 4 : 5))
        var bufferCount = 0
        for message in messages {
            #expect(message.start % 64 == 0)
            #expect(message.body.lowerBound % 64 == 0)
            #expect(message.body.count % 64 == 0)
            let type: Int8 = try message.metadata.integer(1, standard: 0)
            guard type != 1, var header = try message.metadata.table(2) else { continue }
            if type == 2 { header = try #require(try header.table(1)) }
            let field = try #require(try header.field(2))
            let reader = header.reader
            for element in try reader.vector(at: reader.reference(at: field), elementByteCount: 16) {
                let offset: Int64 = try reader.integer(at: element)
                let length: Int64 = try reader.integer(at: element + 8)
                #expect(offset % 64 == 0)
                #expect(Int(offset + length) <= message.body.count)
                bufferCount += 1
            }
        }
        #expect(bufferCount == (strings == .plain ? 8 * 9 : 8 * 8 + 2 * 3))
    }

    @Test("a column without nulls has no validity buffer and is not nullable")
    func validityLeftOut() throws {
        let message = try #require(try messages(makeArrowStream(schema, [[batch]])).last)
        let header = try #require(try message.metadata.table(2))
        let buffers = try header.reader.vector(
            at: header.reader.reference(at: try #require(try header.field(2))), elementByteCount: 16)
        let lengths = try buffers.map { try header.reader.integer(at: $0 + 8, as: Int64.self) }
        #expect(lengths == [0, 800, 0, 404, 200, 13, 13, 0, 800])
    }

    @Test("the same batches give the same bytes, whatever the encoder did before")
    func determinism() throws {
        for strings in ArrowOptions.Strings.allCases {
            let target = SinkTarget(schema: schema)
            let encoder = try ArrowStream(ArrowOptions(strings: strings)).makeEncoder(target)
            try encoder.append(batch)
            let estimate = encoder.byteCount
            let first = try encoder.finish()
            #expect(encoder.byteCount == 0 || strings == .dictionary)
            try encoder.append(batch)
            #expect(encoder.byteCount == estimate)
            let second = try encoder.finish()
            #expect(first.content == second.content)
            #expect(first.rowCount == 100)
            #expect(first.hasNulls == [false, false, true, false])
            #expect(second.hasNulls == first.hasNulls)
            let plain = try RecordBatch(
                schema: schema, columns: batch.columns.map { try $0.plain() }, rowCount: 100)
            try encoder.append(plain)
            #expect(try encoder.finish().content == first.content, "plain or dictionary input")
        }
    }

    @Test("hasNulls is of the section, not of the encoder")
    func nullsOfSection() throws {
        let schema = try Schema([Field("a", .int8)])
        let encoder = try ArrowStream().makeEncoder(SinkTarget(schema: schema))
        try encoder.append(RecordBatch(schema: schema, columns: [AnyColumn([nil, 1] as [Int8?])], rowCount: 2))
        #expect(try encoder.finish().hasNulls == [true])
        try encoder.append(RecordBatch(schema: schema, columns: [AnyColumn([2, 1] as [Int8])], rowCount: 2))
        #expect(try encoder.finish().hasNulls == [false])
    }

    @Test("what does not fit is refused")
    func misuse() throws {
        let target = SinkTarget(schema: schema)
        let encoder = try ArrowStream().makeEncoder(target)
        let other = try RecordBatch([NamedColumn("x", [1] as [Int8])])
        #expect(throws: S3DBError.self) { try encoder.append(other) }
        let nulls = try RecordBatch(
            schema: try Schema(schema.fields.map { Field($0.name, $0.type) }),
            columns: schema.fields.map { .nulls($0.type, count: 1) }, rowCount: 1)
        let error = #expect(throws: S3DBError.self) { try encoder.append(nulls) }
        #expect(error?.code == .nullValue)
        #expect(error?.location.column == "target_start")
        let assembler = try ArrowStream().makeAssembler(target)
        _ = try assembler.open([])
        #expect(throws: S3DBError.self) { _ = try assembler.open([]) }
        _ = try assembler.seal([])
        #expect(throws: S3DBError.self) { _ = try assembler.seal([]) }
        #expect(throws: S3DBError.self) { try assembler.place(try encoder.finish()) }
    }

    @Test("options")
    func options() throws {
        let sink = try ArrowStream().configured(["strings": "dictionary", "batch-rows": "100"])
        #expect(sink.options == ArrowOptions(strings: .dictionary, recordBatchRowCount: 100))
        #expect(sink.canonicalOptions == "strings=dictionary batch-rows=100")
        for bad in [["strings": "x"], ["batch-rows": "0"], ["batch-rows": "a"], ["other": "1"]] {
            let error = #expect(throws: S3DBError.self) { try ArrowStream().configured(bad) }
            #expect(error?.code == .invalidSpec)
        }
        var registry = Registry()
        try registry.registerArrow()
        #expect(registry.sinks.names == ["arrow"])
    }

    @Test("the row limit is divided among a source's outputs")
    func divisor() throws {
        let target = SinkTarget(schema: schema, rowLimitDivisor: 24)
        let encoder = try ArrowStream(ArrowOptions(recordBatchRowCount: 240)).makeEncoder(target)
        try encoder.append(batch)
        #expect(try encoder.finish().layout.recordBatchCount == 10)
    }
}
