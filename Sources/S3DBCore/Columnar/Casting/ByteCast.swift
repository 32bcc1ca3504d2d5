extension DataType {
    /// What byte strings are made of.
    enum ByteKind {
        /// Text in UTF-8.
        case text
        /// Any bytes.
        case bytes
    }

    /// What the values are made of; nil where they are no byte strings of any length.
    var byteKind: ByteKind? {
        switch self {
        case .utf8, .largeUTF8, .utf8View: .text
        case .binary, .largeBinary, .binaryView: .bytes
        default: nil
        }
    }
}

/// Byte strings on their way to 32-bit offsets.
struct ByteCast {
    let kind: DataType.ByteKind
    let target: DataType
    let column: AnyColumn

    func storage() throws(S3DBError) -> AnyColumn.Storage {
        let storage: AnyColumn.Storage
        switch column.storage {
        case .variableLength(let offsets, let bytes):
            storage =
                column.type.isVariableLength
                ? column.storage : try narrowed(offsets, bytes)
        case .views(let views, let buffers): storage = try collected(views, buffers)
        default: throw column.misfit(target)
        }
        if target == .utf8 && kind == .bytes { try checkText(storage) }
        return storage
    }

    private var isTooLong: S3DBError {
        S3DBError(
            .limitExceeded, "a batch has more than 2^31 bytes in one column of \(column.type)",
            remedy: "Write the file in smaller batches or row groups")
    }

    /// Moves 64-bit offsets so that the first one is 0.
    private func narrowed(_ offsets: Buffer, _ bytes: Buffer) throws(S3DBError) -> AnyColumn.Storage {
        var output = BufferBuilder(capacity: offsets.count / 2)
        let range: Range<Int>? = offsets.withElements(of: Int64.self) { offsets in
            // The column was checked: its offsets grow and end within the bytes.
            let offsets = offsets.prefix(column.count + 1)
            guard let first = offsets.first, let last = offsets.last, last - first <= Int64(Int32.max) else {
                return nil
            }
            for offset in offsets { output.append(value: Int32(truncatingIfNeeded: offset - first)) }
            return Int(first)..<Int(last)
        }
        guard let range else { throw isTooLong }
        return .variableLength(offsets: output.freeze(), bytes: bytes.slice(range))
    }

    /// Puts what views refer to one after the other.
    private func collected(_ views: Buffer, _ buffers: [Buffer]) throws(S3DBError) -> AnyColumn.Storage {
        var offsets = BufferBuilder(capacity: (column.count + 1) * 4)
        var bytes = BufferBuilder()
        offsets.append(value: Int32(0))
        for row in 0..<column.count {
            if column.validity.map({ $0[row] }) ?? true {
                let view = ValueView(views, at: row)
                let start = row * ValueView.byteCount + 4
                let value =
                    view.isInline
                    ? views.slice(start..<start + view.length)
                    : buffers[view.buffer].slice(view.offset..<view.offset + view.length)
                bytes.append(value.bytes)
            }
            guard let end = Int32(exactly: bytes.count) else { throw isTooLong }
            offsets.append(value: end)
        }
        return .variableLength(offsets: offsets.freeze(), bytes: bytes.freeze())
    }

    private func checkText(_ storage: AnyColumn.Storage) throws(S3DBError) {
        guard case .variableLength(let offsets, let bytes) = storage else { return }
        let isText = offsets.withElements(of: Int32.self) { offsets in
            bytes.withUnsafeBytes { bytes in
                for row in 0..<column.count where column.validity.map({ $0[row] }) ?? true {
                    let value = UnsafeRawBufferPointer(rebasing: bytes[Int(offsets[row])..<Int(offsets[row + 1])])
                    if String(validating: value, as: UTF8.self) == nil { return false }
                }
                return true
            }
        }
        guard isText else {
            throw S3DBError(
                .valueMisfit, "a value of a column of \(column.type) is no text in UTF-8",
                remedy: "Declare the type that the file has")
        }
    }
}
