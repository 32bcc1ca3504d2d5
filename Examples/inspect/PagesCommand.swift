import ArgumentParser
import DriverKit
import S3DB

/// `inspect pages`: the pages of column chunks.
struct PagesCommand: InspectSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "pages",
        abstract: "Pages of column chunks, or buffers of record batches; a line of JSON for each with --json.")

    @OptionGroup var argument: FileArgument
    @OptionGroup var parts: PartOptions
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(parts, resources, general) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let file = try await InspectedFile(argument.file, settings)
        let description = try await file.describe()
        let columns = try ColumnChoice.indices(settings.list(.column), description)
        let groups = try ColumnChoice.groups(try settings.groups(), description)
        var table = Self.table
        let isJSON = try settings.flag(.json)
        try await file.reading { () async throws(S3DBError) in
            try await file.table.forEachChunk(description, groups: groups, columns: columns) { group, column, pages in
                let name = description.columns[column].name
                for (number, page) in pages.enumerated() {
                    if isJSON {
                        Output.write(Self.json(page, number, name, group))
                    } else {
                        table.append(Self.row(page, number, name, group))
                    }
                }
            }
        }
        if !isJSON { Output.write(table.text(width: Output.width)) }
        return 0
    }

    private static func json(_ page: TableDescription.Page, _ number: Int, _ column: String, _ group: Int) -> JSONValue
    {
        let place: [JSONValue.Member] = [
            .init("type", "page"), .init("group", .number(group)), .init("column", .string(column)),
            .init("page", .number(number)),
        ]
        return .object(place + (page.json.objectValue ?? []))
    }

    private static let table = TextTable([
        ("group", .right), ("column", .left), ("page", .right), ("kind", .left), ("offset", .right), ("bytes", .right),
        ("ratio", .right), ("encoding", .left), ("values", .right), ("nulls", .right), ("first row", .right),
        ("minimum", .left), ("maximum", .left), ("crc32", .right),
    ])

    private static func row(_ page: TableDescription.Page, _ number: Int, _ column: String, _ group: Int) -> [String] {
        let path = ([column] + page.path).joined(separator: ".").printable
        return [
            "\(group)", path, "\(number)", page.kind, ByteText.number(page.byteOffset), ByteText.size(page.byteCount),
            Figure.ratio(page.byteCount, page.contentByteCount), page.encoding ?? "", Figure.number(page.valueCount),
            Figure.number(page.nullCount), Figure.number(page.firstRow), page.bounds?.minimum?.cell(limit: 24) ?? "",
            page.bounds?.maximum?.cell(limit: 24) ?? "", page.checksum.map { String($0, radix: 16) } ?? "",
        ]
    }
}
