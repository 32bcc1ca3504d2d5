import S3DBCore

/// The well-formedness of the text of columns that others made.
enum ArrowText {
    /// The first row whose text is not UTF-8; nil where there is none, or where the column holds no text. Nulls are not
    /// looked at. O(bytes).
    static func misfit(in column: AnyColumn) -> Int? {
        guard column.type.isText else { return nil }
        switch column.storage {
        case .variableLength(let offsets, let bytes):
            return column.type == .utf8
                ? misfit(column, offsets, Int32.self, bytes) : misfit(column, offsets, Int64.self, bytes)
        case .views(let views, let buffers): return misfit(column, views, buffers)
        default: return nil
        }
    }

    private static func misfit<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ column: AnyColumn, _ offsets: Buffer, _ type: Offset.Type, _ bytes: Buffer
    ) -> Int? {
        offsets.withElements(of: Offset.self) { offsets in
            bytes.withUnsafeBytes { bytes in
                if areWhole(offsets, bytes) { return nil }
                return (0..<column.count).first { row in
                    let value = bytes[Int(offsets[row])..<Int(offsets[row + 1])]
                    return column.isSet(row) && !UTF8Text.isValid(UnsafeRawBufferPointer(rebasing: value))
                }
            }
        }
    }

    /// Whether the bytes are UTF-8 as a whole and no value begins within a character.
    private static func areWhole<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: UnsafeBufferPointer<Offset>, _ bytes: UnsafeRawBufferPointer
    ) -> Bool {
        guard let first = offsets.first, let last = offsets.last else { return true }
        let text = UnsafeRawBufferPointer(rebasing: bytes[Int(first)..<Int(last)])
        if UTF8Text.isASCII(text) { return true }
        guard UTF8Text.isValid(text) else { return false }
        for offset in offsets where offset < last && bytes[Int(offset)] & 0xC0 == 0x80 { return false }
        return true
    }

    private static func misfit(_ column: AnyColumn, _ views: Buffer, _ buffers: [Buffer]) -> Int? {
        (0..<column.count).first { row in
            guard column.isSet(row) else { return false }
            let view = ValueView(views, at: row)
            let start = row * ValueView.byteCount + 4
            let value =
                view.isInline
                ? views.slice(start..<start + view.length)
                : buffers[view.buffer].slice(view.offset..<view.offset + view.length)
            return !value.withUnsafeBytes { UTF8Text.isValid($0) }
        }
    }
}

extension AnyColumn {
    /// Whether the value at a row is not null, as the validity bits have it.
    fileprivate func isSet(_ row: Int) -> Bool { validity.map { $0[row] } ?? true }
}
