extension S3DBError {
    /// Whether the same work would fail the same way until somebody changes its data, its spec or its settings.
    ///
    /// Everything else may pass: connections, races, a lack of space or rights that is put right from outside, and
    /// codes that are not known here.
    public var isLasting: Bool { Self.lastingCodes.contains(code) }

    private static let lastingCodes: Set<Code> = [
        .corruptStream, .truncatedStream, .trailingGarbage, .checksumMismatch, .lengthMismatch, .inflateLimit,
        .emptyObject, .raggedRow, .openQuote, .strayQuote, .strayCarriageReturn, .invalidUTF8, .duplicateColumn,
        .emptyColumnName, .missingColumn, .valueMisfit, .nullValue, .rowOutsideDay, .corruptFile, .unsupported,
        .limitExceeded, .memoryBudget, .unknownName, .duplicateName, .invalidSpec, .invalidArgument, .invalidMetadata,
        .invalidSourceKey, .invalidKey, .rowCountMismatch, .foreignOutput, .incompleteSource,
        .conditionsIgnored,
    ]
}
