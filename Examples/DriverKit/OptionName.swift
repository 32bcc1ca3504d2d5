/// The options of all commands, by their names on the command line.
package enum OptionName: String, CaseIterable {
    case source
    case sourceFormat = "source-format"
    case sourceLayout = "source-layout"
    case sourcePartition = "source-partition"
    case dest, dataset, all
    case profile, region
    case endpointURL = "endpoint-url"
    case sourceProfile = "source-profile"
    case sourceRegion = "source-region"
    case sourceEndpointURL = "source-endpoint-url"
    case destProfile = "dest-profile"
    case destRegion = "dest-region"
    case destEndpointURL = "dest-endpoint-url"
    case acl, sse
    case kmsKey = "kms-key"
    case storageClass = "storage-class"
    case tag, publish
    case format, codec, level, layout, partition, span, reader, type
    case from, to, latest
    case jobs, memory, overwrite, prune
    case assumeStrings = "assume-strings"
    case option
    case sections, deep, against
    case queue, visibility, once
    case httpAddress = "http-address"
    case liveJobs = "live-jobs"
    case settle, interval, staleness
    case eventRoot = "event-root"
    case reconcile
    case column, columns, rows, differences
    case rowGroup = "row-group"
    case whereCondition = "where"
    case csv
    case json
    case logLevel = "log-level"
    case config

    /// What may be given.
    package enum Kind {
        /// One text.
        case text
        /// Any number of texts.
        case list
        /// Yes or no.
        case flag
    }

    package var kind: Kind {
        switch self {
        case .dataset, .type, .option, .tag, .column, .columns, .rowGroup, .whereCondition: .list
        case .all, .prune, .assumeStrings, .sections, .deep, .once, .csv, .json: .flag
        default: .text
        }
    }

    /// The option on the command line.
    package var flag: String { "--\(rawValue)" }

    /// The variable in the environment that stands in for it.
    package var variable: String { "S3DB_" + rawValue.uppercased().replacing("-", with: "_") }

    /// The options that no longer count from the environment or file once this one is given nearer by: what says
    /// the contrary, and what belongs to another value of it.
    var superseded: [OptionName] {
        switch self {
        case .dataset: [.all]
        case .all: [.dataset]
        case .codec: [.level]
        case .sourceFormat: [.sourceLayout, .sourcePartition]
        default: []
        }
    }
}
