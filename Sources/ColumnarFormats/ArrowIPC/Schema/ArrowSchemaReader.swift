// Arrow's Schema.fbs: https://github.com/apache/arrow/blob/main/format/Schema.fbs

import S3DBCore

/// Reads `table Schema`, whose bytes may be anything.
struct ArrowSchemaReader {
    /// How deep fields may nest; what other implementations read as well.
    static let depthLimit = 64

    /// The fewest bytes of a message that a field takes: the offsets to its table and to that of its type, and the start
    /// of each. Tables may be shared, but not so that few bytes make more fields than this allows.
    private static let leastFieldByteCount = 12

    private let reader: FlatBufferReader
    private var fieldsLeft: Int
    private var text: ArrowTextBudget

    /// Reads the schema of a message or a footer.
    static func schema(_ table: FlatBufferTable) throws(S3DBError) -> ArrowMessageSchema {
        var reader = ArrowSchemaReader(table.reader)
        return try reader.schema(table)
    }

    private init(_ reader: FlatBufferReader) {
        self.reader = reader
        fieldsLeft = reader.bytes.count / Self.leastFieldByteCount
        text = ArrowTextBudget(reader)
    }

    private mutating func schema(_ table: FlatBufferTable) throws(S3DBError) -> ArrowMessageSchema {
        let endianness: Int16 = try table.integer(ArrowSchemaSlot.endianness, standard: 0)
        guard endianness == 0 else {
            throw S3DBError(
                .unsupported, "the file's numbers are big-endian, which is not read",
                remedy: "Write it again on a little-endian machine", at: reader.location(table.position))
        }
        let fields = try fields(table, ArrowSchemaSlot.fields, depth: 0)
        let metadata = try text.pairs(table, ArrowSchemaSlot.metadata)
        return ArrowMessageSchema(fields: fields, metadata: metadata)
    }

    private mutating func fields(
        _ table: FlatBufferTable, _ slot: Int, depth: Int
    ) throws(S3DBError) -> [ArrowField] {
        var fields: [ArrowField] = []
        for position in try table.tables(slot) {
            fieldsLeft -= 1
            guard fieldsLeft >= 0 else { throw reader.corrupt("its fields overlap too often", at: position) }
            fields.append(try field(try reader.table(at: position), depth: depth))
        }
        return fields
    }

    private mutating func field(_ table: FlatBufferTable, depth: Int) throws(S3DBError) -> ArrowField {
        guard depth < Self.depthLimit else {
            throw S3DBError(
                .limitExceeded, "fields nest deeper than \(Self.depthLimit)", at: reader.location(table.position))
        }
        let name = try text.text(table, ArrowFieldSlot.name) ?? ""
        let children = try fields(table, ArrowFieldSlot.children, depth: depth + 1)
        let type = try ArrowTypeReader(field: table, children: children.map(\.field)).type(text: &text)
        let encoding = try table.table(ArrowFieldSlot.dictionary)
        let metadata = try text.pairs(table, ArrowFieldSlot.metadata)
        return ArrowField(
            field: Field(
                name, type, isNullable: try table.bool(ArrowFieldSlot.isNullable),
                dictionary: try encoding.map { (table) throws(S3DBError) in try Self.encoding(table) },
                metadata: metadata.map { MetadataEntry($0.key, $0.value) }),
            dictionaryID: try encoding?.integer(ArrowDictionarySlot.id, standard: 0), children: children)
    }

    private static func encoding(_ table: FlatBufferTable) throws(S3DBError) -> DictionaryEncoding {
        let kind: Int16 = try table.integer(ArrowDictionarySlot.kind, standard: 0)
        guard kind == 0 else {
            throw S3DBError(
                .unsupported, "dictionaries of kind \(kind) are not known", at: table.reader.location(table.position))
        }
        // A missing type means 32 bits, signed.
        let index = try table.table(ArrowDictionarySlot.indexType).map { (table) throws(S3DBError) in
            try ArrowTypeReader.integer(table)
        }
        return DictionaryEncoding(
            indexType: index ?? .int32, isOrdered: try table.bool(ArrowDictionarySlot.isOrdered))
    }
}

/// The slots of `table Schema`.
enum ArrowSchemaSlot {
    static let endianness = 0
    static let fields = 1
    static let metadata = 2
}

/// The slots of `table Field`.
enum ArrowFieldSlot {
    static let name = 0
    static let isNullable = 1
    static let typeCode = 2
    static let type = 3
    static let dictionary = 4
    static let children = 5
    static let metadata = 6
}

/// The slots of `table DictionaryEncoding`.
enum ArrowDictionarySlot {
    static let id = 0
    static let indexType = 1
    static let isOrdered = 2
    static let kind = 3
}

/// Reads text of a FlatBuffer, in which strings may be shared, but not so that a small file fills the memory.
struct ArrowTextBudget {
    /// How many bytes of text there may be for each byte of the FlatBuffer.
    private static let ratioLimit = 4

    private let reader: FlatBufferReader
    private var left: Int

    init(_ reader: FlatBufferReader) {
        self.reader = reader
        left = reader.bytes.count * Self.ratioLimit
    }

    /// The string in a slot, which must be UTF-8; nil where it is left out.
    mutating func text(_ table: FlatBufferTable, _ slot: Int) throws(S3DBError) -> String? {
        guard let bytes = try table.string(slot) else { return nil }
        try spend(bytes.count, at: table.position)
        guard bytes.withUnsafeBytes({ UTF8Text.isValid($0) }) else {
            throw S3DBError(.invalidUTF8, "a name is not UTF-8", at: reader.location(table.position))
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The keys and values in a slot; what is not UTF-8 in them is replaced, as others keep bytes there.
    mutating func pairs(_ table: FlatBufferTable, _ slot: Int) throws(S3DBError) -> KeyValueMetadata {
        var pairs: KeyValueMetadata = []
        for position in try table.tables(slot) {
            let pair = try reader.table(at: position)
            let key = try pair.string(0) ?? Buffer()
            let value = try pair.string(1) ?? Buffer()
            // An empty pair takes memory, too.
            try spend(key.count + value.count + 1, at: position)
            pairs.append((String(decoding: key, as: UTF8.self), String(decoding: value, as: UTF8.self)))
        }
        return pairs
    }

    private mutating func spend(_ byteCount: Int, at position: Int) throws(S3DBError) {
        left -= byteCount
        guard left >= 0 else { throw reader.corrupt("its keys and values overlap too often", at: position) }
    }
}
