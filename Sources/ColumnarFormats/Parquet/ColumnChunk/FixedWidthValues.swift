import S3DBCore

/// Numbers on their way into the pages of a chunk.
final class FixedWidthValues<Element: PhysicalElement>: ChunkValues {
    private let dictionary: FixedWidthDictionary<Element.Bits>
    private var positions: DictionaryPositions
    private var plain = BufferBuilder()
    private var dense = BufferBuilder()
    private var extremes: (minimum: Element, maximum: Element)?

    init(_ options: ParquetOptions) {
        dictionary = FixedWidthDictionary(byteLimit: options.dictionaryByteLimit)
        positions = DictionaryPositions(isAllowed: options.dictionaryByteLimit > 0)
    }

    private static var width: Int { MemoryLayout<Element.Bits>.size }

    var rowByteCount: Int { positions.encoding == .dictionary ? DictionaryPositions.width : Self.width }

    var byteCount: Int {
        plain.count + positions.byteCount(dictionaryCount: dictionary.count) + dictionary.byteCount
    }

    var isPageFull: Bool { positions.encoding != .plain && positions.isDictionaryFull }

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
        if positions.encoding == .plain {
            Plain.encode(values, into: &plain)
            Self.extend(&extremes, values)
            return values.count
        }
        var taken = 0
        positions.append(upTo: values.count) { target in
            taken = dictionary.encode(values, into: target)
            return taken
        }
        if taken < values.count { positions.isDictionaryFull = true }
        Self.extend(&extremes, UnsafeBufferPointer(rebasing: values[..<taken]))
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

    /// Widens the extremes to hold `values`, NaNs left out.
    private static func extend(
        _ extremes: inout (minimum: Element, maximum: Element)?, _ values: UnsafeBufferPointer<Element>
    ) {
        var minimum: Element
        var maximum: Element
        if let extremes {
            (minimum, maximum) = extremes
        } else {
            // Only a NaN differs from itself.
            guard let first = values.first(where: { $0 == $0 }) else { return }
            (minimum, maximum) = (first, first)
        }
        for value in values {
            minimum = value < minimum ? value : minimum
            maximum = value > maximum ? value : maximum
        }
        extremes = (minimum, maximum)
    }

    func closePage() -> Bounds? {
        positions.closePage()
        defer { extremes = nil }
        return extremes.map {
            Bounds(
                minimum: Self.bytes($0.minimum.asMinimum.plainBits), maximum: Self.bytes($0.maximum.asMaximum.plainBits)
            )
        }
    }

    private static func bytes(_ bits: Element.Bits) -> [UInt8] {
        (0..<width).map { UInt8(truncatingIfNeeded: bits >> Element.Bits(8 * $0)) }
    }

    func decide(isLast: Bool) -> Bool {
        let plainByteCount = positions.count * Self.width
        return positions.decide(
            isLast: isLast, plainByteCount: plainByteCount, dictionaryByteCount: dictionary.byteCount,
            dictionaryCount: dictionary.count)
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
        if positions.encoding == .dictionary {
            positions.writePage(index, into: &output)
            return .rleDictionary
        }
        plain.withBytes { output.appendUnsafe($0) }
        var looked = BufferBuilder()
        positions.withPage(index) { positions in
            looked.reserve(positions.count * Self.width)
            for position in positions { looked.append(value: dictionary.value(at: position).littleEndian) }
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
        var page = BufferBuilder()
        dictionary.withValues { values in
            page.reserve(values.count * Self.width)
            for bits in values { page.append(value: bits.littleEndian) }
        }
        try body(page.bytes, dictionary.count)
    }

    func removeAll() {
        positions.removeAll()
        dictionary.removeAll()
        plain.removeAll()
        extremes = nil
    }
}
