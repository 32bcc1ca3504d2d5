import Codecs
import S3DBCore
import TestSupport
import Testing

@testable import ColumnarFormats

@Suite("Arrow stream", .needsPython)
struct ArrowStreamTests {
    static let lengths = [0, 1, 7, 8, 9, 63, 64, 65]

    /// A batch of one column a type.
    private func batch(
        _ count: Int, _ nulls: NullPattern, as encoding: ColumnEncoding = .plain, _ random: inout SeededGenerator
    ) throws -> RecordBatch {
        let schema = try Schema(DataType.primitives.map { Field($0.description, $0) })
        let columns = DataType.primitives.map { TestColumn.make($0, count: count, nulls: nulls, as: encoding, &random) }
        return try RecordBatch(schema: schema, columns: columns, rowCount: count)
    }

    @Test("every type, length and place of nulls", arguments: [ArrowOptions.Strings.plain, .dictionary])
    func types(strings: ArrowOptions.Strings) throws {
        var random = SeededGenerator.fresh()
        var readers = try ArrowReaders()
        for count in Self.lengths {
            for nulls in NullPattern.allCases {
                let batch = try batch(count, nulls, as: count % 2 == 0 ? .plain : .dictionary, &random)
                let sections = [[batch]]
                let stream = try makeArrowStream(batch.schema, sections, ArrowOptions(strings: strings))
                try readers.add(
                    stream,
                    ExpectedTable(batch.schema, sections, strings: strings, batchRowCount: 262_144))
            }
        }
        try readers.check()
    }

    @Test(
        "batches of any length make record batches of one length", arguments: [ArrowOptions.Strings.plain, .dictionary])
    func regrouping(strings: ArrowOptions.Strings) throws {
        var random = SeededGenerator.fresh()
        var readers = try ArrowReaders()
        for batchRowCount in [1, 7, 64, 100, 1000] {
            var sections: [[RecordBatch]] = []
            for _ in 0..<3 {
                var section: [RecordBatch] = []
                for count in Self.lengths.shuffled(using: &random) {
                    let nulls = NullPattern.allCases[Int(random.next() % 5)]
                    section.append(try batch(count, nulls, as: random.next() & 1 == 0 ? .plain : .dictionary, &random))
                }
                sections.append(section)
            }
            let schema = sections[0][0].schema
            let options = ArrowOptions(strings: strings, recordBatchRowCount: batchRowCount)
            try readers.add(
                try makeArrowStream(schema, sections, options, metadata: [("seed", "\(random.seed)")]),
                ExpectedTable(
                    schema, sections, strings: strings, batchRowCount: batchRowCount,
                    metadata: [("seed", "\(random.seed)")]))
        }
        try readers.check()
    }

    @Test("a growing dictionary keeps its meaning", arguments: [ArrowOptions.Strings.plain, .dictionary])
    func growingDictionary(strings: ArrowOptions.Strings) throws {
        var random = SeededGenerator.fresh()
        let schema = try Schema([Field("node", .utf8)])
        let lineage = ColumnDictionary.Lineage()
        var words: [String] = []
        var sections: [[RecordBatch]] = []
        for _ in 0..<3 {
            var section: [RecordBatch] = []
            for _ in 0..<4 {
                words += (0..<50).map { "node \(words.count + $0) \(TestColumn.words[$0 % 7])" }
                let dictionary = ColumnDictionary(values: AnyColumn(words), lineage: lineage)
                let indices = (0..<300).map { _ in Int32(random.next() % UInt64(words.count)) }
                let column = try AnyColumn(
                    type: .utf8, count: 300, storage: .dictionary(indices: Buffer(copying: indices), dictionary))
                section.append(try RecordBatch(schema: schema, columns: [column], rowCount: 300))
            }
            sections.append(section)
        }
        var readers = try ArrowReaders()
        let options = ArrowOptions(strings: strings, recordBatchRowCount: 256)
        try readers.add(
            try makeArrowStream(schema, sections, options),
            ExpectedTable(schema, sections, strings: strings, batchRowCount: 256))
        try readers.check()
    }

