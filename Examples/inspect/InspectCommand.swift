import ArgumentParser
import DriverKit
import S3DB

/// `inspect`: what a Parquet or Arrow file holds, and how.
struct InspectCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Look into Parquet and Arrow files, anywhere and whatever they are packed in.",
        discussion: """
            A file is a path, file:///path or s3://bucket/key, or - for standard input. What it is, also inside of gz, \
            zst and the other codecs, its bytes tell and not its name. A file that is called like a subcommand is \
            written ./schema. \
            Exit status: 0 when all went well, 1 when a file could not be read, 2 for bad usage; of diff 0 when both \
            files hold the same, 1 when they do not, 2 for trouble.
            """,
        version: ToolVersion.createdBy,
        subcommands: [
            SummaryCommand.self, SchemaCommand.self, ChunksCommand.self, PagesCommand.self, HeadCommand.self,
            CatCommand.self, DiffCommand.self,
        ],
        defaultSubcommand: SummaryCommand.self)
}

/// A command of this program.
protocol InspectSubcommand: DriverCommand {}

extension InspectSubcommand {
    static var program: String { "inspect" }
}

/// The file that is looked into.
struct FileArgument: ParsableArguments {
    @Argument(help: .init("A path, file:///path or s3://bucket/key; - for standard input.", valueName: "file"))
    var file: String
}

extension Settings {
    /// The columns that are asked for with commas between; nil where none are.
    var columnNames: [String]? {
        let names = list(.columns).flatMap { $0.split(separator: ",").map(String.init) }
        return names.isEmpty ? nil : names
    }

    /// The numbers of the groups that are asked for; nil where none are.
    func groups() throws(S3DBError) -> [Int]? {
        var numbers: [Int] = []
        for text in list(.rowGroup) {
            guard let number = Int(text), number >= 0 else { throw invalid(.rowGroup, "is no number from 0 on") }
            numbers.append(number)
        }
        return numbers.isEmpty ? nil : numbers
    }
}
