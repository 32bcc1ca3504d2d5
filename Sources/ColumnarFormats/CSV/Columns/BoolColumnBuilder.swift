import S3DBCore

/// Builds columns of booleans: `true` and `false` in any case, 1 and 0.
final class BoolColumnBuilder: ColumnState, ColumnBuilder {
    private var bits = BitmapBuilder()

    func append(_ block: FieldBlock) {
        for row in 0..<block.rowCount {
            let text = content(block.references[row * block.columnCount + column], block)
            if options.nullTokens.contains(text) {
                guard noteNull(batchRow: rowCount + row, row: row, block) else { return }
                bits.append(false)
            } else if let value = Self.value(options.trimsNumbers ? text.trimmed : text) {
                bits.append(value)
            } else {
                noteMisfit(row: row, text, block)
                bits.append(false)
            }
        }
        rowCount += block.rowCount
    }

    static func value(_ text: UnsafeRawBufferPointer) -> Bool? {
        switch text.count {
        case 1: text[0] == UInt8(ascii: "1") ? true : text[0] == UInt8(ascii: "0") ? false : nil
        case 4: matches(text, "true") ? true : nil
        case 5: matches(text, "false") ? false : nil
        default: nil
        }
    }

    private static func matches(_ text: UnsafeRawBufferPointer, _ name: StaticString) -> Bool {
        let name = UnsafeRawBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
        return zip(text, name).allSatisfy { $0 | Byte.lowercaseBit == $1 }
    }

    func takeColumn() -> AnyColumn {
        defer { rowCount = 0 }
        return AnyColumn(
            uncheckedType: field.type, count: rowCount, validity: takeValidity(), storage: .bits(bits.freeze()))
    }

    func discard() {
        bits = BitmapBuilder()
        discardNulls()
        rowCount = 0
    }
}
