/// A column's name, type and whether it may hold nulls.
public struct Field: Hashable, Sendable {
    /// The name.
    public var name: String
    /// The type of the values.
    public var type: DataType
    /// Whether a value may be null.
    public var isNullable: Bool
    /// How values are encoded by a dictionary where the field comes from; nil where they are not.
    ///
    /// A hint for those who write the field again: a column may be plain or by dictionary whatever its field says.
    public var dictionary: DictionaryEncoding?
    /// What else is kept with the field, such as the name and parameters of an extension type.
    public var metadata: [MetadataEntry]

    /// Makes a field.
    public init(
        _ name: String, _ type: DataType, isNullable: Bool = true, dictionary: DictionaryEncoding? = nil,
        metadata: [MetadataEntry] = []
    ) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
        self.dictionary = dictionary
        self.metadata = metadata
    }
}

extension Field: CustomStringConvertible {
    /// Name and type, and whether nulls are excluded.
    public var description: String { "\(name): \(type)\(isNullable ? "" : " not null")" }
}

/// How positions in a dictionary are stored (Arrow `Schema.fbs`, `DictionaryEncoding`).
public struct DictionaryEncoding: Hashable, Sendable {
    /// The integer type of positions in files; columns in memory have `Int32`.
    public var indexType: DataType
    /// Whether the order of the dictionary means something, as that of grades does.
    public var isOrdered: Bool

    /// Makes an encoding.
    public init(indexType: DataType = .int32, isOrdered: Bool = false) {
        self.indexType = indexType
        self.isOrdered = isOrdered
    }
}

/// A key of custom metadata and its value (Arrow `Schema.fbs`, `KeyValue`).
public struct MetadataEntry: Hashable, Sendable {
    /// The key.
    public var key: String
    /// The value.
    public var value: String

    /// Makes an entry.
    public init(_ key: String, _ value: String) {
        self.key = key
        self.value = value
    }
}
