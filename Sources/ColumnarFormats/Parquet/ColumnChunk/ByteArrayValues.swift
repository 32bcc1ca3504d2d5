import S3DBCore

/// Byte strings on their way into the pages of a chunk.
///
/// Columns that come behind a dictionary are translated: each of the source's values is looked up once a chunk,
/// whatever the number of rows and batches.
final class ByteArrayValues: ChunkValues {
    private let options: ParquetOptions
    private let isText: Bool
    private let dictionary: ByteArrayDictionary
    private var positions: DictionaryPositions
    private var plain = BufferBuilder()
    private var isPlainFull = false
    private var extremes = ByteArrayExtremes()
    /// The current page, counted from 1.
    private var page: UInt32 = 1

    /// Where the values of the source's dictionary stand in ours.
    private var translation: [UInt32] = []
    private var lineage: ColumnDictionary.Lineage?

    init(_ options: ParquetOptions, isText: Bool) {
        self.options = options
        self.isText = isText
        dictionary = ByteArrayDictionary(byteLimit: options.dictionaryByteLimit)
        positions = DictionaryPositions(isAllowed: options.dictionaryByteLimit > 0)
    }

    var rowByteCount: Int { DictionaryPositions.width }

    var byteCount: Int {
        plain.count + positions.byteCount(dictionaryCount: dictionary.count) + dictionary.plain.count
    }

