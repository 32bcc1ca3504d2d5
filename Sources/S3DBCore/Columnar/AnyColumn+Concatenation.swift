extension AnyColumn {
    /// The values of columns of one type, one column after the other. O(values), and what they refer to.
    ///
    /// A dictionary is kept where all columns have one of the same lineage; otherwise values become plain.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for no column or columns of several types,
    ///   ``S3DBError/Code/limitExceeded`` where 32-bit offsets or run ends do not reach so far.
    public static func concatenated(_ columns: [AnyColumn]) throws(S3DBError) -> AnyColumn {
        guard let first = columns.first, columns.allSatisfy({ $0.type == first.type }) else {
            throw S3DBError(.invalidArgument, "only columns of one type can follow one another")
        }
        if columns.count == 1 { return first }
        let storage: Storage
        if let shared = sharedDictionary(columns) {
            storage = .dictionary(indices: joined(columns.compactMap(\.indices)), shared)
        } else {
            var plain: [AnyColumn] = []
            for column in columns { plain.append(try column.plain()) }
            storage = try ColumnJoin(type: first.type, columns: plain).storage()
        }
        let count = columns.reduce(0) { $0 + $1.count }
        return AnyColumn(uncheckedType: first.type, count: count, validity: validity(of: columns), storage: storage)
    }

    /// The longest of the columns' dictionaries, where all extend one another.
    private static func sharedDictionary(_ columns: [AnyColumn]) -> ColumnDictionary? {
        var longest: ColumnDictionary?
        for column in columns {
            guard case .dictionary(_, let dictionary) = column.storage,
                longest.map({ $0.lineage === dictionary.lineage }) ?? true
            else { return nil }
            if dictionary.values.count >= longest?.values.count ?? 0 { longest = dictionary }
        }
        return longest
    }

    private var indices: Buffer? {
        if case .dictionary(let indices, _) = storage { indices } else { nil }
    }

    private static func validity(of columns: [AnyColumn]) -> Bitmap? {
        guard columns.contains(where: { $0.validity != nil }) else { return nil }
        var bits = BitmapBuilder()
        for column in columns {
            if let validity = column.validity {
                bits.append(validity, 0..<column.count)
            } else {
                bits.append(true, repeating: column.count)
            }
        }
        return bits.freeze()
    }

    fileprivate static func joined(_ buffers: [Buffer]) -> Buffer {
        var output = BufferBuilder(capacity: buffers.reduce(0) { $0 + $1.count })
        for buffer in buffers { output.append(buffer.bytes) }
        return output.freeze()
    }
}

/// Puts plain columns of one type behind one another.
private struct ColumnJoin {
    let type: DataType
    let columns: [AnyColumn]

    func storage() throws(S3DBError) -> AnyColumn.Storage {
        switch type.layout {
        case .none: return .none
        case .bits: return .bits(bits())
        case .fixedWidth:
            return .fixedWidth(
                AnyColumn.joined(columns.compactMap { if case .fixedWidth(let b) = $0.storage { b } else { nil } }))
        case .variableLength(4): return try variableLength(Int32.self)
        case .variableLength: return try variableLength(Int64.self)
        case .views: return try views()
        case .list(4): return try lists(Int32.self)
        case .list: return try lists(Int64.self)
        case .listView(4): return try listViews(Int32.self)
        case .listView: return try listViews(Int64.self)
        case .fixedSizeList: return .fixedSizeList(elements: try child(0))
        case .structure: return .structure(try children())
        case .union(.sparse): return .union(marks: marks(), offsets: nil, try children())
        case .union(.dense): return try denseUnion()
        case .runs: return try runs()
        }
    }

    private func bits() -> Bitmap {
        var output = BitmapBuilder()
        for column in columns {
            if case .bits(let bits) = column.storage { output.append(bits, 0..<column.count) }
        }
        return output.freeze()
    }

    // MARK: Children

    /// The columns within one of the columns.
    private static func children(of column: AnyColumn) -> [AnyColumn] {
        switch column.storage {
        case .list(_, let elements), .listView(_, _, let elements), .fixedSizeList(let elements): [elements]
        case .structure(let children), .union(_, _, let children): children
        case .runs(let ends, let values): [ends, values]
        default: []
        }
    }

    private func child(_ index: Int) throws(S3DBError) -> AnyColumn {
        try .concatenated(columns.map { Self.children(of: $0)[index] })
    }

    private func children() throws(S3DBError) -> [AnyColumn] {
        var output: [AnyColumn] = []
        for index in type.children.indices { output.append(try child(index)) }
        return output
    }

    // MARK: Offsets

