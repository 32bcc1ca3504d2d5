import ArgumentParser
import DriverKit
import S3DB

/// `jobs list`: the jobs, a line each.
struct ListJobsCommand: LiveListenerSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "List the live jobs. Fails with the reason where they are not in order.")

    @OptionGroup var jobs: LiveJobsOptions
    @OptionGroup var source: SourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(jobs, source, general) }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let document = try await settings.liveJobs().load().document
        let source = settings.text(.source) == nil ? nil : try settings.url(.source)
        _ = try document.validated(source: source, in: .standard)
        if try settings.flag(.json) {
            Output.write(["type": "jobs", "jobs": .array(document.jobs.map(\.listedJSON))])
            return 0
        }
        var table = TextTable([
            ("job", .left), ("state", .left), ("datasets", .left), ("makes", .left), ("updates", .left),
            ("destination", .left),
        ])
        for job in document.jobs {
            let level = job.spec.level.map { " level \($0)" } ?? ""
            table.append([
                job.name, job.isPaused ? "paused" : "active", job.datasets.joined(separator: " "),
                "\(job.spec.layout) \(job.spec.format) \(job.spec.codec)\(level) \(job.spec.size)", job.pacing.text,
                job.destination,
            ])
        }
        Output.write(table.text)
        return 0
    }
}

extension LivePacing {
    /// The pace in words.
    fileprivate var text: String {
        if self == .atOnce { return "at once" }
        let words = [settle, interval, staleness].map { "\($0.components.seconds) s" }
        return "after \(words[0]), every \(words[1]), within \(words[2])"
    }
}

extension LiveJob {
    /// The job with its pace, also where that is the usual one.
    fileprivate var listedJSON: JSONValue {
        guard let members = json.objectValue else { return json }
        let names = Set(members.map(\.name))
        return .object(members + pacing.jsonMembers.filter { !names.contains($0.name) })
    }
}
