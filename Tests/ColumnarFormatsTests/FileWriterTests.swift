import S3DBCore
import TestSupport
import Testing

@testable import ColumnarFormats

@Suite("Files written front to back", .needsPython)
struct FileWriterTests {
    private func batches(_ schema: Schema) throws -> [RecordBatch] {
        try (0..<10).map { number in
            let values = (0..<100).map { Int64(number * 100 + $0) }
            let texts: [String?] = values.map { $0 % 3 == 0 ? nil : "n\($0 % 7)" }
            return try RecordBatch(
                schema: schema, columns: [AnyColumn(values), AnyColumn(texts, as: .dictionary)], rowCount: 100)
        }
    }

    private func schema() throws -> Schema {
        try Schema([Field("a", .int64, isNullable: false), Field("b", .utf8)])
    }

    @Test("bytes are ready as sections end, and make one file", arguments: [ArrowOptions.Strings.plain, .dictionary])
    func sections(strings: ArrowOptions.Strings) throws {
        let schema = try schema()
        let batches = try batches(schema)
        let sink = ArrowStream(ArrowOptions(strings: strings, recordBatchRowCount: 150))
        var file = try FileWriter(
            FileConfiguration(
                sink, schema: schema, metadata: [("k", "v")], limits: CuttingLimits(sectionRowCount: 300)))
        var pieces = [file.takeBytes()]
        for batch in batches {
            try file.append(batch)
            pieces.append(file.takeBytes())
        }
        try file.finish()
        try file.finish()
        pieces.append(file.takeBytes())
        #expect(file.rowCount == 1000)
        #expect(throws: S3DBError.self) { try file.append(batches[0]) }
        #expect(pieces.map(\.isEmpty) == [false, true, true, false, true, true, false, true, true, false, true, false])
        let sections = [Array(batches[0..<3]), Array(batches[3..<6]), Array(batches[6..<9]), [batches[9]]]
        let expected = try ExpectedTable(
            schema, sections, strings: strings, batchRowCount: 150, metadata: [("k", "v")])
        var readers = try ArrowReaders()
        try readers.add(Buffer(pieces.flatMap(Array.init)), expected)
        try readers.check()
    }

    @Test("an empty file is a file")
    func empty() throws {
        let schema = try schema()
        var file = try FileWriter(ArrowStream(), schema: schema)
        try file.finish()
        var expected = try ExpectedTable(schema, [], batchRowCount: 1)
        expected.columns[1].isNullable = true
        var readers = try ArrowReaders()
        try readers.add(file.takeBytes(), expected)
        try readers.check()
    }

    @Test("bytes of any chunking become a file", arguments: [1, 2, 3, 7, 1000])
    func conversion(chunkByteCount: Int) async throws {
        let numbers: [Int64] = (0..<500).map { $0 * $0 }
        let bytes = Array(numbers.map { "\($0)\n" }.joined().utf8)
        let chunks = AsyncStream<ArraySlice<UInt8>> { continuation in
            for start in stride(from: 0, to: bytes.count, by: chunkByteCount) {
                continuation.yield(bytes[start..<min(bytes.count, start + chunkByteCount)])
            }
            continuation.finish()
        }
        let schema = try Schema([Field("n", .int64, isNullable: false)])
        let format = FileConfiguration(
            ArrowStream(), schema: schema, limits: CuttingLimits(batchRowCount: 64, sectionRowCount: 128))
        var file: [UInt8] = []
        for try await bytes in convert(chunks, from: Lines(), to: format) {
            #expect(!bytes.isEmpty)
            file += bytes
        }
        let batch = try RecordBatch(schema: schema, columns: [AnyColumn(numbers)], rowCount: 500)
        let expected = try ExpectedTable(schema, [[batch]], batchRowCount: 128)
        var readers = try ArrowReaders()
        try readers.add(Buffer(file), expected)
        try readers.check()
    }

    @Test("what the bytes do wrong is thrown")
    func errors() async throws {
        let schema = try Schema([Field("n", .int64, isNullable: false)])
        let chunks = AsyncStream<[UInt8]> { continuation in
            continuation.yield(Array("1\n2\nx\n".utf8))
            continuation.finish()
        }
        var count = 0
        let error = await #expect(throws: S3DBError.self) {
            for try await batch in chunks.records(Lines(), schema: schema, limits: RecordLimits(batchRowCount: 1)) {
                count += batch.rowCount
            }
        }
        #expect(error?.code == .valueMisfit)
    }
}

/// A number a line.
private struct Lines: RecordSource {
    var name: String { "lines" }

    func columnNames(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [String]? { ["n"] }

    func makeDecoder(
        schema: Schema, emptyIsNull: Set<String>, limits: RecordLimits
    ) throws(S3DBError) -> LinesDecoder {
        LinesDecoder(schema, limits)
    }
}

private final class LinesDecoder: RecordDecoder {
    private let schema: Schema
    private let limits: RecordLimits
    private var numbers: [Int64] = []

    init(_ schema: Schema, _ limits: RecordLimits) {
        self.schema = schema
        self.limits = limits
    }

    func decode(
        _ input: RawSpan, isLast: Bool, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        let bytes = Array(Buffer(copying: input))
        var used = 0
        while let end = bytes[used...].firstIndex(of: 10) {
            guard let number = Int64(String(decoding: bytes[used..<end], as: UTF8.self)) else {
                throw S3DBError(.valueMisfit, "no number")
            }
            numbers.append(number)
            used = end + 1
            if numbers.count == limits.batchRowCount { try flush(body) }
        }
        if isLast && !numbers.isEmpty { try flush(body) }
        return used
    }

    private func flush(_ body: (RecordBatch) throws(S3DBError) -> Void) throws(S3DBError) {
        let column = AnyColumn(numbers)
        try body(try RecordBatch(schema: schema, columns: [column], rowCount: numbers.count))
        numbers = []
    }
}
