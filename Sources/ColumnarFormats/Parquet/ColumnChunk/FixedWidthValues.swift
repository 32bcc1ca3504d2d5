import S3DBCore

/// Numbers on their way into the pages of a chunk.
final class FixedWidthValues<Element: PhysicalElement>: ChunkValues {
    private var dictionary: FixedWidthDictionary<Element.Bits>
    private var waiting: WaitingValues
    private var dense = BufferBuilder()
    private var extremes = NumberExtremes<Element>()

    init(_ options: ParquetOptions) {
        dictionary = FixedWidthDictionary(byteLimit: options.dictionaryByteLimit)
        waiting = WaitingValues(options)
    }

    private static var width: Int { MemoryLayout<Element.Bits>.size }

    var rowByteCount: Int { waiting.encoding == .dictionary ? WaitingValues.width : Self.width }

    var byteCount: Int { waiting.byteCount(dictionaryCount: dictionary.count) + dictionary.byteCount }

    var isPageFull: Bool { waiting.encoding != .plain && waiting.isDictionaryFull }

    // Reached through an existential, a generic method is compiled once for all types, with a call per value; these are
    // the types that there are, so that every loop below is compiled for each.
    @_specialize(where Element == Int8)
    @_specialize(where Element == Int16)
    @_specialize(where Element == Int32)
    @_specialize(where Element == Int64)
    @_specialize(where Element == UInt8)
    @_specialize(where Element == UInt16)
    @_specialize(where Element == UInt32)
    @_specialize(where Element == UInt64)
    @_specialize(where Element == Float)
    @_specialize(where Element == Double)
    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) -> Int {
        let values = try column.fixedWidthValues()
        return values.withElements(of: Element.self) { values in
            column.withValidity { validity in
                let values = UnsafeBufferPointer(rebasing: values[rows])
                guard let validity else { return append(values) }
                let taken = withDense(values, validity, rows) { append($0) }
                return ValidityBits.rows(before: taken, of: rows, validity)
            }
        }
    }

    /// Takes over values without nulls, and returns how many.
    private func append(_ values: UnsafeBufferPointer<Element>) -> Int {
        if waiting.encoding == .plain {
            Plain.encode(values, into: &waiting.plain)
            extremes.extend(values)
            return values.count
        }
        var taken = 0
        waiting.append(upTo: values.count) { target in
            taken = dictionary.encode(values, into: target, extremes: &extremes)
            return taken
        }
        if taken < values.count { waiting.isDictionaryFull = true }
        return taken
    }

    /// Calls `body` with the values that are not null.
    private func withDense(
        _ values: UnsafeBufferPointer<Element>, _ validity: UnsafePointer<UInt8>, _ rows: Range<Int>,
        _ body: (UnsafeBufferPointer<Element>) -> Int
    ) -> Int {
        dense.removeAll()
        dense.append(upTo: values.count * MemoryLayout<Element>.stride) { target in
            let target = target.bindMemory(to: Element.self)
            var count = 0
            for index in 0..<values.count {
                // Written always, kept only where the bit advances the position.
                target[count] = values[index]
                count &+= ValidityBits.isSet(validity, rows.lowerBound &+ index) ? 1 : 0
            }
            return count * MemoryLayout<Element>.stride
        }
        return dense.withBytes { bytes in unsafe body(bytes.bindMemory(to: Element.self)) }
    }

    func removeLast(_ count: Int) { waiting.removeLast(count) }

    func closePage() -> Bounds? {
        waiting.closePage()
        defer { extremes = NumberExtremes() }
        return extremes.bounds
    }

    func decide(isLast: Bool) -> Bool {
        waiting.decide(
            isLast: isLast, dictionaryByteCount: dictionary.byteCount, dictionaryCount: dictionary.count,
            plainByteCount: { $0.count * Self.width })
    }

    @_specialize(where Element == Int8)
    @_specialize(where Element == Int16)
    @_specialize(where Element == Int32)
    @_specialize(where Element == Int64)
    @_specialize(where Element == UInt8)
    @_specialize(where Element == UInt16)
    @_specialize(where Element == UInt32)
    @_specialize(where Element == UInt64)
    @_specialize(where Element == Float)
    @_specialize(where Element == Double)
    func writePage(_ index: Int, into output: inout BufferBuilder) -> PageEncoding {
        waiting.writePage(index, into: &output) { positions, output in
            output.reserve(positions.count * Self.width)
            for position in positions { output.append(value: dictionary.value(at: position).littleEndian) }
        }
    }

    func removePages() {
        waiting.removePages()
    }

    func withDictionary(_ body: (RawSpan, Int) throws(S3DBError) -> Void) throws(S3DBError) {
        guard waiting.isDictionaryUsed else { return }
        var page = BufferBuilder()
        dictionary.withValues { values in
            page.reserve(values.count * Self.width)
            for bits in values { page.append(value: bits.littleEndian) }
        }
        try body(page.bytes, dictionary.count)
    }

    func removeAll() {
        waiting.removeAll()
        dictionary.removeAll()
        extremes = NumberExtremes()
    }
}
