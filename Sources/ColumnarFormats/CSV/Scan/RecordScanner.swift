import S3DBCore

// Splits a stream into records and fields, after RFC 4180 (https://www.rfc-editor.org/rfc/rfc4180, section 2) with
// these deviations: lines end with CRLF or LF, also mixed; empty lines are skipped; a quote within a field that
// does not begin with one is an ordinary byte; all records have as many fields as the first.

/// Finds the fields of records, block by block.
///
/// It holds no input. What it has found of a record that is incomplete it keeps, so that no byte is scanned twice
/// however the stream is chunked: the next block must begin where that record begins.
final class RecordScanner {
    private let structure: StructuralBytes
    private let delimiter: UInt8
    /// 256, which no byte equals, where nothing is quoted.
    private let quote: UInt16
    private let fieldByteLimit: Int
    /// The fields of every record, or how many the one record of a header may have at most.
    private let columnLimit: Int
    private let isHeader: Bool

    private var references: UnsafeMutablePointer<FieldReference>
    private var referenceCapacity: Int
    private let lines: UnsafeMutablePointer<Int>
    private var partial = Partial()

    /// The records of a block at most.
    let rowCapacity: Int

    /// The physical line that follows the last complete record, counted from 1.
    private(set) var line: Int

    /// What is known of the record that the last block ended in. Positions count from the record's first byte.
    private struct Partial {
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

    /// The number of fields of a header that was found.
    private(set) var headerFieldCount = 0

    /// Finds up to `rowLimit` records.
    ///
    /// - Parameters:
    ///   - bytes: The stream from the first byte that no record took yet, at most
    ///     ``FieldReference/maximumBlockByteCount`` bytes.
    ///   - isLast: Whether the stream ends with them.
    ///   - rowLimit: At most ``rowCapacity``.
    func scan(_ bytes: UnsafeRawBufferPointer, isLast: Bool, rowLimit: Int) -> Outcome {
        guard let base = bytes.baseAddress, !bytes.isEmpty else { return Outcome(isAtEnd: true) }
        var pass = Pass(scanner: self, base: base, count: bytes.count, isLast: isLast)
        pass.resume(partial.position <= bytes.count ? partial : Partial(), line: line)
        return pass.run(rowLimit: min(rowLimit, rowCapacity))
    }

    private func moveReferences(of partial: Partial) {
        guard partial.field > 0, partial.firstReference > 0 || partial.base > 0 else { return }
        for field in 0..<partial.field {
            references[field] = references[partial.firstReference + field].rebased(by: partial.base)
        }
    }

    private func growReferences() -> UnsafeMutablePointer<FieldReference> {
        let grown = UnsafeMutablePointer<FieldReference>.allocate(capacity: referenceCapacity * 2)
        grown.update(from: references, count: referenceCapacity)
        references.deallocate()
        references = grown
        referenceCapacity *= 2
        return grown
    }

    /// One walk over a block.
    private struct Pass {
        let scanner: RecordScanner
        let base: UnsafeRawPointer
        let end: UnsafeRawPointer
        let count: Int
        let isLast: Bool

        let structure: StructuralBytes
        let delimiter: UInt8
        let quote: UInt16
        let fieldByteLimit: Int
        /// The position of a record's last field, beyond which there is none.
        let lastField: Int
        let isHeader: Bool
        let lines: UnsafeMutablePointer<Int>
        var references: UnsafeMutablePointer<FieldReference>

        var row = 0
        var recordStart = 0
        var field = 0
        var fieldStart = 0
        var position = 0
        var isQuoted = false
        var adjustment: UInt64 = 0
        var recordLine = 0
        var line = 0
        /// Where the reference of the current field goes.
        var slot = 0

