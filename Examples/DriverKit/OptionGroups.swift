import ArgumentParser

/// Options of the command line that belong together.
///
/// All are optional here, as each can also come from the environment or a file; see ``Settings``.
package protocol DriverOptionGroup: ParsableArguments {
    /// What was given, by name; flags that were not given are absent.
    var given: [OptionName: [String]] { get }
}

/// Where sources are read, and how S3 is reached there.
package struct SourceOptions: DriverOptionGroup {
    @Option(help: .init("Where the sources are: a directory or s3://bucket/prefix/.", valueName: "url"))
    var source: String?
    @Option(
        help: .init(
            "What the sources are: csv (the default), the days of a lake; or arrow or parquet, a tree that was made of them.",
            valueName: "name"))
    var sourceFormat: String?
    @Option(
        help: .init("The layout of such a tree, where its keys do not tell: dataclient or athena.", valueName: "name"))
    var sourceLayout: String?
    @Option(
        help: .init(
            "How much time a file of such a tree covers, where neither keys nor files tell: hour, day, month or year.",
            valueName: "size"))
    var sourcePartition: String?
    @Option(help: .init("The profile of AWS's shared files for the source alone.", valueName: "name"))
    var sourceProfile: String?
    @Option(help: .init("The region of the source's bucket.", valueName: "name"))
    var sourceRegion: String?
    @Option(
        name: .customLong("source-endpoint-url"), help: .init("The server of the source's bucket.", valueName: "url"))
    var sourceEndpointURL: String?

    package init() {}

    package var given: [OptionName: [String]] {
        .init(texts: [
            .source: source, .sourceFormat: sourceFormat, .sourceLayout: sourceLayout,
            .sourcePartition: sourcePartition, .sourceProfile: sourceProfile, .sourceRegion: sourceRegion,
            .sourceEndpointURL: sourceEndpointURL,
        ])
    }
}

/// Where outputs are written, how S3 is reached there, and what it keeps with each object.
package struct DestinationOptions: DriverOptionGroup {
    @Option(help: .init("Where the outputs go: a directory or s3://bucket/prefix/.", valueName: "url"))
    var dest: String?
    @OptionGroup var writing: WritingOptions

    package init() {}

    package var given: [OptionName: [String]] {
        .init(texts: [.dest: dest]).merging(writing.given) { first, _ in first }
    }
}

/// How buckets that are written to are reached, and what is kept with their objects.
package struct WritingOptions: DriverOptionGroup {
    @Option(help: .init("The profile of AWS's shared files for the destination alone.", valueName: "name"))
    var destProfile: String?
    @Option(help: .init("The region of the destination's bucket.", valueName: "name"))
    var destRegion: String?
    @Option(
        name: .customLong("dest-endpoint-url"), help: .init("The server of the destination's bucket.", valueName: "url")
    )
    var destEndpointURL: String?
    @Option(help: .init("A canned ACL, such as bucket-owner-full-control.", valueName: "name"))
    var acl: String?
    @Option(help: .init("Server-side encryption, such as aws:kms.", valueName: "name"))
    var sse: String?
    @Option(help: .init("The key of aws:kms.", valueName: "id"))
    var kmsKey: String?
    @Option(help: .init("The storage class, such as STANDARD_IA.", valueName: "name"))
    var storageClass: String?
    @Option(parsing: .upToNextOption, help: .init("Tags of the objects.", valueName: "name=value"))
    var tag: [String] = []
    @Option(
        help: .init(
            "conditional (the default) or unconditional: for a single writer to a server without conditions.",
            valueName: "how"))
    var publish: String?

    package init() {}

    package var given: [OptionName: [String]] {
        .init(
            texts: [
                .destProfile: destProfile, .destRegion: destRegion, .destEndpointURL: destEndpointURL,
                .acl: acl, .sse: sse, .kmsKey: kmsKey, .storageClass: storageClass, .publish: publish,
            ], lists: [.tag: tag])
    }
}

