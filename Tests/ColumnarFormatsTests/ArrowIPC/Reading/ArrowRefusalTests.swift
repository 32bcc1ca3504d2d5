import Codecs
import S3DBCore
import TestSupport
import Testing

@testable import ColumnarFormats

/// Streams that are refused by name, and limits.
@Suite("What is refused of Arrow streams") struct ArrowRefusalTests {
    private static func refusal(
        _ bytes: Buffer, limits: ArrowReadLimits = ArrowReadLimits()
    ) -> S3DBError? {
        #expect(throws: S3DBError.self) {
            try ArrowReader(bytes, codecs: [LZ4(), Zstandard()], limits: limits).batches()
        }
    }

    /// A message without a body.
    private static func message(_ header: Int8, _ table: [FlatBufferValue?], version: Int16 = 4) -> Buffer {
        let metadata = FlatBufferWriter.bytes(root: [.int16(version), .int8(header), .table(table), .int64(0)])
        var output = BufferBuilder()
        output.appendLittleEndian(UInt32.max)
        output.appendLittleEndian(Int32(metadata.count))
        output.append(metadata.bytes)
        return output.freeze()
    }

    @Test("big-endian numbers, tensors, versions before 4 and after 5")
    func unsupported() {
        #expect(Self.refusal(Self.message(1, [.int16(1), .tables([])]))?.code == .unsupported)
        #expect(Self.refusal(Self.message(4, []))?.code == .unsupported)
        for version in [0, 2, 5] as [Int16] {
            #expect(Self.refusal(Self.message(1, [.int16(0), .tables([])], version: version))?.code == .unsupported)
        }
    }

    @Test("types that are not known, and parameters that make no sense")
    func types() {
        let cases: [(Int8, [FlatBufferValue?], S3DBError.Code)] = [
            (99, [], .unsupported), (0, [], .corruptFile), (2, [.int32(12), .bool(true)], .corruptFile),
            (3, [.int16(3)], .corruptFile), (7, [.int32(39), .int32(0), .int32(128)], .corruptFile),
            (7, [.int32(3), .int32(0), .int32(100)], .corruptFile), (9, [.int16(0), .int32(64)], .corruptFile),
            (10, [.int16(9)], .corruptFile), (15, [.int32(-1)], .corruptFile), (12, [], .corruptFile),
            (17, [.bool(false)], .corruptFile), (22, [], .corruptFile), (14, [.int16(1), .int32s([1])], .corruptFile),
        ]
        for (code, table, expected) in cases {
            let field = FlatBufferValue.table([.string("a"), .bool(true), .int8(code), .table(table), nil, .tables([])])
            let error = Self.refusal(Self.message(1, [.int16(0), .tables([field])]))
            #expect(error?.code == expected, "\(code): \(String(describing: error))")
            #expect(error?.location.byteOffset != nil)
        }
    }

    @Test("fields that nest too deep")
    func depth() throws {
        var type = DataType.int8
        for _ in 0..<63 { type = .list(Field("item", type)) }
        let deep = try Schema([Field("a", type)])
        let bytes = try makeArrowStream(deep, [])
        #expect(try ArrowReader(bytes).schema.fields.count == 1)
        let deeper = try Schema([Field("a", .list(Field("item", type)))])
        #expect(Self.refusal(try makeArrowStream(deeper, []))?.code == .limitExceeded)
    }

    @Test("more rows, metadata, bodies or inflation than the limits allow")
    func limits() throws {
        let zeros = AnyColumn([Int64](repeating: 0, count: 5000))
        let schema = try Schema([Field("a", .int64)])
        let batch = try RecordBatch(schema: schema, columns: [zeros], rowCount: 5000)
        for codec in [LZ4(), Zstandard()] as [any Codec] {
            let bytes = try makeArrowStream(schema, [[batch]], codec: codec)
            #expect(try ArrowReader(bytes, codecs: [codec]).batches().count == 1)
            let inflated = ArrowReadLimits(inflateRatio: 3, freeByteCount: 1000)
            #expect(Self.refusal(bytes, limits: inflated)?.code == .inflateLimit)
        }
        let bytes = try makeArrowStream(schema, [[batch]])
        for limits in [
            ArrowReadLimits(metadataByteCount: 20), ArrowReadLimits(bodyByteCount: 1000),
            ArrowReadLimits(rowCount: 4999),
        ] { #expect(Self.refusal(bytes, limits: limits)?.code == .limitExceeded) }
    }

    @Test("messages out of order")
    func order() throws {
        let schema = Self.message(1, [.int16(0), .tables([])])
        let batch = Self.message(3, [.int64(3), .pairs([]), .pairs([])])
        #expect(Self.refusal(Buffer(Array(batch) + Array(schema)))?.code == .corruptFile)
        #expect(Self.refusal(Buffer(Array(schema) + Array(schema)))?.code == .corruptFile)
        #expect(Self.refusal(ArrowMessage.endOfStream)?.code == .corruptFile)
        #expect(Self.refusal(Buffer())?.code == .emptyObject)
        let end = Array(ArrowMessage.endOfStream)
        #expect(Self.refusal(Buffer(Array(schema) + end + [0]))?.code == .trailingGarbage)
        let rows = try ArrowReader(Buffer(Array(schema) + Array(batch))).batches().map(\.rowCount)
        #expect(rows == [3])
    }
}
