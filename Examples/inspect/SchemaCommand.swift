import ArgumentParser
import DriverKit
import S3DB

/// `inspect schema`: columns and what is within them.
struct SchemaCommand: InspectSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "schema", abstract: "Columns, what is within them, and how they are stored.")

    @OptionGroup var argument: FileArgument
    @OptionGroup var parts: PartOptions
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(parts, resources, general) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let file = try await InspectedFile(argument.file, settings)
        let description = try await file.describe()
        let wanted = settings.list(.column)
        for name in wanted where description.schema.index(of: name) == nil {
            throw ColumnChoice.missing(name, description.schema.fields.map(\.name)).named(file.name)
        }
        let report = SchemaReport(description, wanted: wanted)
        if try settings.flag(.json) {
            Output.write(report.json(file: file.name))
        } else {
            Output.write(report.table.text(width: Output.width))
        }
        return 0
    }
}

/// The columns of a file, as a tree.
struct SchemaReport {
    private let fields: [Field]
    private let description: TableDescription

    init(_ description: TableDescription, wanted: [String]) {
        self.description = description
        fields = description.schema.fields.filter { wanted.isEmpty || wanted.contains($0.name) }
    }

    func json(file: String) -> JSONValue {
        [
            "type": "schema", "file": .string(file), "format": .string(description.format.rawValue),
            "fields": .array(fields.map(Self.json)),
            "stored": description.parquetSchema.map { .array($0.root.children.map(Self.json)) } ?? .null,
        ]
    }

    private static func json(_ field: Field) -> JSONValue {
        [
            "name": .string(field.name), "type": .string("\(field.type)"), "nullable": .bool(field.isNullable),
            "dictionary": field.dictionary.map { .string("\($0.indexType)") } ?? .null,
            "metadata": .array(field.metadata.map { ["key": .string($0.key), "value": .string($0.value)] }),
            "children": .array(field.type.children.map(json)),
        ]
    }

    private static func json(_ node: ParquetSchema.Node) -> JSONValue {
        [
            "name": .string(node.name), "repetition": .string("\(node.repetition)"),
            "physical": node.physicalType.map { .string($0.name) } ?? .null,
            "logical": node.logicalType.map { .string("\($0)") } ?? .null,
            "field_id": node.fieldID.map { .number($0) } ?? .null,
            "children": .array(node.children.map(json)),
        ]
    }

    /// Of Parquet the file's own tree, of Arrow its fields; both indented.
    var table: TextTable {
        guard let schema = description.parquetSchema else { return fieldTable }
        var table = TextTable([
            ("column", .left), ("repetition", .left), ("stored as", .left), ("type", .left), ("field id", .right),
        ])
        for node in schema.root.children {
            guard let field = fields.first(where: { $0.name == node.name }) else { continue }
            append(node, "\(field.type)", depth: 0, to: &table)
        }
        return table
    }

    private func append(_ node: ParquetSchema.Node, _ type: String, depth: Int, to table: inout TextTable) {
        table.append([
            String(repeating: "  ", count: depth) + node.name.printable, "\(node.repetition)",
            node.storedAs.isEmpty ? "group" : node.storedAs, type.printable, node.fieldID.map { "\($0)" } ?? "",
        ])
        for child in node.children { append(child, "", depth: depth + 1, to: &table) }
    }

    private var fieldTable: TextTable {
        var table = TextTable([
            ("column", .left), ("type", .left), ("nulls", .left), ("dictionary", .left), ("metadata", .left),
        ])
        for field in fields { append(field, depth: 0, to: &table) }
        return table
    }

    private func append(_ field: Field, depth: Int, to table: inout TextTable) {
        let metadata = field.metadata.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
        table.append([
            String(repeating: "  ", count: depth) + field.name.printable, "\(field.type)".printable,
            field.isNullable ? "allowed" : "none", field.dictionary.map { "\($0.indexType)" } ?? "",
            JSONValue.string(metadata).cell(),
        ])
        for child in field.type.children { append(child, depth: depth + 1, to: &table) }
    }
}

/// Which columns of a description are looked at.
enum ColumnChoice {
    /// The numbers of the columns with some names, or below nested ones with such; all where none is named.
    static func indices(_ names: [String], _ description: TableDescription) throws(S3DBError) -> [Int] {
        guard !names.isEmpty else { return Array(description.columns.indices) }
        var chosen: [Int] = []
        for name in names {
            let found = description.columns.indices.filter { index in
                description.columns[index].name == name || description.columns[index].name.hasPrefix(name + ".")
            }
            if found.isEmpty { throw missing(name, description.columns.map(\.name)) }
            chosen += found.filter { !chosen.contains($0) }
        }
        return chosen
    }

    /// The numbers of some groups; all where none is named.
    static func groups(_ numbers: [Int]?, _ description: TableDescription) throws(S3DBError) -> [Int] {
        for number in numbers ?? [] where !description.groups.indices.contains(number) {
            throw S3DBError(
                .invalidArgument, "there is no \(description.groupName) \(number)",
                remedy: "The file has \(description.groups.count), counted from 0")
        }
        return numbers ?? Array(description.groups.indices)
    }

    static func missing(_ name: String, _ names: [String]) -> S3DBError {
        S3DBError(
            .invalidArgument, "there is no column \(S3DBError.quoted(name))",
            remedy: "There are: " + names.map(\.printable).joined(separator: ", "))
    }
}
