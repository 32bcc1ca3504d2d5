/// Rows chosen from columns of one length: their positions, and the runs that these make.
struct RowSelection {
    let rows: [Int32]

    /// The rows as ranges, where these are long enough to be copied one by one; nil where rows are scattered.
    let runs: [Range<Int>]?

    /// The mean length from which a run costs less than its rows do one by one.
    private static let worthwhileRunLength = 4

    /// Takes positions in columns of `count` rows. Traps out of bounds. O(rows).
    init(_ rows: [Int32], of count: Int) {
        self.rows = rows
        let runCount = Self.runCount(rows, of: count)
        runs = runCount * Self.worthwhileRunLength <= rows.count ? Self.runs(rows, count: runCount) : nil
    }

    private static func runCount(_ rows: [Int32], of count: Int) -> Int {
        var runCount = 0
        var expected: Int32 = -1
        for row in rows {
            precondition(row >= 0 && Int(row) < count, "row out of bounds")
            if row != expected { runCount += 1 }
            expected = row &+ 1
        }
        return runCount
    }

    private static func runs(_ rows: [Int32], count: Int) -> [Range<Int>] {
        var runs: [Range<Int>] = []
        runs.reserveCapacity(count)
        var start = 0
        var end = 0
        for row in rows.lazy.map(Int.init) {
            if row != end || start == end {
                if start < end { runs.append(start..<end) }
                start = row
            }
            end = row + 1
        }
        if start < end { runs.append(start..<end) }
        return runs
    }

    /// The chosen values of a buffer of `byteWidth` bytes each.
    func gather(_ values: Buffer, byteWidth: Int) -> Buffer {
        var output = BufferBuilder(capacity: rows.count * byteWidth)
        if let runs {
            values.withUnsafeBytes { values in
                for run in runs {
                    let range = run.lowerBound * byteWidth..<run.upperBound * byteWidth
                    output.appendUnsafe(UnsafeRawBufferPointer(rebasing: values[range]))
                }
            }
        } else {
            switch byteWidth {
            case 1: gather(UInt8.self, of: values, into: &output)
            case 2: gather(UInt16.self, of: values, into: &output)
            case 4: gather(UInt32.self, of: values, into: &output)
            default: gather(UInt64.self, of: values, into: &output)
            }
        }
        return output.freeze()
    }

    private func gather<Word: FixedWidthInteger & BitwiseCopyable>(
        _ type: Word.Type, of values: Buffer, into output: inout BufferBuilder
    ) {
        values.withElements(of: Word.self) { values in
            output.append(upTo: rows.count * MemoryLayout<Word>.size) { output in
                var position = 0
                for row in rows {
                    output.storeBytes(of: values[Int(row)], toByteOffset: position, as: Word.self)
                    position += MemoryLayout<Word>.size
                }
                return position
            }
        }
    }

    /// The chosen bits.
    func gather(_ bits: Bitmap) -> Bitmap {
        var output = BitmapBuilder()
        if let runs {
            for run in runs { output.append(bits, run) }
        } else {
            bits.buffer.withUnsafeBytes { bytes in
                for row in rows { output.append(bytes[Int(row) >> 3] >> UInt8(row & 7) & 1 == 1) }
            }
        }
        return output.freeze()
    }

    /// The chosen values of variable length.
    func gather(offsets: Buffer, bytes: Buffer) -> AnyColumn.Storage {
        var ends = BufferBuilder(capacity: (rows.count + 1) * 4)
        var text = BufferBuilder()
        ends.append(value: Int32(0))
        rows.withUnsafeBufferPointer { rows in
            offsets.withElements(of: Int32.self) { offsets in
                bytes.withUnsafeBytes { bytes in
                    let values = VariableLengthKernel.Values(offsets: offsets, bytes: bytes)
                    let chosen = VariableLengthKernel.Rows(indices: rows, validity: nil)
                    let all = 0..<rows.count
                    let total = VariableLengthKernel.appendEnds(of: chosen, all, in: values, from: 0, to: &ends)
                    precondition(total <= Int(Int32.max), "more than 2 GiB of text")
                    VariableLengthKernel.appendBytes(of: chosen, all, in: values, byteCount: total, to: &text)
                }
            }
        }
        return .variableLength(offsets: ends.freeze(), bytes: text.freeze())
    }
}
