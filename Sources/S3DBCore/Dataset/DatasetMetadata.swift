/// What a dataset's METADATA.json says.
///
///     {"type_map": {"target_start": "int", "lmp": "float"}, "superkey": ["target_start"], "value_key": ["lmp"],
///      "tags": {"feed": {"time_zone": "UTC-5"}}}
///
/// Real ones leave columns out of `type_map`: those are text.
public struct DatasetMetadata: Hashable, Sendable {
    /// The declared columns, in the order of `type_map`.
    public private(set) var columns: [DeclaredColumn]
    /// The columns that identify a row.
    public let superkey: [String]
    /// The columns that hold what was measured.
    public let valueKey: [String]
    /// The feeds that the rows come from, as they are described.
    public let tags: JSONValue

    /// Describes a dataset without METADATA.json.
    public init(
        columns: [DeclaredColumn], superkey: [String] = [], valueKey: [String] = [], tags: JSONValue = .object([])
    ) {
        self.columns = columns
        self.superkey = superkey
        self.valueKey = valueKey
        self.tags = tags
    }

    /// Reads METADATA.json.
    ///
    /// - Throws: ``S3DBError/Code/invalidMetadata``, at the byte for what is not JSON, at the column for a type that
    ///   is none.
    public init(parsing bytes: RawSpan) throws(S3DBError) {
        let json: JSONValue
        do {
            json = try JSONValue.parse(bytes)
        } catch {
            throw S3DBError(
                .invalidMetadata, "METADATA.json is not valid JSON: \(error.message)",
                remedy: "Repair or restore METADATA.json", at: error.location, cause: error)
        }
        try self.init(json)
    }

    /// Takes a dataset's description from METADATA.json's value. Throws like ``init(parsing:)``.
    public init(_ json: JSONValue) throws(S3DBError) {
        guard json.objectValue != nil else {
            throw Self.invalid("METADATA.json holds \(json.kind)", "It must be an object that has a type_map")
        }
        guard let typeMap = json["type_map"] else {
            throw Self.invalid("METADATA.json has no type_map", "Add one that names each column's type")
        }
        guard let members = typeMap.objectValue else {
            throw Self.invalid("type_map is \(typeMap.kind)", "It must be an object: {column: type}")
        }
        var columns: [DeclaredColumn] = []
        for member in members {
            columns.append(try Self.column(member))
        }
        self.init(
            columns: columns, superkey: try Self.names("superkey", in: json),
            valueKey: try Self.names("value_key", in: json), tags: json["tags"] ?? .object([]))
    }

    /// The declared type of a column; nil where it has none.
    public func type(of column: String) -> S3DBType? {
        columns.first { $0.name == column }?.type
    }

    /// Declares a column's type, in place of the one it had or behind all others.
    public mutating func declare(_ column: String, as type: S3DBType) {
        let declared = DeclaredColumn(column, type)
        if let index = columns.firstIndex(where: { $0.name == column }) {
            columns[index] = declared
        } else {
            columns.append(declared)
        }
    }

    private static func column(_ member: JSONValue.Member) throws(S3DBError) -> DeclaredColumn {
        guard !member.name.isEmpty else {
            throw invalid("type_map has a column without a name", "Name every column")
        }
        guard let text = member.value.stringValue else {
            throw invalid(
                "the type of a column is \(member.value.kind)", "Give one of \(typeNames)", column: member.name)
        }
        guard let type = S3DBType(rawValue: text) else {
            let nearest = S3DBType.allCases.map(\.rawValue).nearest(to: text) ?? ""
            throw invalid(
                "there is no type \(S3DBError.quoted(text))",
                "The nearest is \(S3DBError.quoted(nearest)); known: \(typeNames)", column: member.name)
        }
        return DeclaredColumn(member.name, type)
    }

    private static func names(_ name: String, in json: JSONValue) throws(S3DBError) -> [String] {
        guard let value = json[name], value != .null else { return [] }
        guard let names = value.arrayValue?.map(\.stringValue), !names.contains(nil) else {
            throw invalid("\(name) is not a list of column names", "Make it an array of strings")
        }
        return names.compactMap(\.self)
    }

    private static var typeNames: String { S3DBType.allCases.map(\.rawValue).joined(separator: ", ") }

    private static func invalid(_ message: String, _ remedy: String, column: String? = nil) -> S3DBError {
        S3DBError(.invalidMetadata, message, remedy: remedy, at: .init(column: column))
    }
}

/// A column with its declared type.
public struct DeclaredColumn: Hashable, Sendable {
    /// The column's name.
    public let name: String
    /// The type that METADATA.json, or a user, gives it.
    public let type: S3DBType

    /// The column that is an 8-bit integer whatever its declaration.
    public static let targetBoundsName = "target_bounds"

    /// Declares a column.
    public init(_ name: String, _ type: S3DBType) {
        self.name = name
        self.type = type
    }

    /// The type of the column that holds the values.
    public var columnType: DataType { Self.columnType(of: name, declared: type) }

    /// Whether an empty field is null though the column is text.
    public var emptyIsNull: Bool { type.emptyIsNull }

    /// The type of the column called `name`; text where it is not declared.
    public static func columnType(of name: String, declared type: S3DBType?) -> DataType {
        name == targetBoundsName ? .int8 : type?.columnType ?? .utf8
    }
}
