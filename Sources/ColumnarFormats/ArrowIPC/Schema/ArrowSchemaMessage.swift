// Arrow's Schema.fbs: https://github.com/apache/arrow/blob/main/format/Schema.fbs

import S3DBCore

/// The schema message, which a stream begins with.
enum ArrowSchemaMessage {
    /// The bytes of the message.
    ///
    /// - Parameters:
    ///   - dictionaryIDs: For each field the number of its dictionary, or nil.
    ///   - byteCount: What the message is padded to.
    static func bytes(
        _ fields: [Field], dictionaryIDs: [Int?], _ metadata: KeyValueMetadata, byteCount: Int = 0
    ) -> Buffer {
        let tables = zip(fields, dictionaryIDs).map { field($0, dictionaryID: $1) }
        let pairs = metadata.map { FlatBufferValue.table([.string($0.key), .string($0.value)]) }
        var output = BufferBuilder()
        ArrowMessage.append(
            .schema,
            [
                .int16(littleEndian), .tables(tables), pairs.isEmpty ? nil : .tables(pairs),
            ], bodyByteCount: 0, byteCount: byteCount, to: &output)
        return output.freeze()
    }

    /// `Endianness.Little`.
    private static let littleEndian: Int16 = 0

    /// `table Field`. The empty vector of children is there because readers insist on it.
    private static func field(_ field: Field, dictionaryID: Int?) -> FlatBufferValue {
        let (code, type) = typeTable(field.type)
        return .table([
            .string(field.name), .bool(field.isNullable), .int8(code), type,
            dictionaryID.map { dictionaryEncoding(id: $0) }, .tables([]),
        ])
    }

    /// `table DictionaryEncoding`: 32-bit indices in no order.
    private static func dictionaryEncoding(id: Int) -> FlatBufferValue {
        .table([.int64(Int64(id)), integer(bitWidth: 32, isSigned: true), .bool(false)])
    }

    /// The member of `union Type` and its table. Types that are not written never get here: encoders refuse them.
    private static func typeTable(_ type: DataType) -> (code: Int8, table: FlatBufferValue) {
        switch type {
        case .int8, .int16, .int32, .int64:
            (2, integer(bitWidth: (type.byteWidth ?? 1) * 8, isSigned: true))
        case .uint8, .uint16, .uint32, .uint64:
            (2, integer(bitWidth: (type.byteWidth ?? 1) * 8, isSigned: false))
        // `enum Precision`: single is 1, double 2.
        case .float32: (3, .table([.int16(1)]))
        case .float64: (3, .table([.int16(2)]))
        case .utf8: (5, .table([]))
        case .bool: (6, .table([]))
        default: (4, .table([]))
        }
    }

    /// `table Int`.
    private static func integer(bitWidth: Int, isSigned: Bool) -> FlatBufferValue {
        .table([.int32(Int32(bitWidth)), .bool(isSigned)])
    }
}