    @Test("sections can be left out and reordered", arguments: [ArrowOptions.Strings.plain, .dictionary])
    func sections(strings: ArrowOptions.Strings) throws {
        var random = SeededGenerator.fresh()
        let sections = try [NullPattern.none, .alternating, .none].map { [try batch(100, $0, &random)] }
        let schema = sections[0][0].schema
        let options = ArrowOptions(strings: strings, recordBatchRowCount: 64)
        var readers = try ArrowReaders()
        for placed in [[0, 2], [2, 0], [1], [2, 1, 0], [1, 1]] {
            try readers.add(
                try makeArrowStream(schema, sections, options, placed: placed),
                ExpectedTable(schema, placed.map { sections[$0] }, strings: strings, batchRowCount: 64))
        }
        try readers.check()
    }

    @Test("no rows and no sections", arguments: [ArrowOptions.Strings.plain, .dictionary])
    func empty(strings: ArrowOptions.Strings) throws {
        var random = SeededGenerator.fresh()
        let none = try batch(0, .none, &random)
        let options = ArrowOptions(strings: strings)
        var readers = try ArrowReaders()
        for sections in [[], [[]], [[none]], [[none, none], [none]]] as [[[RecordBatch]]] {
            try readers.add(
                try makeArrowStream(none.schema, sections, options),
                ExpectedTable(none.schema, sections, strings: strings, batchRowCount: 262_144))
        }
        try readers.check()
    }

    @Test("a record batch ends where its text would outgrow the offsets")
    func textLimit() throws {
        let schema = try Schema([Field("text", .utf8), Field("n", .int64)])
        let texts = (0..<40).map { String(repeating: "x", count: $0 % 9) }
        var options = ArrowOptions(recordBatchRowCount: 30)
        options.textByteLimit = 20
        for encoding in [ColumnEncoding.plain, .dictionary] {
            let batch = try RecordBatch(
                schema: schema, columns: [AnyColumn(texts, as: encoding), AnyColumn((0..<40).map(Int64.init))],
                rowCount: 40)
            var expected = try ExpectedTable(schema, [[batch]], batchRowCount: 30)
            expected.batchRowCounts = Self.cut(texts.map(\.utf8.count), limit: 20, rows: 30)
            #expect(expected.batchRowCounts.count > 5)
            var readers = try ArrowReaders()
            try readers.add(try makeArrowStream(schema, [[batch]], options), expected)
            try readers.check()
        }
    }

    private static func cut(_ lengths: [Int], limit: Int, rows: Int) -> [Int] {
        var counts: [Int] = []
        var count = 0
        var total = 0
        for length in lengths {
            if count == rows || total + length > limit {
                counts.append(count)
                (count, total) = (0, 0)
            }
            count += 1
            total += length
        }
        return counts + [count]
    }

    @Test("an early prologue says what was declared")
    func openedEarly() throws {
        let schema = try Schema([Field("a", .int64, isNullable: false), Field("b", .utf8)])
        let batch = try RecordBatch(
            schema: schema, columns: [AnyColumn([1, 2] as [Int64]), AnyColumn(["x", "y"])], rowCount: 2)
        let target = SinkTarget(schema: schema)
        let encoder = try ArrowStream().makeEncoder(target)
        try encoder.append(batch)
        let assembler = try ArrowStream().makeAssembler(target)
        let prologue = try assembler.open([("early", "yes")])
        let section = try encoder.finish()
        try assembler.place(section)
        let ends = try assembler.seal([("late", "no")])
        #expect(ends.prologue == prologue)
        var expected = try ExpectedTable(schema, [[batch]], batchRowCount: 262_144, metadata: [("early", "yes")])
        expected.columns[1].isNullable = true
        var readers = try ArrowReaders()
        try readers.add(Buffer(Array(prologue) + Array(section.content) + Array(ends.epilogue)), expected)
        try readers.check()
    }
}
