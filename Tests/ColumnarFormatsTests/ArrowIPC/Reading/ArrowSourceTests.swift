import Codecs
import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// Arrow streams and files as a source of batches.
@Suite("Arrow as a source") struct ArrowSourceTests {
    private static func bytes(_ container: ArrowContainer) throws -> (Buffer, Schema, [[String]]) {
        var random = SeededGenerator.fresh()
        let schema = try Schema([
            Field("a", .int64), Field("b", .utf8, dictionary: container == .stream ? DictionaryEncoding() : nil),
            Field("c", .list(Field("item", .utf8))),
        ])
        let batches = try ArrowAllTypesTests.sections(schema, &random).flatMap { $0 }
        let options = ArrowOptions(recordBatchRowCount: 17, container: container)
        return (
            try ArrowAllTypesTests.bytes(schema, batches, options, codec: Zstandard()), schema,
            ArrowAllTypesTests.texts(batches)
        )
    }

    private static func decoded(
        _ bytes: Buffer, _ schema: Schema, batchRowCount: Int, step: Int
    ) throws(S3DBError) -> [RecordBatch] {
        let source = ArrowSource(codecs: [Zstandard()])
        let decoder = try source.makeDecoder(schema: schema, limits: RecordLimits(batchRowCount: batchRowCount))
        var batches: [RecordBatch] = []
        var (used, shown) = (0, 0)
        while shown < bytes.count {
            shown = min(bytes.count, shown + step)
            let part = bytes.slice(used..<shown)
            let count = try decoder.decode(part.bytes, isLast: shown == bytes.count) { batches.append($0) }
            used += count
        }
        #expect(used == bytes.count)
        return batches
    }

    @Test("batches have the length that is asked for", arguments: ArrowContainer.allCases, [1, 20, 1000])
    func batchLengths(container: ArrowContainer, batchRowCount: Int) throws {
        let (bytes, schema, texts) = try Self.bytes(container)
        for step in [13, 500, bytes.count] {
            let batches = try Self.decoded(bytes, schema, batchRowCount: batchRowCount, step: step)
            #expect(batches.dropLast().allSatisfy { $0.rowCount == batchRowCount })
            #expect(ArrowAllTypesTests.texts(batches) == texts)
        }
    }

    @Test("columns are matched by name", arguments: ArrowContainer.allCases)
    func projection(container: ArrowContainer) throws {
        let (bytes, _, texts) = try Self.bytes(container)
        let schema = try Schema([Field("x", .float64), Field("b", .utf8), Field("a", .int64)])
        let batches = try Self.decoded(bytes, schema, batchRowCount: 40, step: 100)
        let found = ArrowAllTypesTests.texts(batches)
        #expect(found[0].allSatisfy { $0 == "null" })
        #expect(Array(found[1...]) == [texts[1], texts[0]])
        let wrong = try Schema([Field("a", .int32)])
        let error = #expect(throws: S3DBError.self) { try Self.decoded(bytes, wrong, batchRowCount: 9, step: 50) }
        #expect(error?.code == .valueMisfit)
        #expect(error?.location.column == "a")
    }

    @Test("the names of columns are found in the head", arguments: ArrowContainer.allCases)
    func names(container: ArrowContainer) throws {
        let (bytes, _, _) = try Self.bytes(container)
        #expect(try Self.names(bytes.slice(0..<20), isWhole: false) == nil)
        #expect(try Self.names(bytes.slice(0..<2000), isWhole: false) == ["a", "b", "c"])
        #expect(throws: S3DBError.self) { try Self.names(bytes.slice(0..<20), isWhole: true) }
        #expect(throws: S3DBError.self) { try Self.names(Buffer(), isWhole: true) }
    }

    private static func names(_ head: Buffer, isWhole: Bool) throws(S3DBError) -> [String]? {
        try ArrowSource().columnNames(inHead: head.bytes, isWhole: isWhole)
    }

    @Test("a stream or file that was cut off is refused", arguments: ArrowContainer.allCases)
    func truncation(container: ArrowContainer) throws {
        let (bytes, schema, _) = try Self.bytes(container)
        for end in [3, 9, 100, bytes.count / 2 + 3] {
            #expect(throws: S3DBError.self, "to \(end)") {
                try Self.decoded(bytes.slice(0..<end), schema, batchRowCount: 10, step: 1000)
            }
        }
    }
}
