/// A column's name, type and whether it may hold nulls.
public struct Field: Hashable, Sendable {
    /// The name, unique within a schema.
    public var name: String
    /// The type of the values.
    public var type: DataType
    /// Whether a value may be null.
    public var isNullable: Bool

    /// Makes a field.
    public init(_ name: String, _ type: DataType, isNullable: Bool = true) {
        self.name = name
        self.type = type
        self.isNullable = isNullable
    }
}

/// The ordered fields of a table.
public struct Schema: Hashable, Sendable {
    /// The fields, in column order.
    public let fields: [Field]

    /// Makes a schema.
    ///
    /// - Throws: ``S3DBError/Code/duplicateColumn`` or ``S3DBError/Code/emptyColumnName``.
    public init(_ fields: [Field]) throws(S3DBError) {
        var names = Set<String>()
        for field in fields {
            if field.name.isEmpty {
                throw S3DBError(.emptyColumnName, "a column has no name", remedy: "Name every column")
            }
            if !names.insert(field.name).inserted {
                throw S3DBError(
                    .duplicateColumn, "the name \(S3DBError.quoted(field.name)) stands twice",
                    remedy: "Give each column a name of its own", at: .init(column: field.name))
            }
        }
        self.fields = fields
    }

    /// The position of the column called `name`. O(columns).
    public func index(of name: String) -> Int? {
        fields.firstIndex { $0.name == name }
    }
}
