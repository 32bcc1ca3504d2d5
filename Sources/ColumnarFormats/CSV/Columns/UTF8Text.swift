/// The well-formedness of UTF-8 (The Unicode Standard, table 3-7).
enum UTF8Text {
    /// Whether `bytes` are well-formed. O(bytes).
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var index = 0
        while true {
            index += asciiByteCount(UnsafeRawBufferPointer(rebasing: bytes[index...]))
            guard index < bytes.count else { return true }
            guard let length = sequenceLength(UnsafeRawBufferPointer(rebasing: bytes[index...])) else { return false }
            index += length
        }
    }

    /// Whether `bytes` are ASCII. O(bytes).
    static func isASCII(_ bytes: UnsafeRawBufferPointer) -> Bool {
        asciiByteCount(bytes) == bytes.count
    }

    /// How many of the first bytes are ASCII.
    private static func asciiByteCount(_ bytes: UnsafeRawBufferPointer) -> Int {
        guard let base = bytes.baseAddress else { return 0 }
        var index = 0
        while index + blockByteCount <= bytes.count, isASCIIBlock(base + index) { index += blockByteCount }
        while index + 8 <= bytes.count, base.loadUnaligned(fromByteOffset: index, as: UInt64.self) & highBits == 0 {
            index += 8
        }
        while index < bytes.count, bytes[index] < 0x80 { index += 1 }
        return index
    }

    private static let highBits: UInt64 = 0x8080_8080_8080_8080
    private static let blockByteCount = 64

    /// Whether a block has no bit that ASCII has not.
    @inline(__always)
    private static func isASCIIBlock(_ block: UnsafeRawPointer) -> Bool {
        var bits = SIMD2<UInt64>(repeating: 0)
        for offset in stride(from: 0, to: blockByteCount, by: 16) {
            bits |= block.loadUnaligned(fromByteOffset: offset, as: SIMD2<UInt64>.self)
        }
        return (bits[0] | bits[1]) & highBits == 0
    }

    /// The length of the well-formed sequence of several bytes that `bytes`, which are not empty, begin with.
    private static func sequenceLength(_ bytes: UnsafeRawBufferPointer) -> Int? {
        let (length, second): (Int, ClosedRange<UInt8>)
        switch bytes[0] {
        case 0xC2...0xDF: (length, second) = (2, 0x80...0xBF)
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xE1...0xEF: (length, second) = (3, 0x80...0xBF)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: (length, second) = (4, 0x80...0xBF)
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return nil
        }
        guard bytes.count >= length, second.contains(bytes[1]) else { return nil }
        for index in 2..<max(length, 2) where bytes[index] & 0xC0 != 0x80 { return nil }
        return length
    }
}
