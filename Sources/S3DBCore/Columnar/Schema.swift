/// The ordered fields of a table.
public struct Schema: Hashable, Sendable {
    /// The fields, in column order.
    public let fields: [Field]

    /// Makes a schema whose fields have names of their own, as all that is written has.
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

    /// Makes a schema of fields whose names may repeat or be empty, as those of files that others wrote may.
    public init(anyNames fields: [Field]) {
        self.fields = fields
    }

    /// The position of the first column called `name`. O(columns).
    public func index(of name: String) -> Int? {
        fields.firstIndex { $0.name == name }
    }
}
