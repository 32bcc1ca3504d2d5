import ArgumentParser
import Codecs
import Foundation
import S3DBCore

/// Makes a lake of invented S3DB days to try the other drivers on, the same for the same seed.
@main
struct SampleLake: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sample-lake",
        abstract: "Make a lake of invented S3DB days, the same for the same seed.",
        discussion: """
            Writes <collection>/<dataset>/year=<YYYY>/<unix seconds>.csv.gz and METADATA.json. The dataset
            \(OfferShape.dataset) has JSON lists, bools, nulls and undeclared columns; every other name is a dataset of
            prices, in runs by feed and release, not sorted by target_start.
            """)

    @Argument(help: "The directory that becomes the source prefix.")
    var output: String

    @Option(help: "The first day.", transform: day)
    var from: UTCDay

    @Option(help: "The last day.", transform: day)
    var to: UTCDay

    @Option(help: "The rows of each day.")
    var rows = 162_000

    @Option(help: "What the invented values depend on.")
    var seed: UInt64 = 1

    @Option(name: .customLong("dataset"), parsing: .upToNextOption, help: "The datasets, as COLLECTION/DATASET.")
    var datasets = ["miso/realtime_price", OfferShape.dataset]

    @Option(help: "The hours of a day that have rows: all, or such as 0-5,20.")
    var hours = "all"

    @Option(parsing: .upToNextOption, help: "Days without an object.", transform: day)
    var missing: [UTCDay] = []

    @Option(parsing: .upToNextOption, help: "Days with a column more.", transform: day)
    var addsColumn: [UTCDay] = []

    @Option(parsing: .upToNextOption, help: "Days with a column less.", transform: day)
    var lacksColumn: [UTCDay] = []

    @Option(parsing: .upToNextOption, help: "Days with the columns in another order.", transform: day)
    var reorders: [UTCDay] = []

    func validate() throws {
        guard from <= to else { throw ValidationError("--from \(from) is after --to \(to).") }
        guard (0...100_000_000).contains(rows) else { throw ValidationError("--rows goes from 0 to 100,000,000.") }
        _ = try Self.hours(in: hours)
        _ = try datasets.map(Self.dataset)
    }

    func run() async throws {
        var registry = Registry()
        try registry.registerCodecs()
        let hours = try Self.hours(in: hours)
        let writer = LakeWriter(
            root: URL(filePath: output), days: (from.number...to.number).compactMap(UTCDay.init(number:)),
            rowCount: rows, hours: hours,
            oddities: Oddities(
                missing: Set(missing), addingColumn: Set(addsColumn), lackingColumn: Set(lacksColumn),
                reordered: Set(reorders)),
            gzip: try registry.codecs.named("gz"))
        for name in datasets {
            let clock = ContinuousClock.now
            let total = try await writer.write(try Self.dataset(name), shape: shape(of: name, hourCount: hours.count))
            report(name, total, took: clock.duration(to: .now))
        }
    }

    private func shape(of name: String, hourCount: Int) -> any DatasetShape {
        let seed = seed ^ SeededStream.purpose(name)
        return name == OfferShape.dataset
            ? OfferShape(seed: seed)
            : PriceShape(seed: seed, market: .named(name), rowCount: rows, hourCount: hourCount)
    }

    private func report(_ name: String, _ total: LakeWriter.Total, took: Duration) {
        let (read, stored) = (total.csvByteCount / 1_000_000, total.storedByteCount / 1_000_000)
        let seconds = took.formatted(.units(allowed: [.seconds], fractionalPart: .show(length: 1)))
        print("\(name): \(total.fileCount) days of \(rows) rows, \(read) MB of CSV in \(stored) MB, \(seconds)")
    }
}

extension SampleLake {
    @Sendable private static func day(_ text: String) throws -> UTCDay {
        guard let day = UTCDay(text) else { throw ValidationError("\(text) is not a date; write YYYY-MM-DD.") }
        return day
    }

    private static func dataset(_ text: String) throws -> DatasetID {
        guard let dataset = DatasetID(text) else {
            throw ValidationError("\(text) is not a dataset; write COLLECTION/DATASET.")
        }
        return dataset
    }

    /// The hours of `all`, or of numbers and ranges between commas.
    private static func hours(in text: String) throws -> [Int] {
        if text == "all" { return Array(0..<24) }
        var hours = Set<Int>()
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { Int($0) ?? -1 }
            guard let first = ends.first, let last = ends.last, ends.count <= 2, 0 <= first, first <= last, last < 24
            else { throw ValidationError("\(text) are not hours; write all, or such as 0-5,20.") }
            hours.formUnion(first...last)
        }
        return hours.sorted()
    }
}
