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
            case 8: gather(UInt64.self, of: values, into: &output)
            default: gather(byteWidth: byteWidth, of: values, into: &output)
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

    private func gather(byteWidth: Int, of values: Buffer, into output: inout BufferBuilder) {
        values.withUnsafeBytes { values in
            for row in rows {
                let value = Int(row) * byteWidth..<(Int(row) + 1) * byteWidth
                output.appendUnsafe(UnsafeRawBufferPointer(rebasing: values[value]))
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

    /// The chosen values of variable length, by offsets of 4 or 8 bytes.
    func gather(offsets: Buffer, byteWidth: Int, bytes: Buffer) -> AnyColumn.Storage {
        byteWidth == 4 ? gather(offsets: offsets, bytes: bytes) : gather(largeOffsets: offsets, bytes: bytes)
    }

    private func gather(offsets: Buffer, bytes: Buffer) -> AnyColumn.Storage {
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

    private func gather(largeOffsets offsets: Buffer, bytes: Buffer) -> AnyColumn.Storage {
        var ends = BufferBuilder(capacity: (rows.count + 1) * 8)
        var output = BufferBuilder()
        ends.append(value: Int64(0))
        offsets.withElements(of: Int64.self) { offsets in
            bytes.withUnsafeBytes { bytes in
                for row in rows {
                    let value = Int(offsets[Int(row)])..<Int(offsets[Int(row) + 1])
                    output.appendUnsafe(UnsafeRawBufferPointer(rebasing: bytes[value]))
                    ends.append(value: Int64(output.count))
                }
            }
        }
        return .variableLength(offsets: ends.freeze(), bytes: output.freeze())
    }

    // MARK: Nested values

    /// The chosen lists, by offsets of 4 or 8 bytes.
    func gather(offsets: Buffer, byteWidth: Int, elements: AnyColumn) -> AnyColumn.Storage {
        byteWidth == 4
            ? gather(offsets: offsets, Int32.self, elements: elements)
            : gather(offsets: offsets, Int64.self, elements: elements)
    }

    private func gather<Offset: FixedWidthInteger & BitwiseCopyable>(
        offsets: Buffer, _ type: Offset.Type, elements: AnyColumn
    ) -> AnyColumn.Storage {
        var ends = BufferBuilder(capacity: (rows.count + 1) * MemoryLayout<Offset>.size)
        var chosen: [Int32] = []
        ends.append(value: Offset(0))
        offsets.withElements(of: Offset.self) { offsets in
            for row in rows {
                for element in offsets[Int(row)]..<offsets[Int(row) + 1] { chosen.append(Int32(element)) }
                ends.append(value: Offset(chosen.count))
            }
        }
        return .list(offsets: ends.freeze(), elements: elements.gather(chosen))
    }

    /// The positions of the chosen rows' elements, where each row has `count`. Traps beyond 2^31 elements.
    func elements(each count: Int) -> [Int32] {
        rows.flatMap { row in (0..<count).map { Int32(Int(row) * count + $0) } }
    }

    /// The chosen values of runs, as runs.
    func gather(ends: AnyColumn, values: AnyColumn) -> AnyColumn.Storage {
        let all = RunEnds.values(of: ends)
        var runs: [Int32] = []
        var newEnds: [Int] = []
        for (index, row) in rows.enumerated() {
            let run = Int32(RunEnds.run(of: Int(row), in: all))
            if runs.last == run { newEnds.removeLast() } else { runs.append(run) }
            newEnds.append(index + 1)
        }
        return .runs(ends: RunEnds.column(newEnds, as: ends.type), values: values.gather(runs))
    }
}
