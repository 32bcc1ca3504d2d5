import S3DBCore

/// Collects one column of a stream, block by block, into the columns of batches.
protocol ColumnBuilder: ColumnState {
    /// Appends the values of one column of `block`; stops early where ``ColumnState/failure`` is set.
    func append(_ block: FieldBlock)

    /// The values since the last batch as a column. The builder goes on with the next batch.
    func takeColumn() -> AnyColumn

    /// Forgets the values since the last batch.
    func discard()
}

/// What all builders keep: where the column is, its nulls, and what went wrong in it.
class ColumnState {
    /// The position in the stream.
    let column: Int
    let field: Field
    let options: ColumnOptions

    /// The values since the last batch.
    var rowCount = 0
    /// Where values are null, as `Int32`.
    private var nullRows = BufferBuilder()

    /// The first value that does not fit the type, and the number of such values.
    private(set) var misfit: Misfit?
    /// What ends the stream at a row of the current block.
    private(set) var failure: (row: Int, error: S3DBError)?

    private var unescaped = BufferBuilder()

    struct Misfit {
        var line: Int
        var text: String
        var count: Int
    }

    init(column: Int, field: Field, options: ColumnOptions) {
        self.column = column
        self.field = field
        self.options = options
    }

    /// The content of a field, with doubled quotes halved. Valid until the next call, and while the block is.
    func content(_ reference: FieldReference, _ block: FieldBlock) -> UnsafeRawBufferPointer {
        let bytes = UnsafeRawBufferPointer(start: block.base + reference.start, count: reference.count)
        return reference.isEscaped ? unescape(bytes) : bytes
    }

    private func unescape(_ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer {
        unescaped.removeAll()
        unescaped.reserve(bytes.count)
        var isBehindQuote = false
        for byte in bytes {
            let isSecondQuote = byte == options.quote && isBehindQuote
            isBehindQuote = byte == options.quote && !isBehindQuote
            if !isSecondQuote { unescaped.append(byte) }
        }
        // The builder's memory stays where it is until it is appended to again.
        return unescaped.withUnsafeMutableBytes { UnsafeRawBufferPointer($0) }
    }

    /// Notes that the value at `row` of the block, the batch's `batchRow`, is null.
    ///
    /// Returns false where the column may not hold one.
    func noteNull(batchRow: Int, row: Int, _ block: FieldBlock) -> Bool {
        guard field.isNullable else {
            fail(row, block, .nullValue, "a value is null in a column that allows none")
            return false
        }
        nullRows.append(value: Int32(truncatingIfNeeded: batchRow))
        return true
    }

    /// Notes that `text` at `row` of the block does not fit the type.
    func noteMisfit(row: Int, _ text: UnsafeRawBufferPointer, _ block: FieldBlock) {
        guard misfit == nil else {
            misfit?.count += 1
            return
        }
        // Enough for any message, whatever the field's length.
        let shown = text.prefix(S3DBError.maximumQuotedCharacters * 4 + 4)
        misfit = Misfit(line: block.lines[row], text: String(decoding: shown, as: UTF8.self), count: 1)
    }

    /// Notes what ends the stream at `row` of the block.
    func fail(_ row: Int, _ block: FieldBlock, _ code: S3DBError.Code, _ message: String, remedy: String? = nil) {
        let location = S3DBError.Location(line: block.lines[row], column: field.name)
        failure = (row, S3DBError(code, message, remedy: remedy, at: location))
    }

    /// Which values since the last batch are not null; nil where all are.
    func takeValidity() -> Bitmap? {
        guard !nullRows.isEmpty else { return nil }
        let nulls = nullRows.freeze()
        var bits = BitmapBuilder()
        var next = 0
        nulls.withElements(of: Int32.self) { rows in
            for row in rows {
                bits.append(true, repeating: Int(row) - next)
                bits.append(false)
                next = Int(row) + 1
            }
        }
        bits.append(true, repeating: rowCount - next)
        return bits.freeze()
    }

    /// Forgets the nulls since the last batch.
    func discardNulls() {
        nullRows.removeAll()
    }
}

/// What a column's builder is told beside its field.
struct ColumnOptions {
    var nullTokens: NullTokens
    var trimsNumbers: Bool
    /// Whether an empty text is null.
    var emptyIsNull: Bool
    /// Whether it is not where it stands between quotes.
    var quotedEmptyIsText = false
    var quote: UInt8?
    /// The rows that buffers are made for.
    var reservedRowCount: Int
    var dictionaryLimits = TextDictionary.Limits()
}
