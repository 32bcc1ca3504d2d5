import DriverKit
import S3DB

/// The guided way: asks for everything that a run needs, shows the plan, runs it, and prints the command that does
/// the same.
struct Prompts {
    private let environment: [String: String]
    private let registry = Registry.standard
    private let prompter = Prompter()

    init(environment: [String: String]) {
        self.environment = environment
    }

    /// Asks, and runs what was agreed to; returns the status to exit with.
    func run() async -> Int32 {
        do {
            let answers = try await answers()
            let settings = try Settings(answers, environment: environment)
            try settings.startLogging()
            let service = try await settings.backfill()
            let plan = try await service.summary()
            Output.write("\n" + PlanReport.text(plan, of: service) + "\n")
            let hasWork = plan.jobCount > 0 || plan.removalCount > 0 || !plan.failures.isEmpty
            let isAgreed = hasWork ? try await prompter.confirm("Run this plan") : false
            let status =
                isAgreed
                ? try await RunSession(settings.backfill(writes: true), isJSON: false, showsWarnings: false).run()
                : 0
            Output.write("\nThe same again:\n\n  \(EquivalentCommand.text(answers))\n")
            return status
        } catch is Prompter.EndOfInput {
            Output.write("\nNothing was changed.\n")
            return 0
        } catch {
            Output.writeError("backfill: \(error)\n")
            return (error as? S3DBError)?.exitStatus ?? 1
        }
    }

    private func answers() async throws -> [OptionName: [String]] {
        var answers: [OptionName: [String]] = [:]
        let (source, datasets) = try await askSource()
        answers[.source] = [source]
        let root = try await askRoot(source: source)
        let spec = try await askSpec(&answers)
        answers[.dest] = [try await askPrefix(root: root, source: source, spec: spec)]
        try await askDatasets(datasets, &answers)
        try await askDays(&answers)
        return answers
    }

    // MARK: Stores

    private func askSource() async throws -> (url: String, datasets: [DatasetID]) {
        try await prompter.ask("Source (a directory or s3://bucket/prefix/)", default: standard(.source)) {
            (text) throws(S3DBError) in
            let opener = try Settings([.source: [text]], environment: environment).opener()
            let datasets = try await Backfill.datasets(under: text, opener: opener)
            _ = try DatasetSelection.all.chosen(of: datasets, at: text)
            return (text, datasets)
        }
    }

    private func askRoot(source: String) async throws -> String {
        try await prompter.ask("Destination root, below which the prefix goes", default: standard(.dest)) {
            (text) throws(S3DBError) in
            // What holds for every prefix below: a directory of its own within the root stands for all.
            try Backfill.refuseOverlap(of: try StoreURL(Self.joined(text, "probe")), with: try StoreURL(source))
            return text
        }
    }

    private func askPrefix(root: String, source: String, spec: ConversionSpec) async throws -> String {
        let level = spec.level.map { "_lv\($0)" } ?? ""
        let path = "\(spec.layout)/\(spec.format)/\(spec.codec)\(level)/\(spec.size)/"
        return try await prompter.ask("Destination prefix", default: Self.joined(root, path)) {
            (text) throws(S3DBError) in
            try Backfill.refuseOverlap(of: try StoreURL(text), with: try StoreURL(source))
            return text
        }
    }

    private func standard(_ name: OptionName) -> String? {
        environment[name.variable].flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func joined(_ root: String, _ path: String) -> String {
        root.hasSuffix("/") ? root + path : "\(root)/\(path)"
    }

    // MARK: Spec

    private func askSpec(_ answers: inout [OptionName: [String]]) async throws -> ConversionSpec {
        let layout = try await prompter.choose("Layout", from: registry.schemes.names, default: "dataclient")
        let formats = try registry.schemes.named(layout).formats ?? registry.sinks.names
        let format = try await prompter.choose("Format", from: formats.filter(registry.sinks.names.contains))
        var spec = ConversionSpec(format: format, codec: "none", layout: layout, size: .day)
        let codecs = registry.codecs.names.filter { codec in
            var candidate = spec
            candidate.codec = codec
            return (try? candidate.validated(in: registry)) != nil
        }
        spec.codec = try await prompter.choose(
            "Codec", from: codecs, default: codecs.contains("zst") ? "zst" : nil)
        spec.level = try await askLevel(try registry.codecs.named(spec.codec))
        let size = try await prompter.choose("Partition", from: PartitionSize.allCases.map(\.rawValue), default: "day")
        spec.size = PartitionSize(rawValue: size) ?? .day
        answers[.layout] = [layout]
        answers[.format] = [format]
        answers[.codec] = [spec.codec]
        answers[.level] = spec.level.map { [String($0)] }
        answers[.partition] = [size]
        return spec
    }

    private func askLevel(_ codec: any Codec) async throws -> Int? {
        guard let levels = codec.levels else { return nil }
        let range = "\(levels.range.lowerBound) to \(levels.range.upperBound)"
        return try await prompter.ask("Level, \(range)", default: String(levels.standard)) {
            (text) throws(S3DBError) in
            guard let level = Int(text) else {
                throw S3DBError(.invalidArgument, "\(S3DBError.quoted(text)) is not a number")
            }
            return try codec.resolvedLevel(level)
        }
    }

    // MARK: Datasets and days

    private func askDatasets(_ datasets: [DatasetID], _ answers: inout [OptionName: [String]]) async throws {
        let names = Set(datasets.map(\.collection)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        let collections = try await prompter.chooseSeveral("Collections", from: names)
        let offered = datasets.filter { collections.contains($0.collection) }.map(\.description)
        let chosen = try await prompter.chooseSeveral("Datasets", from: offered)
        if chosen.count == datasets.count { answers[.all] = ["true"] } else { answers[.dataset] = chosen }
    }

    private func askDays(_ answers: inout [OptionName: [String]]) async throws {
        switch try await prompter.choose("Days", from: ["all", "range", "latest"], default: "all") {
        case "range":
            let from = try await prompter.ask("First day, YYYY-MM-DD", Self.day)
            let to = try await prompter.ask("Last day, YYYY-MM-DD") { (text) throws(S3DBError) in
                let day = try Self.day(text)
                guard from <= day else { throw S3DBError(.invalidArgument, "\(day) comes before \(from)") }
                return day
            }
            answers[.from] = [from.description]
            answers[.to] = [to.description]
        case "latest":
            let count = try await prompter.ask("How many of the newest days", default: "1") {
                (text) throws(S3DBError) in
                guard let count = Int(text), (1...100_000).contains(count) else {
                    throw S3DBError(.invalidArgument, "\(S3DBError.quoted(text)) is not a number from 1 to 100000")
                }
                return count
            }
            answers[.latest] = [String(count)]
        default: break
        }
    }

    private static func day(_ text: String) throws(S3DBError) -> UTCDay {
        guard let day = UTCDay(text) else {
            throw S3DBError(.invalidArgument, "\(S3DBError.quoted(text)) is not a date YYYY-MM-DD")
        }
        return day
    }
}
