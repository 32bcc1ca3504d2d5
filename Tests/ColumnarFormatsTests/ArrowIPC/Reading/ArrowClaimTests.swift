import Codecs
import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// What streams claim at no cost to themselves, and what may not be allocated for it.
@Suite("Claims of Arrow streams") struct ArrowClaimTests {
    private static func failure(_ stream: Buffer, _ limits: ArrowReadLimits) -> S3DBError? {
        do throws(S3DBError) {
            _ = try ArrowReader(stream, codecs: [LZ4(), Zstandard()], limits: limits).batches()
            return nil
        } catch {
            return error
        }
    }

    static let claims: [Int64] = [.max, .max - 1, 1 << 50]

    @Test("buffers that claim to inflate to more than there is memory for", arguments: claims)
    func inflatedSizes(claim: Int64) throws {
        let batch = try RecordBatch([NamedColumn("a", (0..<100).map { Int64($0 / 10) })])
        var stream = Array(
            try ArrowAllTypesTests.bytes(batch.schema, [batch], ArrowOptions(), codec: Zstandard()))
        // The size of the values before compression stands in front of them.
        let size = withUnsafeBytes(of: Int64(800).littleEndian) { Array($0) }
        let positions = stream.indices.dropLast(8).filter { Array(stream[$0..<$0 + 8]) == size }
        #expect(positions.count == 1)
        let changed = withUnsafeBytes(of: claim.littleEndian) { Array($0) }
        for position in positions { stream.replaceSubrange(position..<position + 8, with: changed) }

        let limits = ArrowReadLimits(inflateRatio: .max, freeByteCount: .max)
        let code = claim == .max ? S3DBError.Code.corruptFile : .lengthMismatch
        #expect(Self.failure(Buffer(stream), limits)?.code == code)
        #expect(Self.failure(Buffer(stream), ArrowReadLimits())?.code == (claim == .max ? .corruptFile : .inflateLimit))
    }

    /// Types of whose values each takes more memory than there is, or more than can be counted.
    static let wideTypes: [DataType] = [
        .fixedSizeBinary(Int(Int32.max)),
        .fixedSizeList(Field("item", .int64), count: Int(Int32.max)),
        .fixedSizeList(
            Field(
                "item",
                .fixedSizeList(
                    Field("item", .fixedSizeList(Field("item", .int8), count: Int(Int32.max))), count: Int(Int32.max))),
            count: Int(Int32.max)),
    ]

    /// A dictionary may be left out where its column is all null.
    @Test("nulls of wide types without their dictionary", arguments: wideTypes)
    func wideNulls(type: DataType) throws {
        let indices = Buffer(copying: [Int32](repeating: 0, count: 20))
        let values = ColumnDictionary(values: AnyColumn.nulls(type, count: 0))
        let column = try AnyColumn(
            type: type, count: 20, validity: Bitmap(repeatElement(false, count: 20)),
            storage: .dictionary(indices: indices, values))
        let schema = try Schema([Field("a", type, dictionary: DictionaryEncoding(indexType: .int8))])
        let batch = try RecordBatch(schema: schema, columns: [column], rowCount: 20)
        let stream = try ArrowAllTypesTests.bytes(schema, [batch], ArrowOptions())
        #expect(Self.failure(try Self.withoutDictionaries(stream), ArrowReadLimits())?.code == .inflateLimit)
    }

    @Test("nulls of common types without their dictionary")
    func commonNulls() throws {
        let schema = try Schema([Field("a", .utf8, dictionary: DictionaryEncoding(indexType: .int8))])
        let column = AnyColumn.nulls(.utf8, count: 9)
        let batch = try RecordBatch(schema: schema, columns: [column], rowCount: 9)
        let stream = try Self.withoutDictionaries(try ArrowAllTypesTests.bytes(schema, [batch], ArrowOptions()))
        let batches = try ArrowReader(stream).batches()
        #expect(batches.map(\.rowCount) == [9])
        #expect(batches.map { $0.columns[0].nullCount } == [9])
    }

    /// A stream of one schema and one batch without what stands between them.
    private static func withoutDictionaries(_ stream: Buffer) throws -> Buffer {
        let mark: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF]
        let bytes = Array(stream)
        let starts = stride(from: 0, to: bytes.count - 3, by: 8).filter { Array(bytes[$0..<$0 + 4]) == mark }
        // Schema, dictionary, batch, end.
        try #require(starts.count == 4)
        return Buffer(bytes[..<starts[1]] + bytes[starts[2]...])
    }

    /// Bits are copied when a column is cut: each piece must be cut from what it is a piece of, not from what is left.
    @Test("long batches read as very short ones", .timeLimit(.minutes(2)))
    func shortBatches() throws {
        let rowCount = 2 << 20
        let values = (0..<rowCount).map { (row: Int) -> Bool? in row % 3 == 0 ? nil : row % 2 == 0 }
        let batch = try RecordBatch([NamedColumn("a", values)])
        let stream = try ArrowAllTypesTests.bytes(
            batch.schema, [batch], ArrowOptions(recordBatchRowCount: rowCount))
        var count = 0
        let decoder = try ArrowSource().makeDecoder(schema: batch.schema, limits: RecordLimits(batchRowCount: 16))
        _ = try decoder.decode(stream.bytes, isLast: true) { (batch) throws(S3DBError) in count += batch.rowCount }
        #expect(count == rowCount)
    }

    /// Rows of nulls take no bytes of the stream, columns that it lacks would take them.
    @Test("columns that a stream of very many rows does not have")
    func missingColumns() throws {
        let rowCount = Int(Int32.max)
        let schema = try Schema([Field("a", .null)])
        let batch = try RecordBatch(schema: schema, columns: [.nulls(.null, count: rowCount)], rowCount: rowCount)
        let stream = try ArrowAllTypesTests.bytes(schema, [batch], ArrowOptions(recordBatchRowCount: rowCount))
        let wanted = try Schema([Field("a", .null), Field("not there", .decimal(.bits256, precision: 9, scale: 0))])
        var rowCounts: [Int] = []
        let error = #expect(throws: S3DBError.self) {
            _ = try ArrowSource().makeDecoder(schema: wanted, limits: RecordLimits(batchRowCount: 1000))
                .decode(stream.bytes, isLast: true) { (batch) throws(S3DBError) in
                    rowCounts.append(batch.rowCount)
                    if rowCounts.count == 3 { throw S3DBError(.cancelled, "enough") }
                }
        }
        #expect(error?.code == .cancelled)
        #expect(rowCounts == [1000, 1000, 1000])
    }
}
