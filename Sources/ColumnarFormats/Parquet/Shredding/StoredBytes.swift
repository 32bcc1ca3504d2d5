import S3DBCore

/// Text and bytes of every layout as those by 32-bit offsets.
enum StoredBytes {
    /// The values of a plain column; those at nulls are empty.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` where they are longer than the offsets reach.
    static func storage(_ column: AnyColumn) throws(S3DBError) -> AnyColumn.Storage {
        switch column.storage {
        case .variableLength(let offsets, let bytes):
            return try offsets.withElements(of: Int64.self) { (offsets) throws(S3DBError) in
                try collect(column) {
                    Int(offsets[$0])..<Int(offsets[$0 + 1])
                } from: { _ in
                    bytes
                }
            }
        case .views(let views, let buffers):
            return try collect(column) { row in
                let view = ValueView(views, at: row)
                let start = view.isInline ? row * ValueView.byteCount + 4 : view.offset
                return start..<start + view.length
            } from: { row in
                let view = ValueView(views, at: row)
                return view.isInline ? views : buffers[view.buffer]
            }
        // Values of no bytes.
        default:
            return try collect(column) { _ in
                0..<0
            } from: { _ in
                Buffer()
            }
        }
    }

    private static func collect(
        _ column: AnyColumn, _ range: (Int) -> Range<Int>, from source: (Int) -> Buffer
    ) throws(S3DBError) -> AnyColumn.Storage {
        var offsets = BufferBuilder(capacity: (column.count + 1) * 4)
        var output = BufferBuilder()
        offsets.append(value: Int32(0))
        for row in 0..<column.count {
            if column.validity?[row] ?? true { output.append(source(row).slice(range(row)).bytes) }
            guard let end = Int32(exactly: output.count) else {
                throw S3DBError(
                    .limitExceeded, "a batch has more than 2 GiB in one column", remedy: "Make batches of fewer rows")
            }
            offsets.append(value: end)
        }
        return .variableLength(offsets: offsets.freeze(), bytes: output.freeze())
    }
}
