import Codecs
import ColumnarFormats
import S3DBCore

/// Tables that seeds are made of.
enum SeedTables {
    /// A table of random columns of some types, each also without nulls.
    static func table(_ types: [DataType], rowCount: Int, seed: UInt64 = 1) throws -> RecordBatch {
        var random = SeededGenerator(seed: seed)
        var fields: [Field] = []
        var columns: [AnyColumn] = []
        for (index, type) in types.enumerated() {
            let isNullable = index % 3 != 2
            fields.append(Field("c\(index)", type, isNullable: isNullable || type == .null))
            columns.append(try RandomColumn.make(type, count: rowCount, hasNulls: isNullable, &random))
        }
        return try RecordBatch(schema: Schema(fields), columns: columns, rowCount: rowCount)
    }

    /// Types in groups of a few, so that files stay small.
    static func groups(_ types: [DataType], of count: Int) -> [[DataType]] {
        stride(from: 0, to: types.count, by: count).map { Array(types[$0..<min($0 + count, types.count)]) }
    }

    /// A file of one section.
    static func file(
        _ sink: some ColumnarSink, _ batch: RecordBatch, codec: (any Codec)? = nil, isInsideOuterCodec: Bool = false
    ) throws -> Buffer {
        let target = SinkTarget(
            schema: batch.schema, innerCodec: codec, isInsideOuterCodec: isInsideOuterCodec)
        let encoder = try sink.makeEncoder(target)
        try encoder.append(batch)
        let section = try encoder.finish()
        let assembler = try sink.makeAssembler(target)
        try assembler.place(section)
        let ends = try assembler.seal([(Provenance.metadataKey, provenance.json)])
        var file = BufferBuilder()
        for part in [ends.prologue, section.content, ends.epilogue] { file.append(part.bytes) }
        return file.freeze()
    }

    private static let provenance = Provenance(
        tool: "tool 1", spec: "format=parquet", schemaHash: "0123456789abcdef", extraColumns: [],
        sections: [.init(sources: [.init(key: "1.csv", token: VersionToken("a"))], rowCount: 24, byteCount: 1000)])
}
