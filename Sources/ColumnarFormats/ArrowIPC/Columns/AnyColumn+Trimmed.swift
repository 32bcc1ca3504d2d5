import S3DBCore

extension AnyColumn {
    /// The same values in no more memory than they take, here and within, their offsets counted from 0: what a message
    /// is to have of a slice. O(1) where nothing is to be left out, but for views, list views and dense unions O(count).
    func trimmed() -> AnyColumn {
        AnyColumn(uncheckedType: type, count: count, validity: validity, storage: trimmedStorage())
    }

    private func trimmedStorage() -> Storage {
        switch storage {
        case .none, .fixedWidth, .bits, .dictionary: return storage
        case .variableLength(let offsets, let bytes):
            let (moved, used) = trimmed(offsets: offsets)
            return .variableLength(offsets: moved, bytes: bytes.slice(used))
        case .views(let views, let buffers): return ArrowViews.trimmed(views, buffers)
        case .list(let offsets, let elements):
            let (moved, used) = trimmed(offsets: offsets)
            return .list(offsets: moved, elements: elements.slice(used).trimmed())
        case .listView(let offsets, let sizes, let elements):
            return type.layout == .listView(offsetByteWidth: 4)
                ? Self.trimmed(offsets, sizes, elements, Int32.self)
                : Self.trimmed(offsets, sizes, elements, Int64.self)
        case .fixedSizeList(let elements): return .fixedSizeList(elements: elements.trimmed())
        case .structure(let children): return .structure(children.map { $0.trimmed() })
        case .union(let marks, nil, let children):
            return .union(marks: marks, offsets: nil, children.map { $0.trimmed() })
        case .union(let marks, let offsets?, let children): return trimmed(marks, offsets, children)
        case .runs(let ends, let values): return .runs(ends: ends, values: values.trimmed())
        }
    }

    private func trimmed(offsets: Buffer) -> (Buffer, Range<Int>) {
        switch type.layout {
        case .variableLength(8), .list(8): Self.trimmed(offsets: offsets, Int64.self)
        default: Self.trimmed(offsets: offsets, Int32.self)
        }
    }

    /// Offsets that begin at 0, and what they refer to.
    private static func trimmed<Offset: FixedWidthInteger & BitwiseCopyable>(
        offsets: Buffer, _ type: Offset.Type
    ) -> (Buffer, Range<Int>) {
        offsets.withElements(of: Offset.self) { values in
            guard let first = values.first, let last = values.last else { return (offsets, 0..<0) }
            let used = Int(first)..<Int(last)
            if first == 0 { return (offsets, used) }
            var moved = BufferBuilder(capacity: offsets.count)
            for value in values { moved.append(value: value - first) }
            return (moved.freeze(), used)
        }
    }

    /// List views whose elements stand in the order of the lists.
    private static func trimmed<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: Buffer, _ sizes: Buffer, _ elements: AnyColumn, _ type: Offset.Type
    ) -> Storage {
        offsets.withElements(of: Offset.self) { starts in
            sizes.withElements(of: Offset.self) { lengths in
                var total = 0
                var isInOrder = true
                for (start, length) in zip(starts, lengths) {
                    isInOrder = isInOrder && (length == 0 || Int(start) == total)
                    total += Int(length)
                }
                if isInOrder && total == elements.count {
                    return .listView(offsets: offsets, sizes: sizes, elements: elements.trimmed())
                }
                var moved = BufferBuilder(capacity: offsets.count)
                var rows: [Int32] = []
                for (start, length) in zip(starts, lengths) {
                    moved.append(value: Offset(rows.count))
                    for element in start..<start + length { rows.append(Int32(element)) }
                }
                return .listView(offsets: moved.freeze(), sizes: sizes, elements: elements.gather(rows).trimmed())
            }
        }
    }

    /// A dense union whose members have the values of its rows, in their order, and no others.
    private func trimmed(_ marks: Buffer, _ offsets: Buffer, _ children: [AnyColumn]) -> Storage {
        guard case .union(_, let members) = type else { return storage }
        var memberOfMark = [Int](repeating: 0, count: 256)
        for (index, member) in members.enumerated() { memberOfMark[Int(UInt8(bitPattern: member.id))] = index }
        var rows: [[Int32]] = members.map { _ in [] }
        var moved = BufferBuilder(capacity: offsets.count)
        offsets.withElements(of: Int32.self) { offsets in
            for (mark, offset) in zip(marks, offsets) {
                let member = memberOfMark[Int(mark)]
                moved.append(value: Int32(rows[member].count))
                rows[member].append(offset)
            }
        }
        let chosen = zip(children, rows).map { child, rows in
            // Most often these are all the values in order, which are then shared.
            rows.count == child.count && rows.enumerated().allSatisfy { Int($1) == $0 }
                ? child.trimmed() : child.gather(rows).trimmed()
        }
        return .union(marks: marks, offsets: moved.freeze(), chosen)
    }

    /// About how many bytes the values take; trimmed columns are counted well.
    var approximateByteCount: Int {
        let own: Int =
            switch storage {
            case .views(let views, let buffers): views.count + buffers.reduce(0) { $0 + $1.count }
            default: ArrowParts(storage).buffers.reduce(0) { $0 + $1.count }
            }
        return own + (validity?.buffer.count ?? 0)
            + ArrowParts(storage).children.reduce(0) { $0 + $1.approximateByteCount }
    }
}

/// Views that refer to no more bytes than their values have.
enum ArrowViews {
    /// The most bytes that are put into one buffer, where one value does not take more.
    static let bufferByteLimit = 1 << 30

    /// The same values over new buffers; over those at hand where these hold little else.
    static func trimmed(_ views: Buffer, _ buffers: [Buffer]) -> AnyColumn.Storage {
        let count = views.count / ValueView.byteCount
        var used = 0
        for row in 0..<count {
            let view = ValueView(views, at: row)
            if !view.isInline { used += view.length }
        }
        let total = buffers.reduce(0) { $0 + $1.count }
        // A buffer each for few bytes costs more than it saves.
        if total <= used + used / 4, buffers.count <= 1 + total / ArrowViews.worthwhileByteCount {
            return .views(views, buffers)
        }
        return copied(views, buffers, count)
    }

    /// The mean size from which buffers are not joined.
    private static let worthwhileByteCount = 4096

    private static func copied(_ views: Buffer, _ buffers: [Buffer], _ count: Int) -> AnyColumn.Storage {
        var output = BufferBuilder(capacity: views.count)
        var bytes = BufferBuilder()
        var full: [Buffer] = []
        for row in 0..<count {
            let start = row * ValueView.byteCount
            let view = ValueView(views, at: row)
            if view.isInline {
                output.append(views.slice(start..<start + ValueView.byteCount).bytes)
                continue
            }
            if bytes.count + view.length > bufferByteLimit, !bytes.isEmpty { full.append(bytes.freeze()) }
            output.append(views.slice(start..<start + 4).bytes)
            let value = buffers[view.buffer].slice(view.offset..<view.offset + view.length)
            output.append(value.slice(0..<4).bytes)
            output.append(value: Int32(full.count))
            output.append(value: Int32(bytes.count))
            bytes.append(value.bytes)
        }
        if !bytes.isEmpty { full.append(bytes.freeze()) }
        return .views(output.freeze(), full)
    }
}
