import S3DBCore

/// The layout that DataClient.jl reads: the source's own, with whole files compressed.
///
///     <collection>/<dataset>/year=<YYYY>/<unix start of the partition>.<format>[.<codec>]
///
/// The key does not tell the partition's size, so a prefix holds one size only.
public struct DataClient: PartitionScheme {
    /// The formats that the layout has.
    public let formats: [String]?

    /// Makes the layout; name further formats for readers other than DataClient.jl.
    public init(formats: [String]? = ["arrow", "parquet"]) {
        self.formats = formats
    }

    /// `dataclient`.
    public var name: String { "dataclient" }

    /// Whole files are compressed, and their names say so.
    public var codecPlacement: CodecPlacement { .outer }

    /// METADATA.json comes along.
    public var copiesMetadata: Bool { true }

    /// The key of a partition's file.
    public func key(for partition: Partition, of dataset: DatasetID, suffix: String) -> String {
        let year = partition.firstDay.description.prefix(4)
        return "\(prefix(for: dataset, size: partition.size))\(year)/\(partition.startSeconds).\(suffix)"
    }

    /// The partition of a key; nil when the key is not exactly one of the layout's.
    public func partition(forKey key: String, size: PartitionSize, suffix: String) -> (DatasetID, Partition)? {
        partitionOfKey(key, size: size, suffix: suffix, scheme: self)
    }

    /// `<collection>/<dataset>/year=`.
    public func prefix(for dataset: DatasetID, size: PartitionSize) -> String {
        "\(dataset)/year="
    }

    /// What DataClient.jl does not read.
    public func warnings(format: String, codec: String, size: PartitionSize) -> [String] {
        var warnings: [String] = []
        if size != .day {
            warnings.append("DataClient.jl reads only day partitions, not those of a \(size)")
        }
        if !Self.readableCodecs.contains(codec) {
            let known = Self.readableCodecs.joined(separator: ", ")
            warnings.append("DataClient.jl reads only files in \(known), not \(codec)")
        }
        return warnings
    }

    /// The codecs that DataClient.jl has.
    private static let readableCodecs = ["bz2", "gz", "lz4", "zst"]
}