/// Which datasets are meant.
package struct DatasetOptions: DriverOptionGroup {
    @Option(
        parsing: .upToNextOption,
        help: .init("Datasets; * and ? stand for any letters and one.", valueName: "collection/dataset"))
    var dataset: [String] = []
    @Flag(help: "All datasets.")
    var all = false

    package init() {}

    package var given: [OptionName: [String]] { .init(lists: [.dataset: dataset], flags: [.all: all]) }
}

/// What is made of a dataset.
package struct SpecOptions: DriverOptionGroup {
    @Option(help: .init("arrow or parquet.", valueName: "name"))
    var format: String?
    @Option(help: .init("br, bz2, gz, lz4, zst, sz or none.", valueName: "name"))
    var codec: String?
    @Option(parsing: .unconditional, help: .init("The codec's level.", valueName: "n"))
    var level: String?
    @Option(help: .init("dataclient or athena.", valueName: "name"))
    var layout: String?
    @Option(help: .init("hour, day, month or year.", valueName: "size"))
    var partition: String?
    @Option(
        help: .init("What one section of a month or year covers: day (the default), week or month.", valueName: "span"))
    var span: String?
    @Option(help: .init("Make files for one reader: athena, spark, julia or modern.", valueName: "name"))
    var reader: String?
    @Option(
        parsing: .upToNextOption,
        help: .init("Column types beside or in place of METADATA.json's.", valueName: "column=type"))
    var type: [String] = []
    @Flag(help: "Read datasets without METADATA.json as text.")
    var assumeStrings = false
    @Option(parsing: .upToNextOption, help: .init("Options of the format.", valueName: "name=value"))
    var option: [String] = []

    package init() {}

    package var given: [OptionName: [String]] {
        .init(
            texts: [
                .format: format, .codec: codec, .level: level, .layout: layout, .partition: partition,
                .span: span, .reader: reader,
            ], lists: [.type: type, .option: option], flags: [.assumeStrings: assumeStrings])
    }
}

/// Which days choose the partitions, and what is done with what stands there.
package struct SelectionOptions: DriverOptionGroup {
    @Option(help: .init("The first UTC day, YYYY-MM-DD.", valueName: "date"))
    var from: String?
    @Option(help: .init("The last UTC day, inclusive.", valueName: "date"))
    var to: String?
    @Option(help: .init("Only the newest days.", valueName: "n"))
    var latest: String?
    @Option(help: .init("if-stale (the default), always or never.", valueName: "policy"))
    var overwrite: String?
    @Flag(help: "Remove outputs whose sources are gone.")
    var prune = false

    package init() {}

    package var given: [OptionName: [String]] {
        .init(
            texts: [.from: from, .to: to, .latest: latest, .overwrite: overwrite], flags: [.prune: prune])
    }
}

/// What the work may use.
package struct ResourceOptions: DriverOptionGroup {
    @Option(help: .init("Threads that decode and encode; one a core by default.", valueName: "n"))
    var jobs: String?
    @Option(help: .init("Memory for data in flight, such as 256MiB (the default).", valueName: "bytes"))
    var memory: String?

    package init() {}

    package var given: [OptionName: [String]] { .init(texts: [.jobs: jobs, .memory: memory]) }
}

/// How closely outputs are looked at.
package struct VerificationOptions: DriverOptionGroup {
    @Flag(help: "List the sections of each output.")
    var sections = false
    @Flag(help: "Read sources and outputs, and compare what they hold.")
    var deep = false
    @Option(
        help: .init(
            "Compare the outputs with those under the same keys elsewhere, by their values.", valueName: "url"))
    var against: String?

    package init() {}

    package var given: [OptionName: [String]] {
        .init(texts: [.against: against], flags: [.sections: sections, .deep: deep])
    }
}

