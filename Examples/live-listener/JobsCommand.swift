import ArgumentParser
import DriverKit
import S3DB

/// `live-listener jobs`: looks at and edits the document of live jobs.
struct JobsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "jobs", abstract: "Add, list, pause, resume and remove live jobs.",
        subcommands: [
            AddJobCommand.self, ListJobsCommand.self, PauseJobCommand.self, ResumeJobCommand.self,
            RemoveJobCommand.self,
        ])
}

/// A command about one job.
protocol JobCommand: LiveListenerSubcommand {
    var name: String { get }

    /// What became of the job, in one word.
    static var done: String { get }

    /// Changes the document.
    func edit(_ document: inout LiveJobDocument, _ settings: Settings) throws(S3DBError)
}

extension JobCommand {
    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        let document = try await settings.liveJobs().edit { (document) throws(S3DBError) in
            try edit(&document, settings)
        }
        if try settings.flag(.json) {
            Output.write(["type": "job", "job": document[name]?.json ?? .null, "done": .string(Self.done)])
        } else {
            Output.write("\(Self.done) \(name)\n")
        }
        return 0
    }
}

/// `jobs add`.
struct AddJobCommand: JobCommand {
    static let configuration = CommandConfiguration(
        commandName: "add", abstract: "Add a live job. Give --source too, to have it kept apart from the destination.")
    static let done = "added"

    @Argument(help: "The job's name.") var name: String
    @OptionGroup var jobs: LiveJobsOptions
    @OptionGroup var source: SourceOptions
    @OptionGroup var destination: DestinationOptions
    @OptionGroup var datasets: DatasetOptions
    @OptionGroup var spec: SpecOptions
    @OptionGroup var pacing: PacingOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(jobs, source, destination, datasets, spec, pacing, general) }

    func edit(_ document: inout LiveJobDocument, _ settings: Settings) throws(S3DBError) {
        try settings.refuseTables(for: "live-listener")
        let patterns: [String] =
            switch try settings.datasets() {
            case .all: ["*/*"]
            case .matching(let patterns): patterns
            }
        let spec = try settings.spec()
        // The URL is kept as the absolute place that it means here and now.
        let job = LiveJob(
            name: name, datasets: patterns, destination: try settings.url(.dest).description, spec: spec,
            pacing: try settings.pacing(of: spec.size))
        try document.add(
            job, source: settings.text(.source) == nil ? nil : try settings.url(.source), in: .standard)
    }
}

/// `jobs pause`.
struct PauseJobCommand: JobCommand {
    static let configuration = CommandConfiguration(
        commandName: "pause", abstract: "Let a live job rest: nothing is converted for it.")
    static let done = "paused"

    @Argument(help: "The job's name.") var name: String
    @OptionGroup var jobs: LiveJobsOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(jobs, general) }

    func edit(_ document: inout LiveJobDocument, _ settings: Settings) throws(S3DBError) {
        try document.setPaused(true, name)
    }
}

/// `jobs resume`.
struct ResumeJobCommand: JobCommand {
    static let configuration = CommandConfiguration(
        commandName: "resume", abstract: "Let a paused job go on, which then catches up.")
    static let done = "resumed"

    @Argument(help: "The job's name.") var name: String
    @OptionGroup var jobs: LiveJobsOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(jobs, general) }

    func edit(_ document: inout LiveJobDocument, _ settings: Settings) throws(S3DBError) {
        try document.setPaused(false, name)
    }
}

/// `jobs remove`.
struct RemoveJobCommand: JobCommand {
    static let configuration = CommandConfiguration(
        commandName: "remove", abstract: "Remove a live job; its outputs stay.")
    static let done = "removed"

    @Argument(help: "The job's name.") var name: String
    @OptionGroup var jobs: LiveJobsOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] { .init(jobs, general) }

    func edit(_ document: inout LiveJobDocument, _ settings: Settings) throws(S3DBError) {
        try document.remove(name)
    }
}
