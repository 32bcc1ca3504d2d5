import S3DBCore

/// A number that fields are read as.
protocol FieldNumber: FixedWidthElement {
    /// A number in one of the commonest spellings, read from words; nil for any other text, valid or not.
    static func short(_ words: FieldWords, _ count: Int) -> Self?

    /// A number in any spelling; nil for any other text.
    static func any(_ text: UnsafeRawBufferPointer) -> Self?
}

/// Builds columns of numbers.
///
/// It is not generic itself: the type is chosen once a block, so that the loops below are compiled for each type.
/// A field is not read again where its text is among the ``KnownNumbers`` or, where it is too long for those, that of the
/// field before.
final class NumberColumnBuilder: ColumnState, ColumnBuilder {
    private var values = BufferBuilder()
    /// Whether a null token looks like a number, so that tokens must be tried first.
    private let tokensGoFirst: Bool
    private var known = KnownNumbers()

    override init(column: Int, field: Field, options: ColumnOptions) {
        tokensGoFirst = options.nullTokens.overlaps { token in
            guard let start = token.baseAddress else { return false }
            let words = FieldWords(start, token.count, end: start + token.count)
            return IntegerText.short(words, token.count) != nil || FloatText.Short(words.first, token.count) != nil
        }
        super.init(column: column, field: field, options: options)
    }

    func append(_ block: FieldBlock) {
        switch field.type {
        case .int8: append(block, as: Int8.self)
        case .int16: append(block, as: Int16.self)
        case .int32: append(block, as: Int32.self)
        case .int64: append(block, as: Int64.self)
        case .uint8: append(block, as: UInt8.self)
        case .uint16: append(block, as: UInt16.self)
        case .uint32: append(block, as: UInt32.self)
        case .uint64: append(block, as: UInt64.self)
        case .float32: append(block, as: Float.self)
        case .float64: append(block, as: Double.self)
        default: assertionFailure("\(field.type) is no type of numbers")
        }
        rowCount += block.rowCount
    }

    private func append<Value: FieldNumber>(_ block: FieldBlock, as type: Value.Type) {
        let width = MemoryLayout<Value>.stride
        if values.isEmpty { values.reserve(options.reservedRowCount * width) }
        values.append(upTo: block.rowCount * width) { memory in
            fill(memory.assumingMemoryBound(to: Value.self), block) * width
        }
    }

    /// Writes the block's values and returns how many.
    private func fill<Value: FieldNumber>(_ out: UnsafeMutableBufferPointer<Value>, _ block: FieldBlock) -> Int {
        guard let out = out.baseAddress else { return 0 }
        var reference = block.references + column
        var last = (shape: UInt32.max, words: FieldWords(first: 0, last: 0), value: Value.placeholder)
        let known = known.table(forRowCount: block.rowCount)
        let wordRowCount = tokensGoFirst ? 0 : block.wordRowCount(column: column)
        for row in 0..<block.rowCount {
            let field = reference.pointee
            reference += block.columnCount
            let start = block.base + field.start
            if row >= wordRowCount {
                // Fewer bytes than a word, or a null first.
            } else if let known, field.shape <= KnownNumbers.maximumByteCount {
                let text = KnownNumbers.Text(start, field.count)
                if let value: Value = known.number(text) {
                    out[row] = value
                    continue
                }
                if let value = Value.short(text.words, field.count) {
                    out[row] = value
                    known.add(text, value)
                    continue
                }
            } else if field.shape <= FieldWords.maximumByteCount {
                let words = FieldWords(start, field.count)
                if field.shape == last.shape && words == last.words {
                    out[row] = last.value
                    continue
                }
                if let value = Value.short(words, field.count) {
                    out[row] = value
                    last = (field.shape, words, value)
                    continue
                }
            }
            switch read(field, row, block, as: Value.self) {
            case .value(let value): out[row] = value
            case .none: out[row] = .placeholder
            case .failed: return row
            }
        }
        return block.rowCount
    }

    private enum Reading<Value> {
        case value(Value)
        case none
        case failed
    }

    /// Reads a field in full: null, number in any spelling, or misfit.
    @inline(never)
    private func read<Value: FieldNumber>(
        _ field: FieldReference, _ row: Int, _ block: FieldBlock, as type: Value.Type
    ) -> Reading<Value> {
        if field.count == 0 && options.nullTokens.hasEmpty {
            return noteNull(batchRow: rowCount + row, row: row, block) ? .none : .failed
        }
        let text = content(field, block)
        if options.nullTokens.contains(text) {
            return noteNull(batchRow: rowCount + row, row: row, block) ? .none : .failed
        }
        if let value = Value.any(options.trimsNumbers ? text.trimmed : text) { return .value(value) }
        noteMisfit(row: row, text, block)
        return .none
    }

    func takeColumn() -> AnyColumn {
        defer { rowCount = 0 }
        return AnyColumn(
            uncheckedType: field.type, count: rowCount, validity: takeValidity(),
            storage: .fixedWidth(values.freeze()))
    }

    func discard() {
        values.removeAll()
        discardNulls()
        rowCount = 0
    }
}
