import S3DBCore
import S3Transport

/// Where a listener reads, and which events are about it.
public struct LiveSource: Sendable {
    /// The source's URL; nil for a store that has none.
    public var url: StoreURL?
    /// The store, a view of the source prefix.
    public var store: any ObjectStore
    /// The bucket that events name; nil where they name none.
    public var bucket: String?
    /// What the keys of events begin with, before the keys of the store; empty, or ending in a slash.
    public var prefix: String

    /// Names a source.
    public init(url: StoreURL?, store: any ObjectStore, bucket: String?, prefix: String) {
        self.url = url
        self.store = store
        self.bucket = bucket
        self.prefix = prefix
    }

    /// Names the source at a URL.
    ///
    /// - Parameter events: The bucket and prefix that events name, where that is not the source itself: for a mounted or
    ///   synchronised copy of a bucket.
    public init(_ url: StoreURL, events: StoreURL? = nil, opener: StoreOpener = .standard) async throws(S3DBError) {
        let store = try await opener.open(url)
        switch events ?? url {
        case .s3(let bucket, let prefix): self.init(url: url, store: store, bucket: bucket, prefix: prefix)
        case .directory: self.init(url: url, store: store, bucket: nil, prefix: "")
        }
    }

    /// What an event is about; nil for another bucket or prefix, and for objects that are no S3DB data.
    ///
    /// Only the key counts, and only for where to look. A `.csv.gz` under the prefix that is misnamed is nil too:
    /// comparisons of everything report it.
    func subject(of event: ObjectEvent) -> LiveSubject? {
        guard event.bucket == bucket, event.key.text.utf8.starts(with: prefix.utf8) else { return nil }
        let key = String(decoding: event.key.text.utf8.dropFirst(prefix.utf8.count), as: UTF8.self)
        switch try? SourceKey(key) {
        case .day(let dataset, let day): return .day(dataset, day)
        case .metadata(let dataset): return .metadata(dataset)
        case .other, nil: return nil
        }
    }
}

/// What an event is about.
enum LiveSubject: Hashable, Sendable {
    /// The rows of a dataset's day.
    case day(DatasetID, UTCDay)
    /// A dataset's METADATA.json, on which all its outputs depend.
    case metadata(DatasetID)

    var dataset: DatasetID {
        switch self {
        case .day(let dataset, _), .metadata(let dataset): dataset
        }
    }
}
