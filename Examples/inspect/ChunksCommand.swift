import ArgumentParser
import DriverKit
import S3DB

/// `inspect chunks`: the column chunks of row groups.
struct ChunksCommand: InspectSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "chunks",
        abstract: "Column chunks of row groups, or columns of record batches: sizes, encodings, statistics, indexes.")

    @OptionGroup var argument: FileArgument
    @OptionGroup var parts: PartOptions
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(parts, resources, general) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let file = try await InspectedFile(argument.file, settings)
        let description = try await file.describe()
        let columns = Set(try ColumnChoice.indices(settings.list(.column), description))
        var chunks: [(group: Int, chunk: TableDescription.Chunk)] = []
        for group in try ColumnChoice.groups(try settings.groups(), description) {
            for chunk in description.groups[group].chunks where columns.contains(chunk.column) {
                chunks.append((group, chunk))
            }
        }
        if try settings.flag(.json) {
            let values = chunks.map { description.json(of: $0.chunk, inGroup: $0.group) }
            Output.write(["type": "chunks", "file": .string(file.name), "chunks": .array(values)])
        } else {
            Output.write(Self.table(chunks, description).text(width: Output.width))
        }
        return 0
    }

    private static func table(
        _ chunks: [(group: Int, chunk: TableDescription.Chunk)], _ description: TableDescription
    ) -> TextTable {
        var table = TextTable([
            ("group", .right), ("column", .left), ("offset", .right), ("bytes", .right), ("ratio", .right),
            ("values", .right), ("nulls", .right), ("compression", .left), ("encodings", .left), ("minimum", .left),
            ("maximum", .left), ("indexes", .left),
        ])
        for (group, chunk) in chunks {
            table.append([
                "\(group)", description.columns[chunk.column].name.printable, Figure.number(chunk.byteOffset),
                ByteText.size(chunk.byteCount), Figure.ratio(chunk.byteCount, chunk.contentByteCount),
                ByteText.number(chunk.valueCount), Figure.number(chunk.nullCount), chunk.compression ?? "",
                chunk.encodings.joined(separator: " "), chunk.bounds?.minimum?.cell(limit: 24) ?? "",
                chunk.bounds?.maximum?.cell(limit: 24) ?? "",
                chunk.indexes.map { "\($0.name) \(ByteText.size($0.byteCount))" }.joined(separator: ", "),
            ])
        }
        return table
    }
}
