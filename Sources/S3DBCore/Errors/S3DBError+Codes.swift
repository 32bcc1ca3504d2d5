extension S3DBError.Code {
    // Compressed streams.

    /// The bytes are not a valid stream of the codec.
    public static let corruptStream = Self(rawValue: "corrupt-stream")
    /// The stream ends before its end.
    public static let truncatedStream = Self(rawValue: "truncated-stream")
    /// Bytes that are no further member follow a complete stream.
    public static let trailingGarbage = Self(rawValue: "trailing-garbage")
    /// A checksum stored with the data disagrees with the data.
    public static let checksumMismatch = Self(rawValue: "checksum-mismatch")
    /// A length stored with the data disagrees with the data.
    public static let lengthMismatch = Self(rawValue: "length-mismatch")
    /// The stream inflates beyond the ratio or size that the limits allow.
    public static let inflateLimit = Self(rawValue: "inflate-limit")
    /// The codec's library failed for a reason of its own, such as memory.
    public static let codecFailure = Self(rawValue: "codec-failure")

    // Tabular input.

    /// The object holds no bytes at all.
    public static let emptyObject = Self(rawValue: "empty-object")
    /// A row has more or fewer fields than the header.
    public static let raggedRow = Self(rawValue: "ragged-row")
    /// A quoted field is still open at the end of the input.
    public static let openQuote = Self(rawValue: "open-quote")
    /// Something other than a delimiter or a line end follows a closing quote.
    public static let strayQuote = Self(rawValue: "stray-quote")
    /// A carriage return outside quotes is not followed by a line feed.
    public static let strayCarriageReturn = Self(rawValue: "stray-carriage-return")
    /// Text is not valid UTF-8.
    public static let invalidUTF8 = Self(rawValue: "invalid-utf8")
    /// A header names a column twice.
    public static let duplicateColumn = Self(rawValue: "duplicate-column")
    /// A header has a column without a name.
    public static let emptyColumnName = Self(rawValue: "empty-column-name")
    /// A column that must be there is not.
    public static let missingColumn = Self(rawValue: "missing-column")
    /// A value does not fit its column's declared type.
    public static let valueMisfit = Self(rawValue: "value-misfit")
    /// A value that must be there is null.
    public static let nullValue = Self(rawValue: "null-value")
    /// A row lies outside the UTC day of its object where that matters.
    public static let rowOutsideDay = Self(rawValue: "row-outside-day")

    // Files of a columnar format.

    /// A file's structure contradicts its format.
    public static let corruptFile = Self(rawValue: "corrupt-file")
    /// The file uses a feature that this reader or writer does not have.
    public static let unsupported = Self(rawValue: "unsupported")

    // Limits.

    /// A named limit was reached.
    public static let limitExceeded = Self(rawValue: "limit-exceeded")
    /// The memory budget is too small for what the spec asks.
    public static let memoryBudget = Self(rawValue: "memory-budget")

    // Names and specs.

    /// A name is not registered or not known.
    public static let unknownName = Self(rawValue: "unknown-name")
    /// A name is registered already.
    public static let duplicateName = Self(rawValue: "duplicate-name")
    /// Settings that contradict each other or are out of range.
    public static let invalidSpec = Self(rawValue: "invalid-spec")
    /// A caller broke the contract of an API.
    public static let invalidArgument = Self(rawValue: "invalid-argument")
    /// A dataset has no METADATA.json.
    public static let missingMetadata = Self(rawValue: "missing-metadata")
    /// METADATA.json is not what it must be.
    public static let invalidMetadata = Self(rawValue: "invalid-metadata")
    /// A `.csv.gz` key whose name or year does not fit the naming scheme.
    public static let invalidSourceKey = Self(rawValue: "invalid-source-key")

    // Stores.

    /// A key or URL that a store cannot take.
    public static let invalidKey = Self(rawValue: "invalid-key")
    /// No object stands at the key.
    public static let notFound = Self(rawValue: "not-found")
    /// The object is not at the version that the request named.
    public static let preconditionFailed = Self(rawValue: "precondition-failed")
    /// A concurrent request touched the object; the upload must be made anew.
    public static let conflict = Self(rawValue: "conflict")
    /// The store refuses access.
    public static let permissionDenied = Self(rawValue: "permission-denied")
    /// The store has no room.
    public static let storageFull = Self(rawValue: "storage-full")
    /// Reading or writing failed for a reason that is neither the caller's nor the data's.
    public static let ioFailure = Self(rawValue: "io-failure")

    // Jobs.

    /// A source changed while it was read, more often than the attempts allow.
    public static let sourceChanged = Self(rawValue: "source-changed")
    /// The rows written are not the rows read.
    public static let rowCountMismatch = Self(rawValue: "row-count-mismatch")
    /// An output of another spec, or of unknown origin, stands where this one would go.
    public static let foreignOutput = Self(rawValue: "foreign-output")
    /// A day of a tree of tables does not have all of its rows there.
    public static let incompleteSource = Self(rawValue: "incomplete-source")
    /// The work was cancelled.
    public static let cancelled = Self(rawValue: "cancelled")
}
