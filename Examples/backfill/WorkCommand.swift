import ArgumentParser
import DriverKit
import S3DB
import Synchronization

/// `backfill work`: does the jobs of a queue, as one of any number of processes.
struct WorkCommand: BackfillSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "work",
        abstract: "Do the jobs of a queue. Any number of processes share one.",
        discussion: """
            Ends when it is asked to (SIGTERM, SIGINT), with --once also when the queue is empty: nothing waits and \
            nobody works on anything. Jobs that fail for good go to the dead-letter queue; status lists them and \
            redrive sends them again.
            """)

    @OptionGroup var source: SourceOptions
    @OptionGroup var destination: DestinationOptions
    @OptionGroup var queue: QueueOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(source, destination, queue, service, resources, general) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let parts = ServiceParts()
        let isJSON = try settings.flag(.json)
        let counts = Mutex<[String: Int]>([:])
        var configuration = WorkerConfiguration(
            source: try settings.url(.source),
            sourceFormat: settings.text(.sourceFormat) == nil ? nil : try settings.sourceFormat(),
            destination: try settings.url(.dest), limits: try settings.limits(),
            drains: try settings.flag(.once))
        if let visibility = try settings.seconds(.visibility) { configuration.visibility = visibility }
        let worker = try await Worker(
            configuration, queue: try await settings.queue(), opener: try settings.opener(checksConditions: true),
            health: parts.health,
            metrics: parts.metrics
        ) { report in
            counts.withLock { $0[report.disposition.name, default: 0] += 1 }
            Output.write(isJSON ? Self.jsonLines(report) : Self.lines(report))
        }
        try await settings.serve(worker, parts)
        let ended = counts.withLock { $0 }
        if isJSON {
            Output.write(
                .object(
                    [.init("type", "summary")]
                        + ended.sorted { $0.key < $1.key }.map { .init($0.key, .number($0.value)) }))
        } else {
            let text = ended.sorted { $0.key < $1.key }.map { "\(ByteText.number($0.value)) \($0.key)" }
            Output.write("Messages: \(text.isEmpty ? "none" : text.joined(separator: ", ")).\n")
        }
        return ended["buried"] == nil ? 0 : 1
    }

    private static func jsonLines(_ report: WorkerReport) -> String {
        (report.results.map(\.json) + [report.json]).map { $0.serialized() + "\n" }.joined()
    }

    /// A line for each output, and one for a message that is not done.
    private static func lines(_ report: WorkerReport) -> String {
        var text = report.results.map(\.line).joined()
        guard report.disposition.name != "done" else { return text }
        let name = report.job.map { "\($0.dataset) \($0.partition)" } ?? "message \(report.messageID)"
        let reason = report.disposition.error.map { "  \($0.message) (\($0.code))" } ?? ""
        text += "\(report.disposition.name.padded(to: 9))  \(name)\(reason)\n"
        return text
    }
}
