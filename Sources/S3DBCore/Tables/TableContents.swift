/// What a file of a tree holds: which of its rows are which day's.
final class TableContents: Sendable {
    let key: TableKey
    /// The stretch of time that the file covers.
    let partition: Partition
    /// What the file says of itself; nil where that is nothing.
    let provenance: Provenance?
    /// The days in the order of their rows, each once.
    let parts: [Part]
    /// Why the file cannot be used; then there are no parts.
    let failure: S3DBError?

    /// The rows of a day.
    struct Part: Sendable {
        var day: UTCDay
        /// The day's object in the lake that the file was made from; nil where that is not known.
        var source: Provenance.Source?
        /// The rows in the file; nil for all.
        var rows: Range<Int>?
        /// The sections that hold these rows and no others; nil where that is not known.
        var sections: Range<Int>?
        /// About how many of the file's bytes they are.
        var byteCount: Int
        /// Columns that the file has only for other days.
        var absentColumns: Set<String> = []
    }

    init(
        _ key: TableKey, _ partition: Partition, _ provenance: Provenance?, parts: [Part], failure: S3DBError? = nil
    ) {
        self.key = key
        self.partition = partition
        self.provenance = provenance
        self.parts = parts
        self.failure = failure
    }
}
