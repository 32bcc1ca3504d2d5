extension AnyColumn {
    /// A column of nulls. O(count) in the size of one value.
    ///
    /// Types whose values are never null themselves get null members: unions those of their first, run-end encoded
    /// columns one null run.
    public static func nulls(_ type: DataType, count: Int) -> AnyColumn {
        let storage: Storage
        switch type.layout {
        case .none: return AnyColumn(uncheckedType: type, count: count, storage: .none)
        case .bits: storage = .bits(unset(count))
        case .fixedWidth(let width): storage = .fixedWidth(zeros(count * width))
        case .variableLength(let width):
            storage = .variableLength(offsets: zeros((count + 1) * width), bytes: Buffer())
        case .views: storage = .views(zeros(count * ValueView.byteCount), [])
        case .list(let width):
            storage = .list(offsets: zeros((count + 1) * width), elements: nulls(type.children, 0, count: 0))
        case .listView(let width):
            storage = .listView(
                offsets: zeros(count * width), sizes: zeros(count * width), elements: nulls(type.children, 0, count: 0))
        case .fixedSizeList(let size):
            storage = .fixedSizeList(elements: nulls(type.children, 0, count: count * size))
        case .structure:
            storage = .structure(type.children.indices.map { nulls(type.children, $0, count: count) })
        case .union(let mode): return nullUnion(type, mode, count: count)
        case .runs: return nullRuns(type, count: count)
        }
        return AnyColumn(uncheckedType: type, count: count, validity: unset(count), storage: storage)
    }

    private static func nulls(_ fields: [Field], _ index: Int, count: Int) -> AnyColumn {
        nulls(fields.indices.contains(index) ? fields[index].type : .null, count: count)
    }

    private static func nullUnion(_ type: DataType, _ mode: DataType.UnionMode, count: Int) -> AnyColumn {
        guard case .union(_, let members) = type else { return nulls(.null, count: count) }
        var marks = BufferBuilder(capacity: count)
        for _ in 0..<count { marks.append(UInt8(bitPattern: members.first?.id ?? 0)) }
        let columns = members.indices.map { index in
            nulls(members[index].field.type, count: mode == .sparse ? count : index == 0 ? min(count, 1) : 0)
        }
        let offsets = mode == .dense ? zeros(count * 4) : nil
        return AnyColumn(
            uncheckedType: type, count: count, storage: .union(marks: marks.freeze(), offsets: offsets, columns))
    }

    private static func nullRuns(_ type: DataType, count: Int) -> AnyColumn {
        guard case .runEndEncoded(let ends, let values) = type else { return nulls(.null, count: count) }
        let isEmpty = count == 0
        let end = RunEnds.column(isEmpty ? [] : [count], as: ends.type)
        return AnyColumn(
            uncheckedType: type, count: count,
            storage: .runs(ends: end, values: nulls(values.type, count: isEmpty ? 0 : 1)))
    }

    private static func unset(_ count: Int) -> Bitmap {
        var bits = BitmapBuilder()
        bits.append(false, repeating: count)
        return bits.freeze()
    }

    private static func zeros(_ byteCount: Int) -> Buffer {
        var builder = BufferBuilder(capacity: byteCount)
        builder.appendZeros(byteCount)
        return builder.freeze()
    }
}
