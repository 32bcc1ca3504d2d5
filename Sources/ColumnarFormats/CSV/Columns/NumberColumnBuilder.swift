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
/// A field with the bytes of the last value in the column is not read again.
final class NumberColumnBuilder<Value: FieldNumber>: ColumnState, ColumnBuilder {
    private var values = BufferBuilder()
    private let tokensGoFirst: Bool
    private var last: Last?

    private struct Last {
        var words: FieldWords
        var count: Int
        var value: Value
    }

    override init(column: Int, field: Field, options: ColumnOptions) {
        tokensGoFirst = options.nullTokens.overlaps { token in
            guard let start = token.baseAddress, token.count <= FieldWords.maximumByteCount else { return false }
            return Value.short(FieldWords(start, token.count, end: start + token.count), token.count) != nil
        }
        super.init(column: column, field: field, options: options)
    }

    func append(_ block: FieldBlock) {
        if values.isEmpty { values.reserve(options.reservedRowCount * MemoryLayout<Value>.stride) }
        let width = MemoryLayout<Value>.stride
        values.append(upTo: block.rowCount * width) { memory in
            fill(memory.assumingMemoryBound(to: Value.self), block) * width
        }
        rowCount += block.rowCount
    }

    /// Writes the block's values and returns how many.
    private func fill(_ out: UnsafeMutableBufferPointer<Value>, _ block: FieldBlock) -> Int {
        guard let out = out.baseAddress else { return 0 }
        var reference = block.references + column
        var last = self.last ?? Last(words: FieldWords(first: 0, last: 0), count: -1, value: .placeholder)
        defer { if last.count >= 0 { self.last = last } }
        for row in 0..<block.rowCount {
            let field = reference.pointee
            reference += block.columnCount
            let count = field.count
            if count <= FieldWords.maximumByteCount {
                let words = FieldWords(block.base + field.start, count, end: block.end)
                if count == last.count && words == last.words {
                    out[row] = last.value
                    continue
                }
                if !tokensGoFirst, let value = Value.short(words, count) {
                    out[row] = value
                    last = Last(words: words, count: count, value: value)
                    continue
                }
            }
            switch read(field, row, block) {
            case .value(let value): out[row] = value
            case .none: out[row] = .placeholder
            case .failed: return row
            }
        }
        return block.rowCount
    }

    private enum Reading {
        case value(Value)
        case none
        case failed
    }

    /// Reads a field in full: null, number in any spelling, or misfit.
    @inline(never)
    private func read(_ field: FieldReference, _ row: Int, _ block: FieldBlock) -> Reading {
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
