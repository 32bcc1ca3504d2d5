/// Reads lists of values.
public enum ListAccess<Element: ColumnValue>: Sendable {
    /// Lists by where their elements begin and end.
    case lists(starts: [Int], ends: [Int], Column<Element>)
    /// Bytes, which are lists of them.
    case bytes(BytesAccess)
}

extension Array: ColumnValue where Element: ColumnValue {
    /// Opens a column of lists of any layout; for bytes also one of binary values.
    public static func access(to column: AnyColumn) throws(S3DBError) -> ListAccess<Element> {
        if Element.self == UInt8.self, !column.type.isText, let access = BytesAccess(column) { return .bytes(access) }
        guard let (ranges, elements) = try column.plain().lists() else { throw misfit(column) }
        return .lists(starts: ranges.map(\.lowerBound), ends: ranges.map(\.upperBound), try Column<Element>(elements))
    }

    /// The list at a row.
    public static func value(at row: Int, in access: ListAccess<Element>) -> [Element] {
        switch access {
        case .lists(let starts, let ends, let elements): return Array(elements[starts[row]..<ends[row]])
        case .bytes(let access): return [UInt8](access.bytes(at: row)) as? [Element] ?? []
        }
    }
}

extension AnyColumn {
    /// For each list of a plain column where its elements stand, and those that any list has; nil for another column.
    /// Nulls have none. O(count).
    func lists() -> (ranges: [Range<Int>], elements: AnyColumn)? {
        var ranges: [Range<Int>]
        let elements: AnyColumn
        switch (storage, type.layout) {
        case (.list(let offsets, let all), .list(4)):
            (ranges, elements) = (Self.ranges(offsets, Int32.self), all)
        case (.list(let offsets, let all), _): (ranges, elements) = (Self.ranges(offsets, Int64.self), all)
        case (.listView(let offsets, let sizes, let all), .listView(4)):
            (ranges, elements) = (Self.ranges(offsets, sizes, Int32.self), all)
        case (.listView(let offsets, let sizes, let all), _):
            (ranges, elements) = (Self.ranges(offsets, sizes, Int64.self), all)
        case (.fixedSizeList(let all), .fixedSizeList(let size)):
            (ranges, elements) = ((0..<count).map { $0 * size..<($0 + 1) * size }, all)
        default: return nil
        }
        if let validity { for row in ranges.indices where !validity[row] { ranges[row] = 0..<0 } }
        // What no list has must not count as null; moved, the ranges stay short of what is left.
        guard let low = ranges.lazy.filter({ !$0.isEmpty }).map(\.lowerBound).min(),
            let high = ranges.lazy.filter({ !$0.isEmpty }).map(\.upperBound).max()
        else { return (ranges.map { _ in 0..<0 }, elements.slice(0..<0)) }
        return (
            ranges.map { $0.isEmpty ? 0..<0 : $0.lowerBound - low..<$0.upperBound - low }, elements.slice(low..<high)
        )
    }

    private static func ranges<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: Buffer, _ type: Offset.Type
    ) -> [Range<Int>] {
        offsets.withElements(of: Offset.self) { offsets in
            zip(offsets, offsets.dropFirst()).map { Int($0)..<Int($1) }
        }
    }

    private static func ranges<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: Buffer, _ sizes: Buffer, _ type: Offset.Type
    ) -> [Range<Int>] {
        offsets.withElements(of: Offset.self) { offsets in
            sizes.withElements(of: Offset.self) { sizes in
                zip(offsets, sizes).map { Int($0)..<Int($0) + Int($1) }
            }
        }
    }
}
