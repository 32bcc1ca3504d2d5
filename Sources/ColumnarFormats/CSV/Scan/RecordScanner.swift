import S3DBCore

// Splits a stream into records and fields, after RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180, section 2) with
// these deviations: lines end with CRLF or LF, also mixed; empty lines are skipped; a quote within a field that
// does not begin with one is an ordinary byte; all records have as many fields as the first.

/// Finds the fields of records, block by block.
///
/// It holds no input. What it has found of a record that is incomplete it keeps, so that no byte is scanned twice
/// however the stream is chunked: the next block must begin where that record begins.
final class RecordScanner {
    let structure: StructuralBytes
    let delimiter: UInt8
    /// 256, which no byte equals, where nothing is quoted.
    let quote: UInt16
    let fieldByteLimit: Int
    /// The fields of every record, or how many the one record of a header may have at most.
    let columnLimit: Int
    let isHeader: Bool

    private(set) var references: UnsafeMutablePointer<FieldReference>
    private(set) var referenceCapacity: Int
    let lines: UnsafeMutablePointer<Int>
    let plainRecords = PlainRecords()
    private var partial = Partial()

    /// The records of a block at most.
    let rowCapacity: Int

    /// The physical line that follows the last complete record, counted from 1.
    private(set) var line: Int

    /// The number of fields of a header that was found.
    private(set) var headerFieldCount = 0

    /// What is known of the record that the last block ended in. Positions count from the record's first byte.
    struct Partial {
        var field = 0
        var fieldStart = 0
        var position = 0
        var isQuoted = false
        var adjustment: UInt64 = 0
        var lineFeeds = 0
        /// Where in `references` its fields stand, and what their positions count from.
        var firstReference = 0
        var base = 0
    }

    /// What a block held.
    struct Outcome {
        /// The complete records.
        var rowCount = 0
        /// The bytes that they take, with empty lines.
        var byteCount = 0
        /// What is wrong with the record behind them.
        var fault: ScanFault?
        /// Whether all that is complete was scanned.
        var isAtEnd = false
    }

    /// Makes a scanner of records of `columnCount` fields.
    convenience init(dialect: CSVDialect, columnCount: Int, limits: RecordLimits, line: Int) {
        let rows = max(1, min(1024, 16_384 / max(1, columnCount), limits.batchRowCount))
        self.init(
            dialect: dialect, columnLimit: columnCount, isHeader: false, rowCapacity: rows,
            referenceCapacity: rows * columnCount, limits: limits, line: line)
    }

    /// Makes a scanner of a header, which is one record.
    convenience init(headerOf dialect: CSVDialect, limits: RecordLimits) {
        self.init(
            dialect: dialect, columnLimit: limits.columnCount, isHeader: true, rowCapacity: 1,
            referenceCapacity: max(1, min(64, limits.columnCount)), limits: limits, line: 1)
    }

    private init(
        dialect: CSVDialect, columnLimit: Int, isHeader: Bool, rowCapacity: Int, referenceCapacity: Int,
        limits: RecordLimits, line: Int
    ) {
        structure = StructuralBytes(delimiter: dialect.delimiter, quote: dialect.quote ?? 0)
        delimiter = dialect.delimiter
        quote = dialect.quote.map(UInt16.init) ?? 256
        fieldByteLimit = limits.fieldByteCount
        self.columnLimit = columnLimit
        self.isHeader = isHeader
        self.rowCapacity = rowCapacity
        self.referenceCapacity = max(1, referenceCapacity)
        self.line = line
        references = .allocate(capacity: self.referenceCapacity)
        lines = .allocate(capacity: rowCapacity)
    }

    deinit {
        references.deallocate()
        lines.deallocate()
    }

    /// The records found by the last call of ``scan(_:isLast:rowLimit:)``, which is given as `bytes` and `outcome`.
    func block(_ bytes: UnsafeRawBufferPointer, _ outcome: Outcome, columnCount: Int) -> FieldBlock? {
        guard let base = bytes.baseAddress else { return nil }
        return FieldBlock(
            base: base, end: base + bytes.count, references: UnsafePointer(references), lines: UnsafePointer(lines),
            columnCount: columnCount, rowCount: outcome.rowCount)
    }

    /// Finds up to `rowLimit` records.
    ///
    /// - Parameters:
    ///   - bytes: The stream from the first byte that no record took yet, at most
    ///     ``FieldReference/maximumBlockByteCount`` bytes.
    ///   - isLast: Whether the stream ends with them.
    ///   - rowLimit: At most ``rowCapacity``.
    func scan(_ bytes: UnsafeRawBufferPointer, isLast: Bool, rowLimit: Int) -> Outcome {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return Outcome(isAtEnd: true) }
        let resumed = partial.position <= bytes.count ? partial : Partial()
        moveReferences(of: resumed)
        var pass = ScanPass(
            scanner: self, base: base, count: bytes.count, isLast: isLast, partial: resumed, line: line)
        let outcome = pass.run(rowLimit: min(rowLimit, rowCapacity))
        partial = pass.partial
        line = pass.recordLine
        if isHeader && outcome.rowCount == 1 { headerFieldCount = pass.closedFieldCount }
        return outcome
    }

    private func moveReferences(of partial: Partial) {
        guard partial.field > 0, partial.firstReference > 0 || partial.base > 0 else { return }
        for field in 0..<partial.field {
            references[field] = references[partial.firstReference + field].rebased(by: partial.base)
        }
    }

    /// Makes room for more references, and returns where they are now.
    func growReferences() -> UnsafeMutablePointer<FieldReference> {
        let grown = UnsafeMutablePointer<FieldReference>.allocate(capacity: referenceCapacity * 2)
        grown.update(from: references, count: referenceCapacity)
        references.deallocate()
        references = grown
        referenceCapacity *= 2
        return grown
    }
}
