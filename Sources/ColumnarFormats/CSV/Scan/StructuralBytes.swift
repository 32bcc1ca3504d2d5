/// Finds the bytes that end fields, eight at a time.
///
/// A mask has bit `8 * i + 7` set for each byte `i` of the eight that is found.
struct StructuralBytes {
    private let delimiters: SIMD8<UInt8>
    private let quotes: SIMD8<UInt8>
    private let carriageReturns = SIMD8<UInt8>(repeating: Byte.carriageReturn)
    private let lineFeeds = SIMD8<UInt8>(repeating: Byte.lineFeed)

    init(delimiter: UInt8, quote: UInt8) {
        delimiters = SIMD8(repeating: delimiter)
        quotes = SIMD8(repeating: quote)
    }

    /// Delimiters and line ends among the bytes from `start` to `end`, of which the first eight count.
    @inline(__always)
    func fieldEnds(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UInt64 {
        let bytes = load(start, end)
        let found = (bytes .== delimiters) .| (bytes .== lineFeeds) .| (bytes .== carriageReturns)
        return Self.mask(found) & Self.present(start, end)
    }

    /// Quotes and, apart, line feeds among the bytes from `start` to `end`, of which the first eight count.
    @inline(__always)
    func quotesAndLineFeeds(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> (UInt64, UInt64) {
        let bytes = load(start, end)
        let present = Self.present(start, end)
        return (Self.mask(bytes .== quotes) & present, Self.mask(bytes .== lineFeeds) & present)
    }

    @inline(__always)
    private static func mask(_ found: SIMDMask<SIMD8<Int8>>) -> UInt64 {
        unsafeBitCast(found, to: UInt64.self).littleEndian & 0x8080_8080_8080_8080
    }

    /// The mask bits of the bytes that lie before `end`.
    @inline(__always)
    private static func present(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UInt64 {
        let count = end - start
        return count >= 8 ? .max : (1 << (8 * UInt64(truncatingIfNeeded: count))) &- 1
    }

    @inline(__always)
    private func load(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> SIMD8<UInt8> {
        if end - start >= 8 { return start.loadUnaligned(as: SIMD8<UInt8>.self) }
        return unsafeBitCast(loadShortWord(start, end - start), to: SIMD8<UInt8>.self)
    }
}

/// Up to eight bytes as a word whose lowest byte is the first and whose missing bytes are 0.
@inline(__always)
func loadShortWord(_ start: UnsafeRawPointer, _ count: Int) -> UInt64 {
    if count >= 8 { return start.loadUnaligned(as: UInt64.self).littleEndian }
    var word: UInt64 = 0
    if count >= 4 {
        let low = UInt64(start.loadUnaligned(as: UInt32.self).littleEndian)
        let high = UInt64((start + count - 4).loadUnaligned(as: UInt32.self).littleEndian)
        word = low | high << UInt64(truncatingIfNeeded: 8 * (count - 4))
    } else {
        for index in 0..<max(count, 0) {
            word |= UInt64(start.load(fromByteOffset: index, as: UInt8.self)) << UInt64(8 * index)
        }
    }
    return word
}
