extension AnyColumn {
    /// The values at `range`, sharing their memory; bits are copied. O(1 + range / 64), for runs O(runs), for structures
    /// and unions that for each child.
    ///
    /// The offsets of text and lists begin where the slice does, not at 0. Traps when `range` does not lie within the
    /// column.
    public func slice(_ range: Range<Int>) -> AnyColumn {
        precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice out of bounds")
        let storage: Storage =
            switch storage {
            case .none: .none
            case .fixedWidth(let values): .fixedWidth(Self.slice(values, range, byteWidth: type.byteWidth ?? 1))
            case .bits(let bits): .bits(Self.slice(bits, range))
            case .variableLength(let offsets, let bytes):
                .variableLength(offsets: slice(offsets: offsets, range), bytes: bytes)
            case .views(let views, let buffers):
                .views(Self.slice(views, range, byteWidth: ValueView.byteCount), buffers)
            case .dictionary(let indices, let dictionary):
                .dictionary(indices: Self.slice(indices, range, byteWidth: 4), dictionary)
            case .list(let offsets, let elements):
                .list(offsets: slice(offsets: offsets, range), elements: elements)
            case .listView(let offsets, let sizes, let elements):
                .listView(
                    offsets: Self.slice(offsets, range, byteWidth: offsetByteWidth),
                    sizes: Self.slice(sizes, range, byteWidth: offsetByteWidth), elements: elements)
            case .fixedSizeList(let elements):
                .fixedSizeList(
                    elements: elements.slice(range.lowerBound * elementCount..<range.upperBound * elementCount))
            case .structure(let children): .structure(children.map { $0.slice(range) })
            case .union(let marks, let offsets, let children):
                .union(
                    marks: marks.slice(range), offsets: offsets.map { Self.slice($0, range, byteWidth: 4) },
                    offsets == nil ? children.map { $0.slice(range) } : children)
            case .runs(let ends, let values): Self.slice(ends, values, range)
            }
        return AnyColumn(
            uncheckedType: type, count: range.count, validity: validity.map { Self.slice($0, range) },
            storage: storage)
    }

    /// The values at some positions, in their order; a dictionary is kept. O(rows and the elements of their lists).
    ///
    /// Traps like ``RecordBatch/gather(_:)``.
    public func gather(_ rows: [Int32]) -> AnyColumn {
        gather(RowSelection(rows, of: count))
    }

    func gather(_ selection: RowSelection) -> AnyColumn {
        let storage: Storage =
            switch storage {
            case .none: .none
            case .fixedWidth(let values): .fixedWidth(selection.gather(values, byteWidth: type.byteWidth ?? 1))
            case .bits(let bits): .bits(selection.gather(bits))
            case .variableLength(let offsets, let bytes):
                selection.gather(offsets: offsets, byteWidth: offsetByteWidth, bytes: bytes)
            case .views(let views, let buffers):
                .views(selection.gather(views, byteWidth: ValueView.byteCount), buffers)
            case .dictionary(let indices, let dictionary):
                .dictionary(indices: selection.gather(indices, byteWidth: 4), dictionary)
            case .list(let offsets, let elements):
                selection.gather(offsets: offsets, byteWidth: offsetByteWidth, elements: elements)
            case .listView(let offsets, let sizes, let elements):
                .listView(
                    offsets: selection.gather(offsets, byteWidth: offsetByteWidth),
                    sizes: selection.gather(sizes, byteWidth: offsetByteWidth), elements: elements)
            case .fixedSizeList(let elements):
                .fixedSizeList(elements: elements.gather(selection.elements(each: elementCount)))
            case .structure(let children): .structure(children.map { $0.gather(selection) })
            case .union(let marks, let offsets, let children):
                .union(
                    marks: selection.gather(marks, byteWidth: 1),
                    offsets: offsets.map { selection.gather($0, byteWidth: 4) },
                    offsets == nil ? children.map { $0.gather(selection) } : children)
            case .runs(let ends, let values): selection.gather(ends: ends, values: values)
            }
        return AnyColumn(
            uncheckedType: type, count: selection.rows.count, validity: validity.map { selection.gather($0) },
            storage: storage)
    }

    /// The bytes of an offset; 4 for types without.
    private var offsetByteWidth: Int {
        switch type.layout {
        case .variableLength(let width), .list(let width), .listView(let width): width
        default: 4
        }
    }

    /// The elements of each value of a list of fixed size; 0 for other types.
    private var elementCount: Int {
        if case .fixedSizeList(let count) = type.layout { count } else { 0 }
    }

    private func slice(offsets: Buffer, _ range: Range<Int>) -> Buffer {
        Self.slice(offsets, range.lowerBound..<range.upperBound + 1, byteWidth: offsetByteWidth)
    }

    private static func slice(_ values: Buffer, _ range: Range<Int>, byteWidth: Int) -> Buffer {
        values.slice(range.lowerBound * byteWidth..<range.upperBound * byteWidth)
    }

    private static func slice(_ bits: Bitmap, _ range: Range<Int>) -> Bitmap {
        var output = BitmapBuilder()
        output.append(bits, range)
        return output.freeze()
    }

    /// The runs that meet a range, cut to it.
    private static func slice(_ ends: AnyColumn, _ values: AnyColumn, _ range: Range<Int>) -> Storage {
        let all = RunEnds.values(of: ends)
        guard !range.isEmpty else {
            return .runs(ends: RunEnds.column([], as: ends.type), values: values.slice(0..<0))
        }
        let runs = RunEnds.run(of: range.lowerBound, in: all)..<RunEnds.run(of: range.upperBound - 1, in: all) + 1
        let cut = all[runs].map { min($0, range.upperBound) - range.lowerBound }
        return .runs(ends: RunEnds.column(cut, as: ends.type), values: values.slice(runs))
    }
}
