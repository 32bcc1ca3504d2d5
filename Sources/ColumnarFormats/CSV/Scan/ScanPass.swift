/// One walk of a ``RecordScanner`` over a block.
struct ScanPass {
    private let scanner: RecordScanner
    private let base: UnsafeRawPointer
    private let end: UnsafeRawPointer
    private let count: Int
    private let isLast: Bool

    private let structure: StructuralBytes
    private let delimiter: UInt8
    private let quote: UInt16
    private let fieldByteLimit: Int
    /// The position of a record's last field, beyond which there is none.
    private let lastField: Int
    private let isHeader: Bool
    private var references: UnsafeMutablePointer<FieldReference>

    /// The complete records.
    private var row = 0
    private var recordStart = 0
    /// The line that the record begins on.
    private(set) var recordLine: Int
    private var line: Int
    /// The fields of the last complete record.
    private(set) var closedFieldCount = 0

    private var fieldStart: Int
    private var position: Int
    private var isQuoted: Bool
    /// What the closed quote of the current field adds to its reference.
    private var adjustment: UInt64
    /// Where the references of the record begin, and where that of the current field goes.
    private var recordSlot = 0
    private var slot: Int

    /// From which row on the next records may be plain ones.
    private var plainRow: Int
    /// How many records are read one by one where the fast engine finds no plain one.
    private static let retryRowCount = 32

    /// Goes on with the record that `partial` tells of, whose fields are the first of the scanner's references.
    init(
        scanner: RecordScanner, base: UnsafeRawPointer, count: Int, isLast: Bool, partial: RecordScanner.Partial,
        line: Int
    ) {
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
        references = scanner.references
        recordLine = line
        self.line = line + partial.lineFeeds
        fieldStart = partial.fieldStart
        position = partial.position
        isQuoted = partial.isQuoted
        adjustment = partial.adjustment
        slot = partial.field
        plainRow = isHeader || fieldByteLimit < PlainRecords.stretchByteCount ? .max : 0
    }

    /// The number of the current field in its record.
    private var field: Int { slot - recordSlot }

    /// What is known of the record that the walk ended in.
    var partial: RecordScanner.Partial {
        RecordScanner.Partial(
            field: field, fieldStart: fieldStart - recordStart, position: position - recordStart, isQuoted: isQuoted,
            adjustment: adjustment, lineFeeds: line - recordLine, firstReference: recordSlot, base: recordStart)
    }

    /// How a stretch of the walk ended.
    private enum Step {
        /// A field begins or goes on at `position`.
        case field
        /// The block has no more bytes.
        case inputEnd
        case rowLimit
        case fault(ScanFault.Kind)
    }

    /// Walks to the end of the block, over `rowLimit` records or to the first fault.
    mutating func run(rowLimit: Int) -> RecordScanner.Outcome {
        while true {
            if row >= plainRow && position == recordStart {
                takePlainRecords(rowLimit: rowLimit)
                if row == rowLimit { return outcome(isAtEnd: false) }
            }
            var step = isQuoted || beginsQuoted ? scanQuoted() : .field
            if case .field = step { step = scanUnquoted(rowLimit: rowLimit) }
            switch step {
            case .field: continue
            case .inputEnd: return outcome(isAtEnd: true)
            case .rowLimit: return outcome(isAtEnd: false)
            case .fault(let kind):
                var outcome = outcome(isAtEnd: true)
                outcome.fault = ScanFault(kind: kind, field: field, line: recordLine)
                return outcome
            }
        }
    }

    /// Takes what the fast engine finds from the record on that begins here.
    private mutating func takePlainRecords(rowLimit: Int) {
        let columnCount = lastField + 1
        let (taken, end) = scanner.plainRecords.take(
            base, from: recordStart, count: count, dialect: (delimiter, quote), columnCount: columnCount,
            rowLimit: rowLimit - row, into: references + slot)
        let lines = scanner.lines + row
        for index in 0..<taken { lines[index] = line &+ index }
        row += taken
        line += taken
        slot += taken * columnCount
        position = end
        beginRecord()
        plainRow = row + Self.retryRowCount
    }

    private func outcome(isAtEnd: Bool) -> RecordScanner.Outcome {
        RecordScanner.Outcome(rowCount: row, byteCount: recordStart, isAtEnd: isAtEnd)
    }

    @inline(__always)
    private func byte(_ position: Int) -> UInt8 {
        assert(position >= 0 && position < count)
        return base.load(fromByteOffset: position, as: UInt8.self)
    }

    @inline(__always)
    private func isQuote(_ position: Int) -> Bool {
        position < count && UInt16(byte(position)) == quote
    }

    private var beginsQuoted: Bool { adjustment == 0 && position == fieldStart && isQuote(position) }
}

// MARK: Quoted fields

