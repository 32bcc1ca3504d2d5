import S3DBCore

/// A field as messages have it: with the number of its dictionary, and what its columns have within in the order of
/// field nodes.
struct ArrowField: Sendable {
    /// Name, type and the rest; says with which integers positions in a dictionary are stored.
    var field: Field
    /// The number of the dictionary that has the values; nil where they stand in record batches.
    var dictionaryID: Int64?
    /// The fields within.
    var children: [ArrowField]

    /// The field of the values in its dictionary.
    var dictionaryValues: ArrowField {
        var values = self
        values.dictionaryID = nil
        values.field.dictionary = nil
        return values
    }
}

/// A schema as messages have it.
struct ArrowMessageSchema: Sendable {
    /// The fields of record batches.
    var fields: [ArrowField]
    /// The custom metadata.
    var metadata: KeyValueMetadata
    /// For each dictionary the field of its values.
    private(set) var dictionaries: [Int64: ArrowField] = [:]

    /// The names and types.
    var schema: Schema { Schema(anyNames: fields.map(\.field)) }

    init(fields: [ArrowField], metadata: KeyValueMetadata) {
        self.fields = fields
        self.metadata = metadata
        for field in fields { note(field) }
    }

    /// Notes the dictionaries of a field and of what is within; the depth is bounded by who read the fields.
    private mutating func note(_ field: ArrowField) {
        if let id = field.dictionaryID, dictionaries[id] == nil { dictionaries[id] = field.dictionaryValues }
        for child in field.children { note(child) }
    }
}

extension ArrowField {
    /// A field that is to be written, and those within; the dictionaries are numbered from `nextID` on, depth first.
    init(writing field: Field, _ strings: ArrowOptions.Strings, nextID: inout Int64) {
        self.init(field, encoding: strings == .dictionary && field.type == .utf8 ? DictionaryEncoding() : nil, &nextID)
    }

    /// - Parameter encoding: How values are encoded where the field itself asks for nothing.
    private init(_ field: Field, encoding: DictionaryEncoding?, _ nextID: inout Int64) {
        self.field = field
        if let encoding = field.dictionary ?? encoding {
            self.field.dictionary = encoding
            dictionaryID = nextID
            nextID += 1
        }
        children = []
        for child in field.type.children { children.append(ArrowField(child, encoding: nil, &nextID)) }
    }

    /// The fields of a schema that is to be written.
    static func fields(writing schema: Schema, _ strings: ArrowOptions.Strings) -> [ArrowField] {
        var nextID: Int64 = 0
        return schema.fields.map { ArrowField(writing: $0, strings, nextID: &nextID) }
    }

    /// Whether the field or one within has a dictionary.
    var hasDictionary: Bool { dictionaryID != nil || children.contains { $0.hasDictionary } }
}