    var isPageFull: Bool { isPlainFull || (positions.encoding != .plain && positions.isDictionaryFull) }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        guard case .dictionary(let indices, let source) = column.storage else {
            let buffers = try column.byteArrayBuffers()
            return AnyColumn.withByteArrays(buffers) { strings in
                column.withValidity { append(strings, rows, $0) }
            }
        }
        let buffers = try source.values.byteArrayBuffers()
        return AnyColumn.withByteArrays(buffers) { strings in
            indices.withElements(of: Int32.self) { indices in
                column.withValidity { validity in
                    let strings = IndexedByteArrays(indices: indices, dictionary: strings)
                    if positions.encoding == .plain { return appendPlain(strings, rows, validity) }
                    adopt(source)
                    return translate(strings, rows, validity)
                }
            }
        }
    }

    private func append(_ strings: PlainByteArrays, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?) -> Int {
        positions.encoding == .plain ? appendPlain(strings, rows, validity) : lookUp(strings, rows, validity)
    }

    /// Makes the translation fit a source's dictionary: anew for another lineage, longer for a grown one.
    private func adopt(_ source: ColumnDictionary) {
        if lineage !== source.lineage {
            lineage = source.lineage
            translation.removeAll(keepingCapacity: true)
        }
        let missing = source.values.count - translation.count
        if missing > 0 {
            translation.append(contentsOf: repeatElement(ByteArrayDictionary.none, count: missing))
        }
    }

    /// Appends rows as dictionary positions, by way of the translation.
    private func translate(
        _ strings: IndexedByteArrays, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?
    ) -> Int {
        var row = rows.lowerBound
        translation.withUnsafeMutableBufferPointer { translation in
            positions.append(upTo: rows.count) { target in
                var count = 0
                var lastIndex = -1
                var position = ByteArrayDictionary.none
                while row < rows.upperBound {
                    if ValidityBits.isSet(validity, row) {
                        let index = Int(strings.indices[row])
                        if index != lastIndex {
                            position = translation[index]
                            if position == ByteArrayDictionary.none {
                                position = dictionary.position(of: strings.dictionary.value(at: index))
                                if position == ByteArrayDictionary.none { break }
                                translation[index] = position
                            }
                            note(position)
                            lastIndex = index
                        }
                        target[count] = position
                        count &+= 1
                    }
                    row &+= 1
                }
                return count
            }
        }
        if row < rows.upperBound { positions.isDictionaryFull = true }
        return row - rows.lowerBound
    }

    /// Appends rows as dictionary positions, looking up each string that differs from the one before.
    private func lookUp(_ strings: PlainByteArrays, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?) -> Int {
        var row = rows.lowerBound
        positions.append(upTo: rows.count) { target in
            var count = 0
            var position = ByteArrayDictionary.none
            while row < rows.upperBound {
                if ValidityBits.isSet(validity, row) {
                    let value = strings.value(at: row)
                    if position == ByteArrayDictionary.none || !dictionary.isValue(at: position, value) {
                        position = dictionary.position(of: value)
                        if position == ByteArrayDictionary.none { break }
                        note(position)
                    }
                    target[count] = position
                    count &+= 1
                }
                row &+= 1
            }
            return count
        }
        if row < rows.upperBound { positions.isDictionaryFull = true }
        return row - rows.lowerBound
    }

    /// Widens the page's extremes to hold a string of the dictionary, once a page.
    @inline(__always)
    private func note(_ position: UInt32) {
        guard dictionary.mark(position, page: page) else { return }
        let entry = dictionary.entry(at: position)
        dictionary.plain.withBytes {
            extremes.extend(start: Int(entry.start), count: Int(entry.count), in: $0)
        }
    }

    /// Appends rows in PLAIN encoding, up to the page's byte limit.
    private func appendPlain(
        _ strings: some ByteArraySource, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?
    ) -> Int {
        let (taken, byteCount) = fittingRows(strings, rows, validity)
        let pageStart = plain.count
        plain.append(upTo: byteCount) { target in
            var offset = 0
            for row in rows.prefix(taken) where ValidityBits.isSet(validity, row) {
                let value = strings.value(at: row)
                target.storeBytes(
                    of: UInt32(truncatingIfNeeded: value.count).littleEndian, toByteOffset: offset, as: UInt32.self)
                UnsafeMutableRawBufferPointer(rebasing: target[(offset &+ 4)...]).copyMemory(from: value)
                offset &+= 4 &+ value.count
            }
            return offset
        }
        plain.withBytes { page in
            var offset = pageStart
            for row in rows.prefix(taken) where ValidityBits.isSet(validity, row) {
                let count = strings.value(at: row).count
                extremes.extend(start: offset &+ 4, count: count, in: page)
                offset &+= 4 &+ count
            }
        }
        return taken
    }

    /// How many rows the page still takes, one at least where it is empty, and their bytes in PLAIN encoding.
    private func fittingRows(
        _ strings: some ByteArraySource, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?
    ) -> (rowCount: Int, byteCount: Int) {
        var byteCount = 0
        for row in rows where ValidityBits.isSet(validity, row) {
            let added = 4 &+ strings.value(at: row).count
            let total = plain.count &+ byteCount
            if total > 0 && total &+ added > options.pageByteLimit {
                isPlainFull = true
                return (row - rows.lowerBound, byteCount)
            }
            byteCount &+= added
        }
        return (rows.count, byteCount)
    }

    func closePage() -> Bounds? {
        positions.closePage()
        page += 1
        isPlainFull = false
        defer { extremes = ByteArrayExtremes() }
        if positions.encoding == .plain { return plain.withBytes { bounds(in: $0) } }
        return dictionary.plain.withBytes { bounds(in: $0) }
    }

    private func bounds(in bytes: UnsafeRawBufferPointer) -> Bounds? {
        guard let (minimum, maximum) = extremes.values(in: bytes) else { return nil }
        return Bounds(
            minimum: Array(minimum), maximum: Array(maximum), limit: options.statisticsByteLimit, isText: isText)
    }

    func decide(isLast: Bool) -> Bool {
        let plainByteCount = positions.encoding == .undecided ? waitingPlainByteCount : 0
        return positions.decide(
            isLast: isLast, plainByteCount: plainByteCount, dictionaryByteCount: dictionary.plain.count,
            dictionaryCount: dictionary.count)
    }

    private var waitingPlainByteCount: Int {
        positions.withPositions { positions in
            var total = 0
            for position in positions { total &+= 4 &+ Int(dictionary.entry(at: position).count) }
            return total
        }
    }

    func writePage(_ index: Int, into output: inout BufferBuilder) -> PageEncoding {
        if positions.encoding == .dictionary {
            positions.writePage(index, into: &output)
            return .rleDictionary
        }
        plain.withBytes { output.appendUnsafe($0) }
        var looked = BufferBuilder()
        positions.withPage(index) { positions in
            dictionary.plain.withBytes { plain in
                for position in positions {
                    let entry = dictionary.entry(at: position)
                    // The length stands before the string.
                    let range = Int(entry.start) - 4..<Int(entry.start) + Int(entry.count)
                    looked.appendUnsafe(UnsafeRawBufferPointer(rebasing: plain[range]))
                }
            }
        }
        output.append(looked.bytes)
        return .plain
    }

    func removePages() {
        positions.removePages()
        plain.removeAll()
    }

    func withDictionary(_ body: (RawSpan, Int) throws(S3DBError) -> Void) throws(S3DBError) {
        guard positions.isDictionaryUsed else { return }
        try dictionary.plain.withSpan { (page) throws(S3DBError) in try body(page, dictionary.count) }
    }

    func removeAll() {
        positions.removeAll()
        dictionary.removeAll()
        plain.removeAll()
        isPlainFull = false
        extremes = ByteArrayExtremes()
        page = 1
        translation.removeAll(keepingCapacity: true)
        lineage = nil
    }
}
