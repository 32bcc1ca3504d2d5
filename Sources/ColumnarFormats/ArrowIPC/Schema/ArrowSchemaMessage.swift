// Arrow's Schema.fbs: https://github.com/apache/arrow/blob/main/format/Schema.fbs

import S3DBCore

/// The schema message, which a stream begins with.
enum ArrowSchemaMessage {
    /// The bytes of the message.
    ///
    /// - Parameters:
    ///   - byteCount: What the message is padded to.
    ///   - position: Where the message comes to stand; what follows it is aligned.
    static func bytes(
        _ fields: [ArrowField], _ metadata: KeyValueMetadata, byteCount: Int = 0, at position: Int = 0
    ) -> Buffer {
        var output = BufferBuilder()
        ArrowMessage.append(
            .schema, table(fields, metadata), bodyByteCount: 0, byteCount: byteCount, at: position, to: &output)
        return output.freeze()
    }

    /// `table Schema`.
    static func table(_ fields: [ArrowField], _ metadata: KeyValueMetadata) -> [FlatBufferValue?] {
        [.int16(littleEndian), .tables(fields.map { field($0) }), pairs(metadata)]
    }

    /// A vector of `table KeyValue`; nil where there are none.
    static func pairs(_ metadata: KeyValueMetadata) -> FlatBufferValue? {
        metadata.isEmpty ? nil : .tables(metadata.map { .table([.string($0.key), .string($0.value)]) })
    }

    /// `Endianness.Little`.
    private static let littleEndian: Int16 = 0

    /// `table Field`. An empty vector of children is there because readers insist on it.
    private static func field(_ field: ArrowField) -> FlatBufferValue {
        let (code, type) = ArrowTypeWriter.table(of: field.field.type)
        let metadata = pairs(field.field.metadata.map { ($0.key, $0.value) })
        let slots: [FlatBufferValue?] = [
            .string(field.field.name), .bool(field.field.isNullable), .int8(Int8(bitPattern: code.rawValue)), type,
            field.dictionaryID.map { dictionaryEncoding(id: $0, field.field.dictionary ?? DictionaryEncoding()) },
            .tables(field.children.map { Self.field($0) }),
        ]
        return .table(metadata.map { slots + [$0] } ?? slots)
    }

    /// `table DictionaryEncoding`.
    private static func dictionaryEncoding(id: Int64, _ encoding: DictionaryEncoding) -> FlatBufferValue {
        .table([.int64(id), ArrowTypeWriter.table(of: encoding.indexType).table, .bool(encoding.isOrdered)])
    }
}