    /// Appends offsets moved by `shift`.
    private static func append<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: some Sequence<Offset>, shift: Int, to output: inout BufferBuilder
    ) throws(S3DBError) {
        for offset in offsets {
            guard let moved = Offset(exactly: Int(offset) + shift) else {
                throw S3DBError(
                    .limitExceeded, "the values of a column are more than its \(Offset.bitWidth)-bit offsets reach",
                    remedy: "Make batches of fewer rows")
            }
            output.append(value: moved)
        }
    }

    /// Appends the ends of values that come behind `count` bytes or elements of other columns; returns what of their own
    /// the offsets refer to.
    private static func appendEnds<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ type: Offset.Type, of offsets: Buffer, behind count: Int, to output: inout BufferBuilder
    ) throws(S3DBError) -> Range<Int> {
        try offsets.withElements(of: Offset.self) { (offsets) throws(S3DBError) -> Range<Int> in
            guard let first = offsets.first, let last = offsets.last else { return 0..<0 }
            try append(offsets.dropFirst(), shift: count - Int(first), to: &output)
            return Int(first)..<Int(last)
        }
    }

    private func variableLength<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ type: Offset.Type
    ) throws(S3DBError) -> AnyColumn.Storage {
        var ends = BufferBuilder()
        var output = BufferBuilder()
        ends.append(value: Offset(0))
        for column in columns {
            guard case .variableLength(let offsets, let bytes) = column.storage else { continue }
            let used = try Self.appendEnds(type, of: offsets, behind: output.count, to: &ends)
            output.append(bytes.slice(used).bytes)
        }
        return .variableLength(offsets: ends.freeze(), bytes: output.freeze())
    }

    private func lists<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ type: Offset.Type
    ) throws(S3DBError) -> AnyColumn.Storage {
        var ends = BufferBuilder()
        var elementCount = 0
        var chosen: [AnyColumn] = []
        ends.append(value: Offset(0))
        for column in columns {
            guard case .list(let offsets, let elements) = column.storage else { continue }
            let used = try Self.appendEnds(type, of: offsets, behind: elementCount, to: &ends)
            elementCount += used.count
            chosen.append(elements.slice(used))
        }
        return .list(offsets: ends.freeze(), elements: try .concatenated(chosen))
    }

    private func listViews<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ type: Offset.Type
    ) throws(S3DBError) -> AnyColumn.Storage {
        var starts = BufferBuilder()
        var lengths = BufferBuilder()
        var elementCount = 0
        for column in columns {
            guard case .listView(let offsets, let sizes, let elements) = column.storage else { continue }
            try offsets.withElements(of: Offset.self) { (offsets) throws(S3DBError) in
                try Self.append(offsets, shift: elementCount, to: &starts)
            }
            lengths.append(sizes.bytes)
            elementCount += elements.count
        }
        return .listView(offsets: starts.freeze(), sizes: lengths.freeze(), elements: try child(0))
    }

    private func views() throws(S3DBError) -> AnyColumn.Storage {
        var output = BufferBuilder()
        var all: [Buffer] = []
        for column in columns {
            guard case .views(let views, let buffers) = column.storage else { continue }
            let first = output.count
            output.append(views.bytes)
            output.withUnsafeMutableBytes { bytes in
                ValueView.moveBuffers(of: UnsafeMutableRawBufferPointer(rebasing: bytes[first...]), by: all.count)
            }
            all += buffers
        }
        guard all.count <= Int(Int32.max) else {
            throw S3DBError(.limitExceeded, "the views of a column have more than 2^31 - 1 buffers")
        }
        return .views(output.freeze(), all)
    }

    // MARK: Unions and runs

    private func marks() -> Buffer {
        AnyColumn.joined(columns.compactMap { if case .union(let marks, _, _) = $0.storage { marks } else { nil } })
    }

    private func denseUnion() throws(S3DBError) -> AnyColumn.Storage {
        guard case .union(_, let members) = type else { return .none }
        var output = BufferBuilder()
        // For each mark how many values its member has so far.
        var valueCounts = [Int](repeating: 0, count: 256)
        for column in columns {
            guard case .union(let marks, let offsets?, let children) = column.storage else { continue }
            try offsets.withElements(of: Int32.self) { (offsets) throws(S3DBError) in
                for row in 0..<column.count {
                    try Self.append(CollectionOfOne(offsets[row]), shift: valueCounts[Int(marks[row])], to: &output)
                }
            }
            for (member, child) in zip(members, children) {
                valueCounts[Int(UInt8(bitPattern: member.id))] += child.count
            }
        }
        return .union(marks: marks(), offsets: output.freeze(), try children())
    }

    private func runs() throws(S3DBError) -> AnyColumn.Storage {
        var ends: [Int] = []
        var count = 0
        for column in columns {
            guard case .runs(let columnEnds, _) = column.storage else { continue }
            ends += RunEnds.values(of: columnEnds).map { $0 + count }
            count += column.count
        }
        let endType = type.children[0].type
        guard let column = RunEnds.column(exactly: ends, as: endType) else {
            throw S3DBError(.limitExceeded, "runs of \(count) values, which \(endType) does not reach")
        }
        return .runs(ends: column, values: try child(1))
    }
}
