import S3DBCore

/// The partition of a key whose last part is `<unix start>.<suffix>`, in a scheme of four parts a key.
///
/// The scheme's own key for the partition decides, so that one partition has one spelling.
func partitionOfKey(
    _ key: String, size: PartitionSize, suffix: String, scheme: some PartitionScheme
) -> (DatasetID, Partition)? {
    let parts = key.split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 4, let dataset = DatasetID(collection: String(parts[0]), name: String(parts[1])),
        let start = parts[3].split(separator: ".").first.flatMap({ Int64($0) }),
        let partition = Partition(size: size, startSeconds: start),
        scheme.key(for: partition, of: dataset, suffix: suffix).utf8.elementsEqual(key.utf8)
    else { return nil }
    return (dataset, partition)
}
