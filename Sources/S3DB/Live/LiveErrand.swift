import S3DBCore

/// One thing that a listener has to look after: a partition, or all partitions of a dataset, for one job.
///
/// It says where to look, not what to do: that is decided by what stands when it is run. Equal errands are one, however
/// many events led to them.
struct LiveErrand: Hashable, Sendable {
    /// The job's name.
    var job: String
    /// The dataset.
    var dataset: DatasetID
    /// The stretch of time whose sources are read; nil for all, and for METADATA.json.
    var span: Partition?
}
