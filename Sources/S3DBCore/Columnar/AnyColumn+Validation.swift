extension AnyColumn {
    /// What is wrong with such a column, or nil. O(count) for each level of nesting whose offsets, indices or marks
    /// are compared; the values within were checked when their own columns were made.
    static func problem(type: DataType, count: Int, validity: Bitmap?, storage: Storage) -> String? {
        if count < 0 { return "negative count" }
        if let validity, validity.count != count { return "\(validity.count) validity bits for \(count) values" }
        switch (storage, type.layout) {
        case (.none, .none):
            return validity == nil ? nil : "validity bits where all is null"
        case (.fixedWidth(let values), .fixedWidth(let width)):
            return problem(values, "values", of: width, count: count)
        case (.bits(let bits), .bits):
            return bits.count == count ? nil : "\(bits.count) bits for \(count) values"
        case (.variableLength(let offsets, let bytes), .variableLength(let width)):
            return problem(offsets: offsets, width: width, count: count, of: bytes.count)
        case (.views(let views, let buffers), .views):
            return problem(views: views, count: count, of: buffers)
        case (.dictionary(let indices, let dictionary), _):
            return problem(indices: indices, of: dictionary, type: type, count: count, validity: validity)
        default:
            return nestedProblem(type: type, count: count, validity: validity, storage: storage)
        }
    }

    private static func nestedProblem(type: DataType, count: Int, validity: Bitmap?, storage: Storage) -> String? {
        switch (storage, type.layout) {
        case (.list(let offsets, let elements), .list(let width)):
            return problem(children: [elements], of: type)
                ?? problem(offsets: offsets, width: width, count: count, of: elements.count)
        case (.listView(let offsets, let sizes, let elements), .listView(let width)):
            return problem(children: [elements], of: type)
                ?? problem(views: offsets, sizes, width: width, count: count, of: elements.count)
        case (.fixedSizeList(let elements), .fixedSizeList(let size)):
            if let problem = problem(children: [elements], of: type) { return problem }
            let (expected, overflow) = count.multipliedReportingOverflow(by: size)
            return size >= 0 && !overflow && elements.count == expected
                ? nil : "\(elements.count) elements for \(count) lists of \(size)"
        case (.structure(let children), .structure):
            if let problem = problem(children: children, of: type) { return problem }
            return children.allSatisfy { $0.count == count } ? nil : "children of another length"
        case (.union(let marks, let offsets, let children), .union(let mode)):
            return validity == nil
                ? problem(marks: marks, offsets, children, of: type, mode, count: count) : "validity bits of a union"
        case (.runs(let ends, let values), .runs):
            return validity == nil ? problem(ends: ends, values, of: type, count: count) : "validity bits of runs"
        default: return "storage of another layout"
        }
    }

    private static func problem(children: [AnyColumn], of type: DataType) -> String? {
        let fields = type.children
        guard children.count == fields.count else { return "\(children.count) children for \(fields.count) fields" }
        for (child, field) in zip(children, fields) where child.type != field.type {
            return "a child of \(child.type) where the type says \(field.type)"
        }
        return nil
    }

    /// A buffer must have `count` values of `width` bytes, and start where these can be loaded from.
    private static func problem(_ buffer: Buffer, _ name: String, of width: Int, count: Int) -> String? {
        let (byteCount, overflow) = count.multipliedReportingOverflow(by: width)
        guard width >= 0, !overflow, buffer.count == byteCount else {
            return "\(buffer.count) bytes of \(name) for \(count) of \(width) bytes each"
        }
        return buffer.isAligned(to: valueAlignment(of: width)) ? nil : "\(name) that are not aligned"
    }

    /// What values of so many bytes are aligned to: integers as such, other widths as their parts or not at all.
    private static func valueAlignment(of width: Int) -> Int {
        width > 0 && width & (width - 1) == 0 ? min(width, 8) : 1
    }

    // MARK: Offsets

    /// `count + 1` offsets that grow and end within `limit`.
    private static func problem(offsets: Buffer, width: Int, count: Int, of limit: Int) -> String? {
        let (offsetCount, overflow) = count.addingReportingOverflow(1)
        if overflow { return "too many values" }
        if let problem = problem(offsets, "offsets", of: width, count: offsetCount) { return problem }
        return width == 4
            ? problem(offsets: offsets, Int32.self, of: limit) : problem(offsets: offsets, Int64.self, of: limit)
    }

    private static func problem<Offset: FixedWidthInteger & BitwiseCopyable>(
        offsets: Buffer, _ type: Offset.Type, of limit: Int
    ) -> String? {
        offsets.withElements(of: Offset.self) { offsets in
            guard let first = offsets.first, let last = offsets.last else { return "no offset" }
            // All are looked at: a loop without a way out takes several at a time.
            var shrinks = first < 0
            for index in offsets.indices.dropLast() where offsets[index &+ 1] < offsets[index] { shrinks = true }
            if shrinks { return "offsets that shrink" }
            return Int(last) <= limit ? nil : "offsets beyond the end"
        }
    }

    /// `count` offsets and sizes that lie within `limit`.
    private static func problem(
        views offsets: Buffer, _ sizes: Buffer, width: Int, count: Int, of limit: Int
    ) -> String? {
        if let problem = problem(offsets, "offsets", of: width, count: count) { return problem }
        if let problem = problem(sizes, "sizes", of: width, count: count) { return problem }
        return width == 4
            ? problem(views: offsets, sizes, Int32.self, of: limit)
            : problem(views: offsets, sizes, Int64.self, of: limit)
    }

    private static func problem<Offset: FixedWidthInteger & BitwiseCopyable>(
        views offsets: Buffer, _ sizes: Buffer, _ type: Offset.Type, of limit: Int
    ) -> String? {
        offsets.withElements(of: Offset.self) { offsets in
            sizes.withElements(of: Offset.self) { sizes in
                for (offset, size) in zip(offsets, sizes) {
                    guard offset >= 0, size >= 0, Int(offset) <= limit, Int(size) <= limit - Int(offset) else {
                        return "a list beyond the elements"
                    }
                }
                return nil
            }
        }
    }

    // MARK: Views

    private static func problem(views: Buffer, count: Int, of buffers: [Buffer]) -> String? {
        if let problem = problem(views, "views", of: ValueView.byteCount, count: count) { return problem }
        return views.withUnsafeBytes { bytes in
            for row in 0..<count {
                let view = ValueView(bytes, at: row)
                if view.isInline { continue }
                guard view.length >= 0, buffers.indices.contains(view.buffer), view.offset >= 0,
                    view.offset <= buffers[view.buffer].count, view.length <= buffers[view.buffer].count - view.offset
                else { return "a view beyond its buffer" }
            }
            return nil
        }
    }

    // MARK: Dictionaries

    private static func problem(
        indices: Buffer, of dictionary: ColumnDictionary, type: DataType, count: Int, validity: Bitmap?
    ) -> String? {
        let values = dictionary.values
        guard values.type == type else { return "a dictionary of \(values.type)" }
        if case .dictionary = values.storage { return "a dictionary of positions in another" }
        if values.validity != nil { return "a dictionary that holds nulls" }
        if let problem = problem(indices, "indices", of: 4, count: count) { return problem }
        let size = values.count
        return indices.withElements(of: Int32.self) { indices in
            // As without a sign, a negative index is beyond every dictionary.
            let end = UInt32(clamping: size)
            var areWithin = true
            for index in indices where UInt32(bitPattern: index) >= end { areWithin = false }
            if areWithin { return nil }
            for (row, index) in indices.enumerated() where index < 0 || Int(index) >= size {
                if index == 0, validity.map({ !$0[row] }) ?? false { continue }
                return "index \(index) into a dictionary of \(size)"
            }
            return nil
        }
    }

    // MARK: Unions and runs

    private static func problem(
        marks: Buffer, _ offsets: Buffer?, _ children: [AnyColumn], of type: DataType, _ mode: DataType.UnionMode,
        count: Int
    ) -> String? {
        if let problem = problem(children: children, of: type) { return problem }
        guard case .union(_, let members) = type, marks.count == count else { return "marks of another number" }
        guard (offsets != nil) == (mode == .dense) else { return "offsets that do not fit a \(mode) union" }
        if let offsets, let problem = problem(offsets, "offsets", of: 4, count: count) { return problem }
        if mode == .sparse, !children.allSatisfy({ $0.count == count }) { return "members of another length" }
        // For each mark how many values its member has, where a member has it.
        var valueCounts = [Int](repeating: -1, count: 256)
        for (child, member) in zip(children, members) {
            guard member.id >= 0, valueCounts[Int(member.id)] < 0 else { return "members of one mark, or a negative" }
            valueCounts[Int(member.id)] = child.count
        }
        return (offsets ?? Buffer()).withElements(of: Int32.self) { offsets in
            for (row, mark) in marks.enumerated() {
                let valueCount = valueCounts[Int(mark)]
                guard valueCount >= 0 else { return "a mark of \(mark) that no member has" }
                guard offsets.isEmpty || offsets[row] >= 0 && Int(offsets[row]) < valueCount else {
                    return "an offset beyond its member"
                }
            }
            return nil
        }
    }

    private static func problem(ends: AnyColumn, _ values: AnyColumn, of type: DataType, count: Int) -> String? {
        if let problem = problem(children: [ends, values], of: type) { return problem }
        guard case .fixedWidth = ends.storage, [.int16, .int32, .int64].contains(ends.type), ends.validity == nil,
            ends.count == values.count
        else { return "run ends that do not fit their values" }
        var previous = 0
        for end in RunEnds.values(of: ends) {
            if end <= previous { return "run ends that do not grow" }
            previous = end
        }
        return previous == count ? nil : "runs of \(previous) values for \(count)"
    }
}
