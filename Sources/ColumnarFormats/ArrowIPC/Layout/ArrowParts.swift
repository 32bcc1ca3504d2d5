import S3DBCore

/// A plain column taken apart in the order of its layout, as messages and the C Data Interface pass it on.
///
/// The one table of what belongs to which layout is ``S3DBCore/DataType/Layout-swift.enum/arrowBuffers``: buffers here
/// are those but for the validity bits, and the buffers of views behind them.
struct ArrowParts {
    /// The buffers behind the validity bits.
    var buffers: [Buffer] = []
    /// The columns within.
    var children: [AnyColumn] = []

    /// Takes a column apart; of a dictionary-encoded one its positions.
    init(_ storage: AnyColumn.Storage) {
        switch storage {
        case .none: break
        case .fixedWidth(let values): buffers = [values]
        case .bits(let bits): buffers = [bits.buffer]
        case .variableLength(let offsets, let bytes): buffers = [offsets, bytes]
        case .views(let views, let others): buffers = [views] + others
        case .dictionary(let indices, _): buffers = [indices]
        case .list(let offsets, let elements): (buffers, children) = ([offsets], [elements])
        case .listView(let offsets, let sizes, let elements): (buffers, children) = ([offsets, sizes], [elements])
        case .fixedSizeList(let elements): children = [elements]
        case .structure(let columns): children = columns
        case .union(let marks, let offsets, let columns):
            (buffers, children) = ([marks] + (offsets.map { [$0] } ?? []), columns)
        case .runs(let ends, let values): children = [ends, values]
        }
    }

    /// Takes parts that others passed on.
    init(buffers: [Buffer], children: [AnyColumn]) {
        self.buffers = buffers
        self.children = children
    }

    /// Puts `count` values of a type together, checking nothing but the number of parts; nil where it is wrong.
    ///
    /// Children that are longer than the layout needs are cut, as producers may share a child among slices.
    func storage(of type: DataType, count: Int) -> AnyColumn.Storage? {
        let layout = type.layout
        let bufferCount = layout.arrowBuffers.count - (layout.hasValidity ? 1 : 0)
        guard layout == .views ? buffers.count >= bufferCount : buffers.count == bufferCount,
            children.count == type.children.count
        else { return nil }
        switch layout {
        case .none: return AnyColumn.Storage.none
        case .bits: return ArrowBits.bitmap(buffers[0], count: count).map { .bits($0) }
        case .fixedWidth: return .fixedWidth(buffers[0])
        case .variableLength: return .variableLength(offsets: buffers[0], bytes: buffers[1])
        case .views: return .views(buffers[0], Array(buffers.dropFirst()))
        case .list: return .list(offsets: buffers[0], elements: children[0])
        case .listView: return .listView(offsets: buffers[0], sizes: buffers[1], elements: children[0])
        case .fixedSizeList(let size):
            let (total, overflow) = count.multipliedReportingOverflow(by: size)
            return overflow || total < 0 ? nil : .fixedSizeList(elements: Self.cut(children[0], to: total))
        case .structure: return .structure(children.map { Self.cut($0, to: count) })
        case .union(.sparse):
            return .union(marks: buffers[0], offsets: nil, children.map { Self.cut($0, to: count) })
        case .union(.dense): return .union(marks: buffers[0], offsets: buffers[1], children)
        case .runs: return Self.runs(children[0], children[1], count: count)
        }
    }

    private static func cut(_ column: AnyColumn, to count: Int) -> AnyColumn {
        column.count > count ? column.slice(0..<count) : column
    }

    /// Runs may reach beyond the values of a column that was cut.
    private static func runs(_ ends: AnyColumn, _ values: AnyColumn, count: Int) -> AnyColumn.Storage {
        let all = RunEnds.values(of: ends)
        guard ends.validity == nil, all.count == ends.count, values.count >= ends.count, let last = all.last,
            last > count || values.count > ends.count,
            zip(all, all.dropFirst()).allSatisfy({ $0 < $1 }), all[0] > 0
        else { return .runs(ends: ends, values: values) }
        let used = count == 0 ? 0 : min(all.count, RunEnds.run(of: count - 1, in: all) + 1)
        let cut = all[..<used].map { min($0, count) }
        return .runs(ends: RunEnds.column(cut, as: ends.type), values: values.slice(0..<used))
    }
}

/// Bits that others wrote.
enum ArrowBits {
    /// `count` bits of a buffer that may be longer, and whose bits behind the last may be anything; nil where it is
    /// too short.
    static func bitmap(_ buffer: Buffer, count: Int) -> Bitmap? {
        guard let byteCount = ArrowBuffer.bits.byteCount(for: count), count >= 0, buffer.count >= byteCount else {
            return nil
        }
        let bytes = buffer.slice(0..<byteCount)
        guard count % 8 != 0, bytes[byteCount - 1] >> UInt8(count % 8) != 0 else {
            return Bitmap(buffer: bytes, count: count)
        }
        var output = BufferBuilder(capacity: byteCount)
        output.append(bytes.slice(0..<byteCount - 1).bytes)
        output.append(bytes[byteCount - 1] & (1 << UInt8(count % 8) - 1))
        return Bitmap(buffer: output.freeze(), count: count)
    }
}
