import S3DBCore

/// The layout that SQL engines prune by: a Hive-style directory for each partition, Parquet inside.
///
///     <collection>/<dataset>/<size>_partition=<value>/<unix start of the partition>.parquet
///
/// The value is the partition's start: `2021-06-15 20:00:00` for hours, `2021-06-15` for days, and the first day of
/// months and years, so that engines read it as a timestamp or a date.
public struct Athena: PartitionScheme {
    /// Makes the layout.
    public init() {}

    /// `athena`.
    public var name: String { "athena" }

    /// Pages are compressed, files are not.
    public var codecPlacement: CodecPlacement { .inner }

    /// Parquet alone.
    public var formats: [String]? { ["parquet"] }

    /// Engines would take METADATA.json for data.
    public var copiesMetadata: Bool { false }

    /// The key of a partition's file.
    public func key(for partition: Partition, of dataset: DatasetID, suffix: String) -> String {
        let directory = prefix(for: dataset, size: partition.size) + Self.value(of: partition)
        return "\(directory)/\(partition.startSeconds).\(suffix)"
    }

    /// The partition of a key; nil when the key is not exactly one of the layout's.
    public func partition(forKey key: String, size: PartitionSize, suffix: String) -> (DatasetID, Partition)? {
        partitionOfKey(key, size: size, suffix: suffix, scheme: self)
    }

    /// `<collection>/<dataset>/<size>_partition=`.
    public func prefix(for dataset: DatasetID, size: PartitionSize) -> String {
        "\(dataset)/\(size)_partition="
    }

    /// What Athena and Trino do not read.
    public func warnings(format: String, codec: String, size: PartitionSize) -> [String] {
        switch codec {
        case "br": ["Parquet pages in br are not read by Athena or Trino; they read gz, sz and zst"]
        case "lz4": ["Parquet pages in lz4 (LZ4_RAW) are not read by Trino; it reads gz, sz and zst"]
        default: []
        }
    }

    /// The partition's value in its directory's name.
    private static func value(of partition: Partition) -> String {
        partition.size == .hour ? partition.description : partition.firstDay.description
    }
}
