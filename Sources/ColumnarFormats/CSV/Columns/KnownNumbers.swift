/// The numbers that short fields were read as, by their text.
///
/// A column has few short texts, in an order that cannot be foretold: to look one up takes a quarter of the instructions
/// that reading it takes, and one branch, which hardly ever goes the other way. A text takes the place of another that
/// falls on the same slot.
struct KnownNumbers: ~Copyable {
    /// The longest text that is known.
    static let maximumByteCount = 7

    private static let slotBitCount = 12
    private static let slotByteCount = 16

    /// The rows of a block from which a table, of 64 KiB, is worth its memory: a block of ten thousand columns has fewer.
    private static let worthwhileRowCount = 64

    private var slots: UnsafeMutableRawPointer?

    deinit {
        slots?.deallocate()
    }

    /// The table, made at the first block that has rows enough; nil before.
    mutating func table(forRowCount rowCount: Int) -> Table? {
        if slots == nil && rowCount >= Self.worthwhileRowCount {
            let byteCount = Self.slotByteCount << Self.slotBitCount
            slots = .allocate(byteCount: byteCount, alignment: Self.slotByteCount)
            // The length of no text.
            slots?.initializeMemory(as: UInt8.self, repeating: .max, count: byteCount)
        }
        return slots.map(Table.init)
    }

    /// A text of up to seven bytes, its length in the eighth.
    struct Text {
        fileprivate let bits: UInt64
        fileprivate let offset: Int

        /// - Parameter start: The text, of which eight bytes may be read.
        @inline(__always)
        init(_ start: UnsafeRawPointer, _ count: Int) {
            let word = start.loadUnaligned(as: UInt64.self).littleEndian
            let length = UInt64(truncatingIfNeeded: count)
            bits = word & ((1 as UInt64) &<< (length &* 8) &- 1) | length &<< 56
            offset =
                Int(truncatingIfNeeded: (bits &* 0x9E37_79B9_7F4A_7C15) &>> UInt64(64 - slotBitCount)) &* slotByteCount
        }

        var words: FieldWords { FieldWords(first: bits & .max >> 8, last: 0) }
    }

    /// The texts and numbers, for the time of a block.
    struct Table {
        fileprivate let slots: UnsafeMutableRawPointer

        /// The number that a text was read as; nil where it is not known.
        @inline(__always)
        func number<Value: BitwiseCopyable>(_ text: Text) -> Value? {
            let slot = slots + text.offset
            guard slot.load(as: UInt64.self) == text.bits else { return nil }
            return slot.load(fromByteOffset: 8, as: Value.self)
        }

        /// Remembers what a text was read as. All numbers are of one type, of up to eight bytes.
        @inline(__always)
        func add<Value: BitwiseCopyable>(_ text: Text, _ number: Value) {
            let slot = slots + text.offset
            slot.storeBytes(of: text.bits, as: UInt64.self)
            slot.storeBytes(of: number, toByteOffset: 8, as: Value.self)
        }
    }
}
