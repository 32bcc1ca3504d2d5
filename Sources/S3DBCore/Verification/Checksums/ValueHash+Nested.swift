extension ValueHash {
    /// The values of a column that has children.
    static func nested(_ column: AnyColumn) -> [UInt64] {
        let count = column.count
        switch column.storage {
        case .list(let offsets, let elements):
            return column.type.layout == .list(offsetByteWidth: 8)
                ? list(offsets, elements, count: count, as: Int64.self)
                : list(offsets, elements, count: count, as: Int32.self)
        case .listView(let offsets, let sizes, let elements):
            return column.type.layout == .listView(offsetByteWidth: 8)
                ? listView(offsets, sizes, elements, count: count, as: Int64.self)
                : listView(offsets, sizes, elements, count: count, as: Int32.self)
        case .fixedSizeList(let elements):
            let size = count == 0 ? 0 : elements.count / count
            let hashes = hashes(of: elements)
            return make(count) { fold(hashes, $0 * size..<($0 + 1) * size) }
        case .structure(let children):
            let hashes = children.map(hashes(of:))
            return make(count) { row in hashes.reduce(seed) { combine($0, $1[row]) } }
        case .union(let marks, let offsets, let children):
            return union(column.type, marks, offsets, children, count: count)
        case .runs(let ends, let values):
            var output: [UInt64] = []
            output.reserveCapacity(count)
            for (end, hash) in zip(RunEnds.values(of: ends), hashes(of: values)) where end > output.count {
                output.append(contentsOf: repeatElement(hash, count: min(end, count) - output.count))
            }
            return output
        default: return Array(repeating: null, count: count)
        }
    }

    /// The elements of one list, and how many they are.
    @inline(__always)
    private static func fold(_ hashes: [UInt64], _ range: Range<Int>) -> UInt64 {
        var hash = combine(seed, UInt64(truncatingIfNeeded: range.count))
        for index in range { hash = combine(hash, hashes[index]) }
        return hash
    }

    private static func list<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: Buffer, _ elements: AnyColumn, count: Int, as type: Offset.Type
    ) -> [UInt64] {
        guard count > 0 else { return [] }
        return offsets.withElements(of: Offset.self) { offsets in
            // A slice of lists refers to few of the elements.
            let first = Int(offsets[0])
            let hashes = hashes(of: elements.slice(first..<Int(offsets[count])))
            return make(count) { fold(hashes, Int(offsets[$0]) - first..<Int(offsets[$0 + 1]) - first) }
        }
    }

    private static func listView<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: Buffer, _ sizes: Buffer, _ elements: AnyColumn, count: Int, as type: Offset.Type
    ) -> [UInt64] {
        let hashes = hashes(of: elements)
        return offsets.withElements(of: Offset.self) { offsets in
            sizes.withElements(of: Offset.self) { sizes in
                make(count) { row in
                    let start = Int(offsets[row])
                    return fold(hashes, start..<start + Int(sizes[row]))
                }
            }
        }
    }

    private static func union(
        _ type: DataType, _ marks: Buffer, _ offsets: Buffer?, _ children: [AnyColumn], count: Int
    ) -> [UInt64] {
        guard case .union(_, let members) = type else { return Array(repeating: null, count: count) }
        var positions: [Int8: Int] = [:]
        for (index, member) in members.enumerated() { positions[member.id] = index }
        let hashes = children.map(hashes(of:))
        return make(count) { row in
            let id = Int8(bitPattern: marks[row])
            let index = offsets.map { $0.withElements(of: Int32.self) { Int($0[row]) } } ?? row
            let value = positions[id].map { hashes[$0][index] } ?? null
            return combine(combine(seed, UInt64(truncatingIfNeeded: id)), value)
        }
    }
}
