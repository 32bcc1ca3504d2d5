/// Reads values of bytes of any length.
public struct BytesAccess: Sendable {
    private enum Layout: Sendable {
        case offsets32(Buffer, Buffer)
        case offsets64(Buffer, Buffer)
        case views(Buffer, [Buffer])
        case fixed(Buffer, Int)
    }

    private let layout: Layout
    private let indices: Buffer?

    /// Opens a column of text or bytes, also behind a dictionary; nil for one of other values.
    init?(_ column: AnyColumn) {
        var values = column
        if case .dictionary(let positions, let dictionary) = column.storage {
            (values, indices) = (dictionary.values, positions)
        } else {
            indices = nil
        }
        switch (values.storage, values.type.layout) {
        case (.variableLength(let offsets, let bytes), .variableLength(4)): layout = .offsets32(offsets, bytes)
        case (.variableLength(let offsets, let bytes), _): layout = .offsets64(offsets, bytes)
        case (.views(let views, let buffers), _): layout = .views(views, buffers)
        case (.fixedWidth(let bytes), .fixedWidth(let width)):
            guard case .fixedSizeBinary = values.type else { return nil }
            layout = .fixed(bytes, width)
        default: return nil
        }
    }

    /// The bytes of the value at a row, without a copy.
    func bytes(at row: Int) -> Buffer {
        let row = indices.map { $0.withElements(of: Int32.self) { Int($0[row]) } } ?? row
        switch layout {
        case .offsets32(let offsets, let bytes):
            return bytes.slice(offsets.withElements(of: Int32.self) { Int($0[row])..<Int($0[row + 1]) })
        case .offsets64(let offsets, let bytes):
            return bytes.slice(offsets.withElements(of: Int64.self) { Int($0[row])..<Int($0[row + 1]) })
        case .views(let views, let buffers):
            let view = ValueView(views, at: row)
            let start = row * ValueView.byteCount + 4
            if view.isInline { return views.slice(start..<start + view.length) }
            return buffers[view.buffer].slice(view.offset..<view.offset + view.length)
        case .fixed(let bytes, let width): return bytes.slice(row * width..<(row + 1) * width)
        }
    }
}

extension UTF8Slice: ColumnValue {
    /// Opens a column of text.
    public static func access(to column: AnyColumn) throws(S3DBError) -> BytesAccess {
        guard column.type.isText, let access = BytesAccess(column) else { throw misfit(column) }
        return access
    }

    /// The text at a row, without a copy.
    public static func value(at row: Int, in access: BytesAccess) -> UTF8Slice { UTF8Slice(access.bytes(at: row)) }
}

extension String: ColumnValue {
    /// Opens a column of text.
    public static func access(to column: AnyColumn) throws(S3DBError) -> BytesAccess {
        guard column.type.isText, let access = BytesAccess(column) else { throw misfit(column) }
        return access
    }

    /// The text at a row.
    public static func value(at row: Int, in access: BytesAccess) -> String {
        String(decoding: access.bytes(at: row), as: UTF8.self)
    }
}

extension Buffer: ColumnValue {
    /// Opens a column of bytes or text.
    public static func access(to column: AnyColumn) throws(S3DBError) -> BytesAccess {
        guard let access = BytesAccess(column) else { throw misfit(column) }
        return access
    }

    /// The bytes at a row, without a copy.
    public static func value(at row: Int, in access: BytesAccess) -> Buffer { access.bytes(at: row) }
}
