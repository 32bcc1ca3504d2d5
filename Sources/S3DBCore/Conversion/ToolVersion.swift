/// What wrote a file: name, version and build, as they stand in the files.
public enum ToolVersion {
    /// The name.
    public static let name = "s3db-converter"
    /// The version, by Semantic Versioning.
    public static let version = "0.1.0"
    /// What tells builds of one version apart; part of every file, so that equal builds give equal bytes.
    public static let build = "release"

    /// `s3db-converter version 0.1.0 (build release)`: the form that Parquet asks of `created_by` (parquet.thrift,
    /// `FileMetaData`), which readers parse to work round the bugs of known writers.
    public static var createdBy: String { "\(name) version \(version) (build \(build))" }
}