        init(scanner: RecordScanner, base: UnsafeRawPointer, count: Int, isLast: Bool) {
            self.scanner = scanner
            self.base = base
            self.end = base + count
            self.count = count
            self.isLast = isLast
            structure = scanner.structure
            delimiter = scanner.delimiter
            quote = scanner.quote
            fieldByteLimit = scanner.fieldByteLimit
            lastField = scanner.columnLimit - 1
            isHeader = scanner.isHeader
            lines = scanner.lines
            references = scanner.references
        }

        mutating func resume(_ partial: Partial, line: Int) {
            scanner.moveReferences(of: partial)
            field = partial.field
            fieldStart = partial.fieldStart
            position = partial.position
            isQuoted = partial.isQuoted
            adjustment = partial.adjustment
            recordLine = line
            self.line = line + partial.lineFeeds
            slot = partial.field
        }

        /// How a stretch of the walk ended.
        enum Step {
            /// A field begins or goes on at `position`.
            case field
            /// The block has no more bytes.
            case inputEnd
            case rowLimit
            case fault(ScanFault.Kind)
        }

        mutating func run(rowLimit: Int) -> Outcome {
            while true {
                if isQuoted || beginsQuoted {
                    switch scanQuoted() {
                    case .field: break
                    case .inputEnd: return finish(isAtEnd: true)
                    case .rowLimit: return finish(isAtEnd: false)
                    case .fault(let kind): return finish(kind)
                    }
                }
                switch scanUnquoted(rowLimit: rowLimit) {
                case .field: continue
                case .inputEnd: return finish(isAtEnd: true)
                case .rowLimit: return finish(isAtEnd: false)
                case .fault(let kind): return finish(kind)
                }
            }
        }

        @inline(__always)
        private var beginsQuoted: Bool {
            adjustment == 0 && position == fieldStart && position < count && UInt16(byte(position)) == quote
        }

        @inline(__always)
        private func byte(_ position: Int) -> UInt8 {
            assert(position >= 0 && position < count)
            return base.load(fromByteOffset: position, as: UInt8.self)
        }

        private mutating func finish(_ kind: ScanFault.Kind) -> Outcome {
            var outcome = finish(isAtEnd: true)
            outcome.fault = ScanFault(kind: kind, field: field, line: recordLine)
            return outcome
        }

        private mutating func finish(isAtEnd: Bool) -> Outcome {
            scanner.partial = Partial(
                field: field, fieldStart: fieldStart - recordStart, position: position - recordStart,
                isQuoted: isQuoted, adjustment: adjustment, lineFeeds: line - recordLine,
                firstReference: slot - field, base: recordStart)
            scanner.line = recordLine
            return Outcome(rowCount: row, byteCount: recordStart, isAtEnd: isAtEnd)
        }

        /// Walks from the opening quote, or from within a quoted field, to behind the closing one.
        private mutating func scanQuoted() -> Step {
            if !isQuoted {
                isQuoted = true
                fieldStart = position + 1
                position = fieldStart
                adjustment = 0
            }
            while position < count {
                let (quotes, lineFeeds) = structure.quotesAndLineFeeds(base + position, end)
                guard quotes != 0 else {
                    line += lineFeeds.nonzeroBitCount
                    position = min(position + 8, count)
                    continue
                }
                let lane = quotes.trailingZeroBitCount
                line += (lineFeeds & ((1 << UInt64(truncatingIfNeeded: lane)) &- 1)).nonzeroBitCount
                position += lane >> 3
                if position + 1 == count && !isLast {
                    return isTooLong(to: position) ? .fault(.fieldTooLong) : .inputEnd
                }
                if position + 1 < count && UInt16(byte(position + 1)) == quote {
                    adjustment = FieldReference.escaped
                    position += 2
                    continue
                }
                return closeQuote()
            }
            if isTooLong(to: count) { return .fault(.fieldTooLong) }
            return isLast ? .fault(.openQuote) : .inputEnd
        }

