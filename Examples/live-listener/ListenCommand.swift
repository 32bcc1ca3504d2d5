import ArgumentParser
import DriverKit
import S3DB
import Synchronization

/// `live-listener run`: listens until it is asked to stop.
struct ListenCommand: LiveListenerSubcommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract: "Convert files as they land, for the live jobs of a document.",
        discussion: """
            Without --queue the source must be a directory, which is watched. Jobs that are added, paused or removed \
            meanwhile are in force within seconds. Ends when it is asked to (SIGTERM, SIGINT), with --once also when \
            everything was compared and no event is left.
            """)

    @OptionGroup var source: SourceOptions
    @OptionGroup var writing: WritingOptions
    @OptionGroup var jobs: LiveJobsOptions
    @OptionGroup var queue: QueueOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var service: ServiceOptions
    @OptionGroup var resources: ResourceOptions
    @OptionGroup var general: GeneralOptions

    var given: [OptionName: [String]] {
        .init(source, writing, jobs, queue, events, service, resources, general)
    }

    func run(_ settings: Settings) async throws(S3DBError) -> Int32 {
        try settings.refuseTables(for: "live-listener")
        let parts = ServiceParts()
        let isJSON = try settings.flag(.json)
        let url = try settings.url(.source)
        var configuration = LiveListenerConfiguration(
            limits: try settings.limits(), drains: try settings.flag(.once))
        if let interval = try settings.seconds(.reconcile) { configuration.reconcileInterval = interval }
        let visibility = try settings.seconds(.visibility) ?? .seconds(120)
        configuration.keepAliveInterval = min(configuration.keepAliveInterval, visibility / 3)
        let hasFailed = Atomic(false)
        let events = try await settings.events(of: url, visibility: visibility)
        let opener = try settings.opener(checksConditions: true)
        let listener = LiveListener(
            configuration,
            source: try await LiveSource(url, events: try settings.eventRoot(), opener: opener),
            events: events, jobs: try await settings.liveJobs(), opener: opener, health: parts.health,
            metrics: parts.metrics
        ) { report in
            if report.isFailure { hasFailed.store(true, ordering: .relaxed) }
            if isJSON { Output.write(report.json) } else { Output.write(report.line) }
        }
        try await settings.serve(listener, parts)
        // A service that was asked to stop did what it was for; one run has to have done all.
        return configuration.drains && hasFailed.load(ordering: .relaxed) ? 1 : 0
    }
}

extension Settings {
    /// Where events come from: the queue, or the source's directory itself.
    fileprivate func events(of source: StoreURL, visibility: Duration) async throws(S3DBError) -> any EventSource {
        if text(.queue) != nil { return QueueEventSource(try await queue(), visibility: visibility) }
        guard case .directory(let path) = source else {
            throw S3DBError(
                .invalidArgument, "missing: \(OptionName.queue.flag)",
                remedy: "Name the queue that the bucket's events go to; only directories are watched without one")
        }
        return try DirectoryWatcher(root: path)
    }

    fileprivate func eventRoot() throws(S3DBError) -> StoreURL? {
        text(.eventRoot) == nil ? nil : try url(.eventRoot)
    }
}

extension LiveReport {
    /// Whether it tells of something that will not mend itself.
    var isFailure: Bool {
        switch self {
        case .failure(_, _, _, let isRetried): !isRetried
        case .brokenJobs, .rejected: true
        case .output, .jobs: false
        }
    }

    /// The report on lines for people.
    var line: String {
        switch self {
        case .output(let job, let result): "\(job): \(result.line)"
        case .failure(let job, let dataset, let error, let isRetried):
            "\(job): \(isRetried ? "retried  " : "failed   ")  \(dataset)  \(error.message) (\(error.code))\n"
        case .jobs(let names): "in force: \(names.joined(separator: ", "))\n"
        case .brokenJobs(let error): "broken jobs, the last good ones stay in force: \(error)\n"
        case .rejected(let reason): "rejected: \(reason.message) (\(reason.code))\n"
        }
    }
}
