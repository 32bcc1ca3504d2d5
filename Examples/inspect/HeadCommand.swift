import ArgumentParser
import DriverKit
import S3DB

/// `inspect head`: the first rows.
struct HeadCommand: InspectSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "head", abstract: "The first rows, as a table; with --json a line of JSON for each.")

    @OptionGroup var argument: FileArgument
    @OptionGroup var rows: RowOptions
    @OptionGroup var count: HeadOptions
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(rows, count, resources, general) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let file = try await InspectedFile(argument.file, settings)
        let wanted = try settings.positive(.rows) ?? 10
        let cursor = try await file.rows(settings)
        var table = TextTable(cursor.schema.fields.map { ($0.name.printable, Self.alignment($0.type)) })
        var left = wanted
        while left > 0, let batch = try await file.reading({ () async throws(S3DBError) in try await cursor.next() }) {
            let part = batch.slice(0..<min(left, batch.rowCount))
            left -= part.rowCount
            if try settings.flag(.json) { Self.write(part) } else { Self.append(part, to: &table) }
        }
        if try !settings.flag(.json) { Output.write(table.text(width: Output.width)) }
        return 0
    }

    private static func write(_ batch: RecordBatch) {
        let rows = JSONLinesRows(batch)
        var output = BufferBuilder()
        for row in 0..<batch.rowCount { rows.append(row, to: &output) }
        Output.write(String(decoding: output.freeze(), as: UTF8.self))
    }

    private static func append(_ batch: RecordBatch, to table: inout TextTable) {
        let columns = batch.columns.map { ValueWriter($0) }
        for row in 0..<batch.rowCount {
            table.append(
                columns.map { column in
                    column.text(row).map { JSONValue.string($0).cell(limit: 60) } ?? "null"
                })
        }
    }

    private static func alignment(_ type: DataType) -> TextTable.Alignment {
        switch type {
        case .int8, .int16, .int32, .int64, .uint8, .uint16, .uint32, .uint64, .float16, .float32, .float64, .decimal:
            .right
        default: .left
        }
    }
}
