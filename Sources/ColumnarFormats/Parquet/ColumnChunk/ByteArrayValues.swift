import S3DBCore

/// Byte strings on their way into the pages of a chunk.
///
/// Columns that come behind a dictionary are translated: each of the source's values is looked up once a chunk,
/// whatever the number of rows and batches.
final class ByteArrayValues: ChunkValues {
    private let options: ParquetOptions
    private let isText: Bool
    private var dictionary: ByteArrayDictionary
    private var waiting: WaitingValues
    private var isPlainFull = false
    /// Of the current page's values in PLAIN encoding.
    private var plainExtremes = ByteArrayExtremes()

    /// Where the values of the source's dictionary stand in ours.
    private var translation: [UInt32] = []
    private var lineage: ColumnDictionary.Lineage?

    init(_ options: ParquetOptions, isText: Bool) {
        self.options = options
        self.isText = isText
        dictionary = ByteArrayDictionary(byteLimit: options.dictionaryByteLimit)
        waiting = WaitingValues(options)
    }

    var rowByteCount: Int { WaitingValues.width }

    var byteCount: Int { waiting.byteCount(dictionaryCount: dictionary.count) + dictionary.plain.count }

    var isPageFull: Bool { isPlainFull || (waiting.encoding != .plain && waiting.isDictionaryFull) }

    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        try append(column, rows, pageByteLimit: options.pageByteLimit)
    }

    func appendWhole(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        try append(column, rows, pageByteLimit: .max)
    }

    func removeLast(_ count: Int) {
        waiting.removeLast(count)
    }

    func room(for column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        guard waiting.encoding == .plain else { return rows.count }
        guard case .dictionary(let indices, let source) = column.storage else {
            return AnyColumn.withByteArrays(try column.byteArrayBuffers()) { strings in
                column.withValidity { fittingRows(strings, rows, $0, options.pageByteLimit).rowCount }
            }
        }
        return AnyColumn.withByteArrays(try source.values.byteArrayBuffers()) { strings in
            indices.withElements(of: Int32.self) { indices in
                column.withValidity { validity in
                    let strings = IndexedByteArrays(indices: indices, dictionary: strings)
                    return fittingRows(strings, rows, validity, options.pageByteLimit).rowCount
                }
            }
        }
    }

    private func append(
        _ column: AnyColumn, _ rows: Range<Int>, pageByteLimit: Int
    ) throws(S3DBError) -> Int {
        guard case .dictionary(let indices, let source) = column.storage else {
            let buffers = try column.byteArrayBuffers()
            return AnyColumn.withByteArrays(buffers) { strings in
                column.withValidity { append(strings, rows, $0, pageByteLimit) }
            }
        }
        let buffers = try source.values.byteArrayBuffers()
        return AnyColumn.withByteArrays(buffers) { strings in
            indices.withElements(of: Int32.self) { indices in
                column.withValidity { validity in
                    let strings = IndexedByteArrays(indices: indices, dictionary: strings)
                    if waiting.encoding == .plain { return appendPlain(strings, rows, validity, pageByteLimit) }
                    adopt(source)
                    return noteFull(
                        Self.translate(strings, rows, validity, &translation, &dictionary, into: &waiting), of: rows)
                }
            }
        }
    }

    private func append(
        _ strings: PlainByteArrays, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?, _ pageByteLimit: Int
    ) -> Int {
        if waiting.encoding == .plain { return appendPlain(strings, rows, validity, pageByteLimit) }
        return noteFull(Self.lookUp(strings, rows, validity, &dictionary, into: &waiting), of: rows)
    }

    /// Notes that the dictionary is full where not all of `rows` were taken.
    private func noteFull(_ taken: Int, of rows: Range<Int>) -> Int {
        if taken < rows.count { waiting.isDictionaryFull = true }
        return taken
    }

    /// Makes the translation fit a source's dictionary: anew for another lineage, longer for a grown one.
    private func adopt(_ source: ColumnDictionary) {
        if lineage !== source.lineage {
            lineage = source.lineage
            translation.removeAll(keepingCapacity: true)
        }
        let missing = source.values.count - translation.count
        if missing > 0 {
            translation.append(contentsOf: repeatElement(PositionTable.none, count: missing))
        }
    }

    // The loops are given what they change, so that no access to a property is checked for each value.

    /// Appends rows as dictionary positions, by way of the translation, and returns how many there was room for.
    private static func translate(
        _ strings: IndexedByteArrays, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?,
        _ translation: inout [UInt32], _ dictionary: inout ByteArrayDictionary, into waiting: inout WaitingValues
    ) -> Int {
        var row = rows.lowerBound
        translation.withUnsafeMutableBufferPointer { translation in
            waiting.append(upTo: rows.count) { target in
                var count = 0
                var lastIndex = -1
                var position = PositionTable.none
                while row < rows.upperBound {
                    if ValidityBits.isSet(validity, row) {
                        let index = Int(strings.indices[row])
                        if index != lastIndex {
                            position = translation[index]
                            if position == PositionTable.none {
                                position = dictionary.position(of: strings.dictionary.value(at: index))
                                if position == PositionTable.none { break }
                                translation[index] = position
                            }
                            dictionary.note(position)
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
        return row - rows.lowerBound
    }

    /// Appends rows as dictionary positions, looking up each string that differs from the one before, and returns how
    /// many there was room for.
    private static func lookUp(
        _ strings: PlainByteArrays, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?,
        _ dictionary: inout ByteArrayDictionary, into waiting: inout WaitingValues
    ) -> Int {
        var row = rows.lowerBound
        waiting.append(upTo: rows.count) { target in
            var count = 0
            var position = PositionTable.none
            while row < rows.upperBound {
                if ValidityBits.isSet(validity, row) {
                    let value = strings.value(at: row)
                    if position == PositionTable.none || !dictionary.isValue(at: position, value) {
                        position = dictionary.position(of: value)
                        if position == PositionTable.none { break }
                        dictionary.note(position)
                    }
                    target[count] = position
                    count &+= 1
                }
                row &+= 1
            }
            return count
        }
        return row - rows.lowerBound
    }

    /// Appends rows in PLAIN encoding, up to the page's byte limit.
    private func appendPlain(
        _ strings: some ByteArraySource, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?, _ pageByteLimit: Int
    ) -> Int {
        let (taken, byteCount) = fittingRows(strings, rows, validity, pageByteLimit)
        if taken < rows.count { isPlainFull = true }
        let pageStart = waiting.plain.count
        waiting.plain.append(upTo: byteCount) { target in
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
        waiting.plain.withBytes { page in
            var offset = pageStart
            for row in rows.prefix(taken) where ValidityBits.isSet(validity, row) {
                let count = strings.value(at: row).count
                plainExtremes.extend(start: offset &+ 4, count: count, in: page)
                offset &+= 4 &+ count
            }
        }
        return taken
    }

    /// How many rows the page still takes, one at least where it is empty, and their bytes in PLAIN encoding.
    private func fittingRows(
        _ strings: some ByteArraySource, _ rows: Range<Int>, _ validity: UnsafePointer<UInt8>?, _ pageByteLimit: Int
    ) -> (rowCount: Int, byteCount: Int) {
        var byteCount = 0
        for row in rows where ValidityBits.isSet(validity, row) {
            let added = 4 &+ strings.value(at: row).count
            let total = waiting.plain.count &+ byteCount
            if total > 0 && total &+ added > pageByteLimit {
                return (row - rows.lowerBound, byteCount)
            }
            byteCount &+= added
        }
        return (rows.count, byteCount)
    }

    func closePage() -> Bounds? {
        let isPlain = waiting.encoding == .plain
        waiting.closePage()
        isPlainFull = false
        guard isPlain else { return dictionary.closePage { bounds($0, in: $1) } }
        defer { plainExtremes = ByteArrayExtremes() }
        return waiting.plain.withBytes { bounds(plainExtremes, in: $0) }
    }

    private func bounds(_ extremes: ByteArrayExtremes, in bytes: UnsafeRawBufferPointer) -> Bounds? {
        guard let (minimum, maximum) = extremes.values(in: bytes) else { return nil }
        return Bounds(
            minimum: Array(minimum), maximum: Array(maximum), limit: options.statisticsByteLimit, isText: isText)
    }

    func decide(isLast: Bool) -> Bool {
        waiting.decide(
            isLast: isLast, dictionaryByteCount: dictionary.plain.count, dictionaryCount: dictionary.count,
            plainByteCount: { positions in
                var byteCount = 0
                positions.forEachStretch(0..<positions.count) { byteCount += dictionary.plainByteCount($0) }
                return byteCount
            })
    }

    func writePage(_ index: Int, into output: inout BufferBuilder) -> PageEncoding {
        waiting.writePage(index, into: &output) { dictionary.appendPlain($0, to: &$1) }
    }

    func removePages() {
        waiting.removePages()
    }

    func withDictionary(_ body: (RawSpan, Int) throws(S3DBError) -> Void) throws(S3DBError) {
        guard waiting.isDictionaryUsed else { return }
        try dictionary.plain.withSpan { (page) throws(S3DBError) in try body(page, dictionary.count) }
    }

    func removeAll() {
        waiting.removeAll()
        dictionary.removeAll()
        isPlainFull = false
        plainExtremes = ByteArrayExtremes()
        translation.removeAll(keepingCapacity: true)
        lineage = nil
    }
}
