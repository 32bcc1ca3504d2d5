/// A way to lay partitions out under keys.
public protocol PartitionScheme: Sendable {
    /// The name in specs and registries, such as `athena`.
    var name: String { get }

    /// Where a codec applies: to the whole file or inside it.
    var codecPlacement: CodecPlacement { get }

    /// The formats that the layout has, or nil for any.
    var formats: [String]? { get }

    /// Whether METADATA.json is copied beside the data.
    var copiesMetadata: Bool { get }

    /// The key of a partition's file, relative to the destination prefix.
    ///
    /// - Parameter suffix: What the name ends with, without the dot, such as `arrow.zst`.
    func key(for partition: Partition, of dataset: DatasetID, suffix: String) -> String

    /// The partition of a key, the inverse of ``key(for:of:suffix:)``; nil when the key is not one of the scheme's
    /// for this size and suffix.
    func partition(forKey key: String, size: PartitionSize, suffix: String) -> (DatasetID, Partition)?

    /// What all keys of a dataset's partitions of one size begin with.
    func prefix(for dataset: DatasetID, size: PartitionSize) -> String

    /// Warnings for a combination that is allowed but not read by everyone.
    func warnings(format: String, codec: String, size: PartitionSize) -> [String]
}

/// Where a codec applies.
public enum CodecPlacement: Sendable, Hashable {
    /// The whole file is compressed, and its name says so.
    case outer
    /// Pages or bodies are compressed inside the file.
    case inner
}
