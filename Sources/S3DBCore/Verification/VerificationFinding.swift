/// Something that does not hold: an output that is not what its sources ask for, or an object that is no output.
public struct VerificationFinding: Hashable, Sendable {
    /// What kind of thing.
    public var kind: Kind
    /// The dataset.
    public var dataset: DatasetID
    /// The output's stretch of time; nil where it concerns no output.
    public var partition: Partition?
    /// The key of the object under the destination prefix, whether it stands or is missing.
    public var key: String
    /// The days of the sources that it concerns, in order; empty where it is about the file as a whole.
    public var days: [UTCDay]
    /// What was found, in a sentence without its full stop.
    public var detail: String
    /// What sets it right.
    public var repair: Repair

    /// Makes a finding.
    public init(
        _ kind: Kind, dataset: DatasetID, partition: Partition?, key: String, days: [UTCDay] = [], detail: String,
        repair: Repair
    ) {
        self.kind = kind
        self.dataset = dataset
        self.partition = partition
        self.key = key
        self.days = days
        self.detail = detail
        self.repair = repair
    }

    /// The kinds of findings, from what is missing to what is too much.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Nothing stands where an output should.
        case missingPartition = "missing-partition"
        /// An output lacks a day of its sources.
        case missingSource = "missing-source"
        /// An output holds a day at another version than its source has.
        case staleSource = "stale-source"
        /// An output holds a day whose source is gone.
        case sourceGone = "source-gone"
        /// An output has other columns than a new one would have.
        case otherColumns = "other-columns"
        /// A file has other rows than it says of the sources that it was made from.
        case wrongRowCount = "wrong-row-count"
        /// A file is cut short, or no file of its format and codec.
        case damagedFile = "damaged-file"
        /// A file's values are not those of its sources.
        case otherValues = "other-values"
        /// A file is not, to the byte, what its sources give.
        case otherBytes = "other-bytes"
        /// A file was made under another spec.
        case foreign
        /// A file does not say what it was made from.
        case noProvenance = "no-provenance"
        /// All sources of an output are gone.
        case orphaned
        /// An object stands among the outputs that is none.
        case unexpectedObject = "unexpected-object"
        /// The copy of METADATA.json is missing or another.
        case otherMetadata = "other-metadata"
    }

    /// What sets things right.
    public enum Repair: String, Hashable, Sendable, CaseIterable {
        /// A run that writes what is missing or stale.
        case run
        /// A run that removes outputs without sources.
        case prune
        /// A run that writes the output whatever stands there.
        case overwrite
        /// A person must decide.
        case none
    }
}
