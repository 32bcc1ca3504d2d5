/// The columns of an output, and how its sources' text is read into them.
public struct OutputSchema: Hashable, Sendable {
    /// The columns: those that METADATA.json declares, in its order, then undeclared ones by name.
    public let schema: Schema
    /// The columns of the sources that METADATA.json lacks, by name.
    public let extraColumns: [String]
    /// Those of them whose type the spec does not name either.
    public let undeclared: [String]
    /// Columns in which an empty field is null: lists and tuples.
    public let emptyIsNull: Set<String>

    /// The column that every source must have, without nulls: unix seconds of a row's start.
    public static let timeColumn = "target_start"

    /// Makes the schema of an output from a dataset's types and the columns that its sources have.
    ///
    /// - Parameters:
    ///   - metadata: The declared types, or nil where they are assumed to be text.
    ///   - overrides: Types that the spec adds or changes.
    ///   - sourceColumns: The names that any of the sources has.
    /// - Throws: ``S3DBError/Code/missingColumn`` when no source has the time column.
    public init(
        metadata: DatasetMetadata?, overrides: [String: S3DBType], sourceColumns: Set<String>
    ) throws(S3DBError) {
        var columns = metadata?.columns.map { DeclaredColumn($0.name, overrides[$0.name] ?? $0.type) } ?? []
        let extra = sourceColumns.subtracting(columns.map(\.name))
            .sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        for name in extra {
            // Without METADATA.json everything is text but for the one column that must be a number.
            let assumed: S3DBType = metadata == nil && name == Self.timeColumn ? .int : .str
            columns.append(DeclaredColumn(name, overrides[name] ?? assumed))
        }
        let fields = columns.map { Field($0.name, $0.columnType, isNullable: $0.name != Self.timeColumn) }
        guard let time = fields.first(where: { $0.name == Self.timeColumn }) else {
            throw S3DBError(
                .missingColumn, "no source and no type_map has the column \(Self.timeColumn)",
                remedy: "Every S3DB row needs its start in unix seconds")
        }
        guard time.type == .int64 else {
            throw S3DBError(
                .invalidMetadata, "the column \(Self.timeColumn) is declared as \(time.type)",
                remedy: "Declare it as int or datetime", at: .init(column: Self.timeColumn))
        }
        schema = try Schema(fields)
        extraColumns = extra
        undeclared = extra.filter { overrides[$0] == nil }
        emptyIsNull = Set(columns.filter(\.emptyIsNull).map(\.name))
    }

    /// Names and types in order and what empty fields are, as one short name: what must be equal for sections to share
    /// a file.
    public var hash: String {
        let columns = schema.fields.map { field in
            "\(S3DBError.quoted(field.name)) \(field.type)\(emptyIsNull.contains(field.name) ? " empty-is-null" : "")"
        }
        return fnv1a(columns.joined(separator: ","))
    }
}
