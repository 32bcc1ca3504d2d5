import ArgumentParser
import DriverKit
import S3DB

/// `inspect diff`: whether two files hold the same.
struct DiffCommand: InspectSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compare two files by their values, row by row.",
        discussion: """
            Columns belong together by their names, rows by their places. Widths of integers and floats, encodings and \
            formats do not matter to values; NaNs are all the same, 0 and -0 are not, and null is not the empty text. \
            Exit status: 0 when both hold the same, 1 when they do not, 2 for trouble.
            """)

    @Argument(help: .init("A file; - for standard input.", valueName: "file"))
    var first: String
    @Argument(help: .init("The file that it is compared with.", valueName: "other"))
    var second: String
    @OptionGroup var rows: RowOptions
    @OptionGroup var shown: DiffOptions
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(rows, shown, resources, general) }

    /// As for all errors, but that 1 means a difference.
    static func report(_ error: S3DBError, isJSON: Bool) -> Int32 {
        Output.writeError("\(program): \(error)\n")
        if isJSON { Output.write(["type": "error", "error": error.json]) }
        return 2
    }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let shownCount = try settings.positive(.differences) ?? 10
        let a = try await InspectedFile(first, settings)
        let b = try await InspectedFile(second, settings)
        let comparison = try await Self.compare(a, b, settings, shownCount: shownCount)
        if try settings.flag(.json) {
            Output.write(comparison.json)
        } else {
            Output.write(DiffReport.text(comparison, a.name, b.name, width: Output.width))
        }
        return comparison.isEqual ? 0 : 1
    }

    private static func compare(
        _ a: InspectedFile, _ b: InspectedFile, _ settings: Settings, shownCount: Int
    ) async throws(S3DBError) -> RowComparison {
        let first = try await a.rows(settings)
        let second = try await b.rows(settings)
        var comparison = RowComparison(first.schema, second.schema, shownCount: shownCount)
        while let side = comparison.wanted {
            let (file, cursor) = side == .first ? (a, first) : (b, second)
            let batch = try await file.reading { () async throws(S3DBError) in try await cursor.next() }
            if let batch { comparison.take(batch, of: side) } else { comparison.end(side) }
        }
        return comparison
    }
}