extension ScanPass {
    /// Walks from the opening quote, or from within a quoted field, to behind the closing one.
    private mutating func scanQuoted() -> Step {
        if !isQuoted {
            isQuoted = true
            position += 1
            fieldStart = position
            adjustment = 0
        }
        while position < count {
            let blockStart = position
            let (found, lineFeeds) = structure.quotesAndLineFeeds(base + blockStart, end)
            var quotes = found
            position = min(blockStart + StructuralBytes.blockByteCount, count)
            while quotes != 0 {
                let lane = quotes.trailingZeroBitCount
                quotes &= quotes &- 1
                let next = blockStart + lane + 1
                if isQuote(next) {
                    adjustment = FieldReference.escaped
                    // The second of the two is the next that was found, unless it lies behind the block.
                    quotes &= quotes &- 1
                    position = max(position, next + 1)
                    continue
                }
                position = next - 1
                line += (lineFeeds & ((1 << UInt64(lane)) &- 1)).nonzeroBitCount
                if next < count || isLast { return closeQuote() }
                return isTooLong(to: position) ? .fault(.fieldTooLong) : .inputEnd
            }
            line += lineFeeds.nonzeroBitCount
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

    private func isTooLong(to position: Int) -> Bool {
        position - fieldStart > fieldByteLimit
    }

    /// Whether a field is too long that has no closing quote, which its length would count in.
    private func isUnquotedTooLong(to position: Int) -> Bool {
        isTooLong(to: position) && adjustment == 0
    }
}

// MARK: Fields that are not quoted

extension ScanPass {
    /// Walks from `position` over fields that are not quoted, to the next that is.
    private mutating func scanUnquoted(rowLimit: Int) -> Step {
        var blockStart = position
        var ends: UInt64 = 0
        if blockStart < count { ends = structure.fieldEnds(base + blockStart, end) }
        // What most fields need, apart from self so that it stays in registers.
        var (slot, fieldStart, adjustment, lastSlot) = (self.slot, self.fieldStart, self.adjustment, self.lastSlot)
        while true {
            while ends == 0 {
                blockStart &+= StructuralBytes.blockByteCount
                guard blockStart < count else {
                    (self.slot, self.fieldStart, self.adjustment) = (slot, fieldStart, adjustment)
                    return endOfInput()
                }
                ends = structure.fieldEnds(base + blockStart, end)
            }
            let found = blockStart &+ ends.trailingZeroBitCount
            ends &= ends &- 1
            let length = found &- fieldStart
            if byte(found) == delimiter && slot < lastSlot && length <= fieldByteLimit {
                references[slot] = FieldReference(start: fieldStart, count: length, adjustment: adjustment)
                adjustment = 0
                slot &+= 1
                fieldStart = found &+ 1
                guard isQuote(fieldStart) else { continue }
                (self.slot, self.fieldStart, self.adjustment, position) = (slot, fieldStart, 0, fieldStart)
                return .field
            }
            (self.slot, self.fieldStart, self.adjustment, position) = (slot, fieldStart, adjustment, found)
            if let step = endField(rowLimit: rowLimit) { return step }
            if isQuote(position) { return .field }
            (slot, fieldStart, adjustment, lastSlot) = (self.slot, self.fieldStart, self.adjustment, self.lastSlot)
        }
    }

    /// The slot of the record's last field, or of the last field that there is room for.
    private var lastSlot: Int {
        min(recordSlot + lastField, scanner.referenceCapacity - 1)
    }

    /// Ends the field at `position`, where a delimiter or a line end stands, or says why the walk ends there.
    private mutating func endField(rowLimit: Int) -> Step? {
        switch byte(position) {
        case delimiter:
            if isUnquotedTooLong(to: position) { return .fault(.fieldTooLong) }
            guard field < lastField else { return .fault(isHeader ? .tooManyColumns : .tooManyFields) }
            store(to: position)
            position += 1
            fieldStart = position
            return nil
        case Byte.lineFeed:
            let hasReturn = position > fieldStart && byte(position - 1) == Byte.carriageReturn
            let stop = hasReturn ? position - 1 : position
            return isUnquotedTooLong(to: stop) ? .fault(.fieldTooLong) : endRecord(at: stop, rowLimit: rowLimit)
        default:
            if isUnquotedTooLong(to: position) { return .fault(.fieldTooLong) }
            guard position + 1 < count else { return isLast ? .fault(.strayCarriageReturn) : .inputEnd }
            return byte(position + 1) == Byte.lineFeed ? nil : .fault(.strayCarriageReturn)
        }
    }

    /// Stores the field that ends before `position` and goes on to the next.
    @inline(__always)
    private mutating func store(to position: Int) {
        if isHeader && slot == scanner.referenceCapacity { references = scanner.growReferences() }
        references[slot] = FieldReference(start: fieldStart, count: position - fieldStart, adjustment: adjustment)
        adjustment = 0
        slot += 1
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
        beginRecord()
        if row == rowLimit { return .rowLimit }
        return row >= plainRow ? .field : nil
    }

    /// Counts the record, all of whose fields are stored.
    @inline(__always)
    private mutating func closeRecord() -> ScanFault.Kind? {
        if !isHeader && field <= lastField { return .tooFewFields }
        closedFieldCount = field
        scanner.lines[row] = recordLine
        row += 1
        return nil
    }

    /// Goes on to the record that begins at `position`.
    @inline(__always)
    private mutating func beginRecord() {
        recordStart = position
        fieldStart = position
        recordSlot = slot
        recordLine = line
    }

    /// The bytes of the block are used up.
    private mutating func endOfInput() -> Step {
        if isUnquotedTooLong(to: count) { return .fault(.fieldTooLong) }
        position = count
        if isLast && recordStart < count {
            store(to: count)
            if let fault = closeRecord() { return .fault(fault) }
            beginRecord()
        }
        return .inputEnd
    }
}
