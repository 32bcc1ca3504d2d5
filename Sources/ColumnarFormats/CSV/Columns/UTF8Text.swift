/// The well-formedness of UTF-8 (The Unicode Standard, table 3-7).
enum UTF8Text {
    /// Whether `bytes` are well-formed. O(bytes).
    static func isValid(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let base = bytes.baseAddress else { return true }
        let count = bytes.count
        var index = 0
        while index < count {
            if index + 8 <= count, base.loadUnaligned(fromByteOffset: index, as: UInt64.self) & Self.highBits == 0 {
                index += 8
                continue
            }
            if bytes[index] < 0x80 {
                index += 1
                continue
            }
            guard let length = sequenceLength(UnsafeRawBufferPointer(rebasing: bytes[index...])) else { return false }
            index += length
        }
        return true
    }

    private static let highBits: UInt64 = 0x8080_8080_8080_8080

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