        /// Leaves a quoted field; `position` is that of its closing quote.
        private mutating func closeQuote() -> Step {
            if isTooLong(to: position) { return .fault(.fieldTooLong) }
            isQuoted = false
            adjustment &+= FieldReference.closingQuote
            position += 1
            guard position < count else { return .field }
            let next = byte(position)
            let isEnd = next == delimiter || next == Byte.lineFeed || next == Byte.carriageReturn
            return isEnd ? .field : .fault(.strayQuote)
        }

        @inline(__always)
        private func isTooLong(to position: Int) -> Bool {
            position - fieldStart > fieldByteLimit
        }

        /// Whether a field is too long that has no closing quote, which its length would count in.
        @inline(__always)
        private func isUnquotedTooLong(to position: Int) -> Bool {
            isTooLong(to: position) && adjustment == 0
        }

        /// Walks from `position` over fields that are not quoted, to the next that is.
        private mutating func scanUnquoted(rowLimit: Int) -> Step {
            var wordStart = position
            var ends: UInt64 = wordStart < count ? structure.fieldEnds(base + wordStart, end) : 0
            while true {
                while ends == 0 {
                    wordStart += 8
                    guard wordStart < count else { return endOfInput() }
                    ends = structure.fieldEnds(base + wordStart, end)
                }
                position = wordStart + ends.trailingZeroBitCount >> 3
                ends &= ends &- 1
                let found = byte(position)
                if found == delimiter {
                    if isUnquotedTooLong(to: position) { return .fault(.fieldTooLong) }
                    guard field < lastField else {
                        return .fault(isHeader ? .tooManyColumns : .tooManyFields)
                    }
                    store(to: position)
                    position += 1
                    fieldStart = position
                } else if found == Byte.lineFeed {
                    let hasReturn = position > fieldStart && byte(position - 1) == Byte.carriageReturn
                    let stop = hasReturn ? position - 1 : position
                    if isUnquotedTooLong(to: stop) { return .fault(.fieldTooLong) }
                    if let step = endRecord(at: stop, rowLimit: rowLimit) { return step }
                } else {
                    if isUnquotedTooLong(to: position) { return .fault(.fieldTooLong) }
                    guard position + 1 < count else { return isLast ? .fault(.strayCarriageReturn) : .inputEnd }
                    guard byte(position + 1) == Byte.lineFeed else { return .fault(.strayCarriageReturn) }
                    continue
                }
                if position < count && UInt16(byte(position)) == quote { return .field }
            }
        }

        /// Stores the field that ends before `position` and goes on to the next.
        @inline(__always)
        private mutating func store(to position: Int) {
            if isHeader && slot == scanner.referenceCapacity { references = scanner.growReferences() }
            references[slot] = FieldReference(
                start: fieldStart, count: position - fieldStart, adjustment: adjustment)
            adjustment = 0
            slot += 1
            field += 1
        }

        /// Ends the record whose last field ends before `stop`; the line feed stands at `position`.
        @inline(__always)
        private mutating func endRecord(at stop: Int, rowLimit: Int) -> Step? {
            line += 1
            let isEmptyLine = stop == recordStart
            if !isEmptyLine {
                store(to: stop)
                if let fault = closeRecord() { return .fault(fault) }
            }
            position += 1
            recordStart = position
            fieldStart = position
            field = 0
            recordLine = line
            return row == rowLimit ? .rowLimit : nil
        }

        /// Counts the record, all of whose fields are stored.
        @inline(__always)
        private mutating func closeRecord() -> ScanFault.Kind? {
            if isHeader {
                scanner.headerFieldCount = field
            } else if field <= lastField {
                return .tooFewFields
            }
            lines[row] = recordLine
            row += 1
            return nil
        }

        /// The bytes of the block are used up.
        private mutating func endOfInput() -> Step {
            if isUnquotedTooLong(to: count) { return .fault(.fieldTooLong) }
            position = count
            if isLast && recordStart < count {
                store(to: count)
                if let fault = closeRecord() { return .fault(fault) }
                recordStart = count
                fieldStart = count
                field = 0
                recordLine = line
            }
            return .inputEnd
        }
    }
}