/// Which queue is used.
package struct QueueOptions: DriverOptionGroup {
    @Option(help: .init("The queue: a directory, sqs:NAME or the URL of a queue of SQS.", valueName: "url"))
    var queue: String?
    @Option(
        help: .init(
            "Seconds that a message is hidden from others, again and again while its work goes on.",
            valueName: "seconds"))
    var visibility: String?

    package init() {}

    package var given: [OptionName: [String]] { .init(texts: [.queue: queue, .visibility: visibility]) }
}

/// How a service runs.
package struct ServiceOptions: DriverOptionGroup {
    @Flag(help: "End when nothing is left to do.")
    var once = false
    @Option(
        help: .init(
            "Serve /metrics, /health/live and /health/ready, such as at 127.0.0.1:9090.", valueName: "host:port"))
    var httpAddress: String?

    package init() {}

    package var given: [OptionName: [String]] { .init(texts: [.httpAddress: httpAddress], flags: [.once: once]) }
}

/// Where the jobs of a listener are.
package struct LiveJobsOptions: DriverOptionGroup {
    @Option(help: .init("The document of live jobs: a file or s3://bucket/key.", valueName: "url"))
    var liveJobs: String?

    package init() {}

    package var given: [OptionName: [String]] { .init(texts: [.liveJobs: liveJobs]) }
}

/// How often a live job updates a partition.
package struct PacingOptions: DriverOptionGroup {
    @Option(
        help: .init(
            "Seconds without a further event before a partition is updated; 30 for months and years, else 0.",
            valueName: "seconds"))
    var settle: String?
    @Option(
        help: .init(
            "Seconds between the updates of one partition at least; 60 for months and years, else 0.",
            valueName: "seconds"))
    var interval: String?
    @Option(
        help: .init(
            "Seconds that no event waits longer for its update; 300 for months and years.", valueName: "seconds"))
    var staleness: String?

    package init() {}

    package var given: [OptionName: [String]] {
        .init(texts: [.settle: settle, .interval: interval, .staleness: staleness])
    }
}

/// How a listener learns what changed.
package struct EventOptions: DriverOptionGroup {
    @Option(
        help: .init(
            "What the events' keys lie under, where that is not the source itself: for a copy of a bucket.",
            valueName: "s3://bucket/prefix/"))
    var eventRoot: String?
    @Option(help: .init("Seconds between comparisons of everything; 3600 by default.", valueName: "seconds"))
    var reconcile: String?

    package init() {}

    package var given: [OptionName: [String]] { .init(texts: [.eventRoot: eventRoot, .reconcile: reconcile]) }
}

/// What every command has.
package struct GeneralOptions: DriverOptionGroup {
    @Flag(help: "Print JSON.")
    var json = false
    @Option(help: .init("trace, debug, info, notice, warning (the default), error or critical.", valueName: "level"))
    var logLevel: String?
    @Option(help: .init("A JSON object with these options.", valueName: "file"))
    var config: String?

    @Option(help: .init("The profile of AWS's shared files.", valueName: "name"))
    var profile: String?
    @Option(help: .init("The region of buckets and queues.", valueName: "name"))
    var region: String?
    @Option(
        name: .customLong("endpoint-url"),
        help: .init("The server of buckets, where it is not AWS's.", valueName: "url"))
    var endpointURL: String?

    package init() {}

    package var given: [OptionName: [String]] {
        .init(
            texts: [
                .logLevel: logLevel, .config: config, .profile: profile, .region: region, .endpointURL: endpointURL,
            ], flags: [.json: json])
    }
}

extension [OptionName: [String]] {
    /// Collects what is there.
    init(texts: [OptionName: String?] = [:], lists: [OptionName: [String]] = [:], flags: [OptionName: Bool] = [:]) {
        self = texts.compactMapValues { $0.map { [$0] } }
        for (name, list) in lists where !list.isEmpty { self[name] = list }
        for (name, isSet) in flags where isSet { self[name] = ["true"] }
    }

    /// What was given in any of some groups, whose options are distinct.
    package init(_ groups: any DriverOptionGroup...) {
        self = groups.reduce(into: [:]) { $0.merge($1.given) { first, _ in first } }
    }
}
