import S3DBCore

/// Values of bytes of one length on their way into the pages of a chunk.
///
/// They go the way of byte strings, and lose their lengths in the page. Bounds are their own: how values compare depends
/// on what they mean.
final class FixedLengthValues: ChunkValues {
    private let strings: ByteArrayValues
    private let width: Int
    private var extremes: FixedLengthExtremes

    /// - Parameter stored: A type of fixed-length byte arrays.
    init(_ options: ParquetOptions, _ stored: StoredType) {
        strings = ByteArrayValues(options, isText: false)
        width = stored.fixedByteCount
        // Bounds cannot be cut: readers take them for values of the column's length.
        extremes = FixedLengthExtremes(
            width: width, order: width > options.statisticsByteLimit ? .undefined : stored.order)
    }

    var rowByteCount: Int { strings.rowByteCount }
    var byteCount: Int { strings.byteCount }
    var isPageFull: Bool { strings.isPageFull }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        let (column, strings) = try slice(column, rows)
        return note(column, try self.strings.append(strings, 0..<rows.count))
    }

    func appendWhole(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        let (column, strings) = try slice(column, rows)
        return note(column, try self.strings.appendWhole(strings, 0..<rows.count))
    }

    func room(for column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        try strings.room(for: try slice(column, rows).strings, 0..<rows.count)
    }

    func removeLast(_ count: Int) {
        strings.removeLast(count)
    }

    /// Some rows of a column as bytes of one length, and as byte strings.
    private func slice(
        _ column: AnyColumn, _ rows: Range<Int>
    ) throws(S3DBError) -> (values: AnyColumn, strings: AnyColumn) {
        let values = try column.slice(rows).plain()
        let bytes = try values.fixedWidthValues()
        let (byteCount, overflow) = rows.count.multipliedReportingOverflow(by: width)
        guard !overflow, Int32(exactly: byteCount) != nil else {
            throw S3DBError(
                .limitExceeded, "a batch has more than 2 GiB in one column", remedy: "Make batches of fewer rows")
        }
        let offsets = (0...rows.count).map { Int32(truncatingIfNeeded: $0 * width) }
        let strings = AnyColumn(
            uncheckedType: .binary, count: rows.count, validity: values.validity,
            storage: .variableLength(offsets: Buffer(copying: offsets), bytes: bytes))
        return (values, strings)
    }

    /// Widens the extremes to hold the first values of a column.
    private func note(_ column: AnyColumn, _ taken: Int) -> Int {
        guard case .fixedWidth(let values) = column.storage else { return taken }
        values.withUnsafeBytes { values in
            column.withValidity { extremes.extend(values, rows: 0..<taken, $0) }
        }
        return taken
    }

    func closePage() -> Bounds? {
        _ = strings.closePage()
        return extremes.take()
    }

    func decide(isLast: Bool) -> Bool { strings.decide(isLast: isLast) }

    func writePage(_ index: Int, into output: inout BufferBuilder) -> PageEncoding {
        let start = output.count
        let encoding = strings.writePage(index, into: &output)
        if encoding == .plain { removeLengths(in: &output, from: start) }
        return encoding
    }

    /// Drops the lengths before the values from byte `start` on.
    private func removeLengths(in output: inout BufferBuilder, from start: Int) {
        let count = (output.count - start) / (4 + width)
        output.withUnsafeMutableBytes { bytes in
            guard let base = bytes.baseAddress else { return }
            for index in 0..<count {
                (base + start + index * width).copyMemory(
                    from: base + start + index * (4 + width) + 4, byteCount: width)
            }
        }
        output.truncate(to: start + count * width)
    }

    func removePages() {
        strings.removePages()
    }

    func withDictionary(_ body: (RawSpan, Int) throws(S3DBError) -> Void) throws(S3DBError) {
        var page = BufferBuilder()
        var count = 0
        try strings.withDictionary { (bytes, valueCount) throws(S3DBError) in
            page.append(bytes)
            count = valueCount
        }
        if count == 0 { return }
        removeLengths(in: &page, from: 0)
        try body(page.bytes, count)
    }

    func removeAll() {
        strings.removeAll()
        _ = extremes.take()
    }
}
