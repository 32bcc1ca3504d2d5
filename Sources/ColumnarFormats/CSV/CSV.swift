import S3DBCore

// Comma-separated values: RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180) with a header, CRLF or LF.
//
// Types are declared, never guessed. What a field of each type may be:
//
//   int*, uint*   -?[0-9]+ in range, and integral decimals in range (3.0, 1e3)
//   float*        sign, decimals, exponent, inf, infinity, nan in any case; rounded to the nearest value
//   bool          true, false in any case; 1, 0
//   utf8          any text; nothing is null but, where the column's name is in emptyIsNull, an empty text
//   binary        any bytes; likewise
//
// In numbers and booleans the dialect's null tokens are null, quoted or not; spaces and tabs round values are ignored,
// not round null tokens.
//
// Deliberate deviations from RFC 4180: empty lines are skipped; a quote within an unquoted field is an ordinary byte;
// a byte order mark is skipped.

/// Reads CSV.
///
///     let schema = try Schema([Field("target_start", .int64, isNullable: false), Field("lmp", .float64)])
///     let batches = try CSV().batches(of: bytes, schema: schema)
public struct CSV: RecordSource {
    /// How the stream is written.
    public var dialect: CSVDialect

    /// Makes a reader.
    public init(dialect: CSVDialect = .s3db) {
        self.dialect = dialect
    }

    /// `csv`.
    public var name: String { "csv" }

    /// The names in the header, or those of the dialect.
    ///
    /// - Throws: ``S3DBError/Code/emptyObject``, ``S3DBError/Code/emptyColumnName``,
    ///   ``S3DBError/Code/duplicateColumn``, ``S3DBError/Code/invalidUTF8``, ``S3DBError/Code/limitExceeded`` under the
    ///   default ``RecordLimits``, or what is wrong with the record's structure.
    public func columnNames(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [String]? {
        try dialect.check()
        let header = CSVHeader(dialect: dialect, limits: RecordLimits())
        return try head.withUnsafeBytes { (bytes) throws(S3DBError) -> [String]? in
            _ = try header.read(bytes, isLast: isWhole)
            return header.names
        }
    }

    /// Makes a decoder that gives batches of `schema`.
    ///
    /// - Parameters:
    ///   - schema: The columns to read, in any order.
    ///   - emptyIsNull: The text and binary columns in which an empty field, quoted or not, is null; in the others it
    ///     is an empty text.
    ///   - limits: What to take at most.
    /// - Throws: ``S3DBError/Code/invalidArgument`` for a dialect or limits that make no sense.
    public func makeDecoder(
        schema: Schema, emptyIsNull: Set<String> = [], limits: RecordLimits = RecordLimits()
    ) throws(S3DBError) -> CSVDecoder {
        try dialect.check()
        guard (1...Int(Int32.max)).contains(limits.batchRowCount), limits.fieldByteCount > 0, limits.columnCount > 0
        else {
            throw S3DBError(
                .invalidArgument, "record limits must be positive and a batch have less than 2^31 rows",
                remedy: "Start from RecordLimits() and change what must differ")
        }
        return CSVDecoder(dialect: dialect, schema: schema, emptyIsNull: emptyIsNull, limits: limits)
    }

    /// Decodes a whole stream that is in memory; parameters as for ``makeDecoder(schema:emptyIsNull:limits:)``.
    ///
    /// - Throws: What ``CSVDecoder/decode(_:isLast:_:)`` throws.
    public func batches(
        of bytes: RawSpan, schema: Schema, emptyIsNull: Set<String> = [], limits: RecordLimits = RecordLimits()
    ) throws(S3DBError) -> [RecordBatch] {
        var batches: [RecordBatch] = []
        let decoder = try makeDecoder(schema: schema, emptyIsNull: emptyIsNull, limits: limits)
        _ = try decoder.decode(bytes, isLast: true) { (batch) throws(S3DBError) in batches.append(batch) }
        return batches
    }
}

extension Registry {
    /// Adds ``CSV`` in the dialect of S3DB.
    ///
    /// - Throws: ``S3DBError/Code/duplicateName`` when the name `csv` is taken.
    public mutating func registerCSV() throws(S3DBError) {
        try register(CSV())
    }
}
