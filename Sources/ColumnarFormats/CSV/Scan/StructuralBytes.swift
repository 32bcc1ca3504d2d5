import CByteMask

/// Finds the bytes that end fields, 64 at a time: bit `i` of a mask stands for byte `i`.
struct StructuralBytes {
    /// The bytes of a mask.
    static let blockByteCount = 64

    private let delimiter: UInt8
    private let quote: UInt8

    init(delimiter: UInt8, quote: UInt8) {
        self.delimiter = delimiter
        self.quote = quote
    }

    /// Delimiters and line ends among the bytes from `start` to `end`, of which the first 64 count.
    @inline(__always)
    func fieldEnds(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> UInt64 {
        mask(start, end, delimiter, Byte.lineFeed, Byte.carriageReturn)
    }

    /// Quotes and, apart, line feeds among the bytes from `start` to `end`, of which the first 64 count.
    @inline(__always)
    func quotesAndLineFeeds(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer) -> (UInt64, UInt64) {
        (mask(start, end, quote, quote, quote), mask(start, end, Byte.lineFeed, Byte.lineFeed, Byte.lineFeed))
    }

    @inline(__always)
    private func mask(_ start: UnsafeRawPointer, _ end: UnsafeRawPointer, _ a: UInt8, _ b: UInt8, _ c: UInt8) -> UInt64
    {
        end - start >= Self.blockByteCount ? s3db_byte_mask(start, a, b, c) : Self.shortMask(start, end, a, b, c)
    }

    /// The mask of fewer than 64 bytes.
    @inline(never)
    private static func shortMask(
        _ start: UnsafeRawPointer, _ end: UnsafeRawPointer, _ a: UInt8, _ b: UInt8, _ c: UInt8
    ) -> UInt64 {
        let bytes = UnsafeRawBufferPointer(start: start, count: end - start)
        var found: UInt64 = 0
        for (index, byte) in bytes.enumerated() where byte == a || byte == b || byte == c {
            found |= 1 << UInt64(index)
        }
        return found
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
