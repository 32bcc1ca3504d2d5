import ArgumentParser
import DriverKit
import S3DB

/// `inspect cat`: all rows.
struct CatCommand: InspectSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "cat",
        abstract: "All rows, as lines of JSON (--json) or CSV (--csv).",
        discussion: "In CSV a null is nothing between the commas, an empty text two quotes, and NaN is written NAN.")

    @OptionGroup var argument: FileArgument
    @OptionGroup var rows: RowOptions
    @OptionGroup var csv: CSVOptions
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(rows, csv, resources, general) }

    /// A line on standard error alone: standard output has rows, and no objects of other kinds.
    static func report(_ error: S3DBError, isJSON: Bool) -> Int32 {
        Output.writeError("\(program): \(error)\n")
        return error.exitStatus
    }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let isCSV = try settings.flag(.csv)
        guard try settings.flag(.json) != isCSV else {
            throw S3DBError(.invalidArgument, "one of --json and --csv must be given", remedy: "Pass one of them")
        }
        let file = try await InspectedFile(argument.file, settings)
        let cursor = try await file.rows(settings)
        var output = RowOutput()
        if isCSV { CSVRows.appendHeader(cursor.schema, to: &output.bytes) }
        while let batch = try await file.reading({ () async throws(S3DBError) in try await cursor.next() }) {
            let goesOn = isCSV ? try output.write(CSVRows(batch)) : try output.write(JSONLinesRows(batch))
            if !goesOn { return 0 }
        }
        _ = try output.flush()
        return 0
    }
}

/// Rows on their way to standard output.
struct RowOutput: ~Copyable {
    /// What is not written yet.
    var bytes = BufferBuilder()

    /// What is written at once, or little more.
    private static let byteCount = 256 << 10

    /// Writes the rows of a batch; returns false once nobody reads any more.
    mutating func write(_ rows: some RowText) throws(S3DBError) -> Bool {
        for row in 0..<rows.rowCount {
            rows.append(row, to: &bytes)
            if bytes.count >= Self.byteCount, try !flush() { return false }
        }
        return true
    }

    /// Writes what waits.
    mutating func flush() throws(S3DBError) -> Bool {
        let goesOn = try Output.write(bytes.bytes)
        bytes.removeAll()
        return goesOn
    }
}

/// Rows that are written as text.
protocol RowText {
    var rowCount: Int { get }
    func append(_ row: Int, to output: inout BufferBuilder)
}

extension JSONLinesRows: RowText {}
extension CSVRows: RowText {}
