extension AnyColumn {
    /// A column of nulls. O(count) in the size of one value.
    ///
    /// Types whose values are never null themselves get null members: unions those of their first, run-end encoded
    /// columns one null run. So a union must have a member and the type of run ends must hold `count`, where `count` is
    /// not 0.
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

    /// ``nulls(_:count:)``, where there is such a column.
    ///
    /// - Throws: ``S3DBError/Code/valueMisfit``.
    package static func checkedNulls(_ type: DataType, count: Int) throws(S3DBError) -> AnyColumn {
        guard nullByteCount(type, count: count) != nil else {
            throw S3DBError(
                .valueMisfit, "there is no column of \(count) nulls of \(type)", remedy: "Ask for another type")
        }
        return nulls(type, count: count)
    }

    /// About how many bytes ``nulls(_:count:)`` takes; nil where they are more than can be counted, and where there is no
    /// such column.
    package static func nullByteCount(_ type: DataType, count: Int) -> Int? {
        var left = Int.max
        return spend(count, of: type, from: &left) ? Int.max - left : nil
    }

    /// Takes the bytes of a column of nulls, and of the columns within, from `left`; false where they are too many.
    private static func spend(_ count: Int, of type: DataType, from left: inout Int) -> Bool {
        func take(_ count: Int, _ byteCount: Int) -> Bool {
            let (total, overflow) = count.multipliedReportingOverflow(by: byteCount)
            guard !overflow, total <= left else { return false }
            left -= total
            return true
        }
        func takeChildren(_ count: Int) -> Bool {
            type.children.allSatisfy { spend(count, of: $0.type, from: &left) }
        }
        switch type.layout {
        case .none: return true
        case .bits: return take(count, 1)
        case .fixedWidth(let width), .variableLength(let width): return take(count, width + 1)
        case .views: return take(count, ValueView.byteCount + 1)
        case .list(let width): return take(count, width + 1) && takeChildren(0)
        case .listView(let width): return take(count, 2 * width + 1) && takeChildren(0)
        case .fixedSizeList(let size):
            let (total, overflow) = count.multipliedReportingOverflow(by: size)
            return !overflow && take(count, 1) && takeChildren(total)
        case .structure: return take(count, 1) && takeChildren(count)
        case .union(let mode):
            guard count == 0 || !type.children.isEmpty else { return false }
            return take(count, 5) && takeChildren(mode == .sparse ? count : min(count, 1))
        case .runs:
            guard case .runEndEncoded(let ends, _) = type, RunEnds.column(exactly: [count], as: ends.type) != nil else {
                return false
            }
            return takeChildren(min(count, 1))
        }
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
