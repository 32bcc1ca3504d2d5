import S3DBCore

/// Builds columns of text and of bytes.
///
/// Values are dictionary-encoded until the dictionary would grow beyond its limits, or has many values for few rows;
/// from the batch on where that happens they are plain. That depends on the values alone.
final class TextColumnBuilder: ColumnState, ColumnBuilder {
    private var dictionary: TextDictionary?
    /// Positions in the dictionary since the last batch.
    private var indices = BufferBuilder()
    /// The rows of all batches before.
    private var earlierRowCount = 0

    private var offsets = BufferBuilder()
    private var bytes = BufferBuilder()
    private let isText: Bool

    override init(column: Int, field: Field, options: ColumnOptions) {
        dictionary = TextDictionary(limits: options.dictionaryLimits)
        isText = field.type == .utf8
        super.init(column: column, field: field, options: options)
    }

    func append(_ block: FieldBlock) {
        var done = 0
        if let dictionary {
            if indices.isEmpty { indices.reserve(options.reservedRowCount * 4) }
            indices.append(upTo: block.rowCount * 4) { memory in
                done = fill(memory.assumingMemoryBound(to: Int32.self), block, dictionary)
                return done * 4
            }
            if done < block.rowCount && failure == nil && !goPlain() { failTooLong(done, block) }
        }
        if dictionary == nil && failure == nil { appendPlain(block, from: done) }
        rowCount += block.rowCount
    }

    /// Writes the positions of the block's values and returns how many; fewer where the dictionary is full.
    private func fill(
        _ out: UnsafeMutableBufferPointer<Int32>, _ block: FieldBlock, _ dictionary: TextDictionary
    ) -> Int {
        guard let out = out.baseAddress else { return 0 }
        // Where only quotes tell an empty text from a null, neither is guessed.
        let leastGuessedCount = options.emptyIsNull && options.quotedEmptyIsText ? 1 : 0
        var reference = block.references + column
        var last = dictionary.last
        for row in 0..<block.rowCount {
            let field = reference.pointee
            reference += block.columnCount
            if !field.isEscaped && field.count >= leastGuessedCount {
                let start = block.base + field.start
                let words = FieldWords(start, field.count, end: block.end)
                let guess = dictionary.guess(after: last, start, field.count, words)
                if guess >= 0 {
                    out[row] = guess
                    last = guess
                    continue
                }
            }
            dictionary.last = last
            guard let index = number(field, row, block, dictionary) else { return row }
            last = dictionary.last
            out[row] = index
        }
        dictionary.last = last
        return block.rowCount
    }

    /// The number of a value that was not guessed; nil where the dictionary is full or the value is invalid.
    @inline(never)
    private func number(
        _ field: FieldReference, _ row: Int, _ block: FieldBlock, _ dictionary: TextDictionary
    ) -> Int32? {
        if isNull(field, block) { return noteNull(batchRow: rowCount + row, row: row, block) ? 0 : nil }
        let text = content(field, block)
        guard let start = text.baseAddress else { return nil }
        let words = FieldWords(start, text.count, end: start + text.count)
        let known = dictionary.find(text, words)
        if known >= 0 { return known }
        guard isValid(text, row, block) else { return nil }
        return dictionary.add(text, words)
    }

    @inline(__always)
    private func isNull(_ field: FieldReference, _ block: FieldBlock) -> Bool {
        guard field.count == 0 && options.emptyIsNull else { return false }
        return !(options.quotedEmptyIsText && isQuoted(field, block))
    }

    /// Whether a quote stands in front of a field.
    private func isQuoted(_ field: FieldReference, _ block: FieldBlock) -> Bool {
        guard let quote = options.quote, field.start > 0 else { return false }
        return block.base.load(fromByteOffset: field.start - 1, as: UInt8.self) == quote
    }

    private func isValid(_ text: UnsafeRawBufferPointer, _ row: Int, _ block: FieldBlock) -> Bool {
        if !isText || UTF8Text.isValid(text) { return true }
        fail(
            row, block, .invalidUTF8, "a text is not valid UTF-8",
            remedy: "Convert the source to UTF-8, or read the column as binary")
        return false
    }

    /// Writes out the values since the last batch and does without a dictionary from here on.
    ///
    /// Returns false where they are too long for that.
    private func goPlain() -> Bool {
        guard let dictionary else { return true }
        let numbers = indices.freeze()
        let isPlain = numbers.withElements(of: Int32.self) { numbers in
            var byteCount = 0
            for number in numbers { byteCount += dictionary.byteCount(of: number) }
            guard byteCount <= Self.maximumByteCount else { return false }
            beginPlain()
            bytes.reserve(byteCount)
            for number in numbers {
                dictionary.append(number, to: &bytes)
                offsets.append(value: Int32(truncatingIfNeeded: bytes.count))
            }
            return true
        }
        if isPlain { self.dictionary = nil } else { numbers.withUnsafeBytes { indices.appendUnsafe($0) } }
        return isPlain
    }

    /// What offsets of 32 bits can reach.
    private static let maximumByteCount = Int(Int32.max)

    private func failTooLong(_ row: Int, _ block: FieldBlock) {
        fail(
            row, block, .limitExceeded, "the texts of a batch are longer than 2 GiB",
            remedy: "Lower the limit batchRowCount")
    }

    private func beginPlain() {
        offsets.reserve((options.reservedRowCount + 1) * 4)
        offsets.append(value: Int32(0))
    }

    private func appendPlain(_ block: FieldBlock, from first: Int) {
        if offsets.isEmpty { beginPlain() }
        for row in first..<block.rowCount {
            let field = block.references[row * block.columnCount + column]
            if isNull(field, block) {
                guard noteNull(batchRow: rowCount + row, row: row, block) else { return }
            } else {
                let text = content(field, block)
                guard isValid(text, row, block) else { return }
                guard text.count <= Self.maximumByteCount - bytes.count else { return failTooLong(row, block) }
                bytes.appendUnsafe(text)
            }
            offsets.append(value: Int32(truncatingIfNeeded: bytes.count))
        }
    }

    func takeColumn() -> AnyColumn {
        earlierRowCount += rowCount
        if let dictionary, dictionary.isTooDiverse(rowCount: earlierRowCount) { _ = goPlain() }
        defer { rowCount = 0 }
        let storage: AnyColumn.Storage =
            if let dictionary {
                .dictionary(indices: indices.freeze(), dictionary.values(type: field.type))
            } else {
                .variableLength(offsets: offsets.freeze(), bytes: bytes.freeze())
            }
        return AnyColumn(uncheckedType: field.type, count: rowCount, validity: takeValidity(), storage: storage)
    }

    func discard() {
        indices.removeAll()
        offsets.removeAll()
        bytes.removeAll()
        discardNulls()
        rowCount = 0
    }
}
