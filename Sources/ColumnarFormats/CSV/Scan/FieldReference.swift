/// Where one field's content lies, packed into a word.
///
///     bit 63   | 62 ... 32 | 31 ... 0
///     escaped  | count     | start
///
/// `start` counts from the first byte of the block that was scanned. The quotes round a field are left out;
/// `escaped` says that doubled quotes within it stand for one each.
struct FieldReference {
    var bits: UInt64

    /// The bytes of a block, so that `start` and `count` never overflow.
    static let maximumBlockByteCount = Int(Int32.max)

    /// What a byte more adds to a reference.
    static let byte: UInt64 = 1 << 32

    /// What is added to a reference to take the closing quote out of its count.
    static let closingQuote = 0 &- byte

    /// What is added to a reference to mark it as escaped.
    static let escaped: UInt64 = 1 << 63

    @inline(__always)
    init(start: Int, count: Int, adjustment: UInt64) {
        let start = UInt64(truncatingIfNeeded: start)
        bits = (start | UInt64(truncatingIfNeeded: count) << 32) &+ adjustment
    }

    @inline(__always) var start: Int { Int(UInt32(truncatingIfNeeded: bits)) }
    @inline(__always) var count: Int { Int(truncatingIfNeeded: (bits >> 32) & 0x7FFF_FFFF) }
    @inline(__always) var isEscaped: Bool { bits >> 63 == 1 }
    /// The count, and beside it whether the field is escaped: what must be equal where contents are.
    @inline(__always) var shape: UInt32 { UInt32(truncatingIfNeeded: bits >> 32) }

    /// The same field, counted from a byte `offset` further on.
    func rebased(by offset: Int) -> FieldReference {
        var copy = self
        copy.bits &-= UInt64(truncatingIfNeeded: offset)
        return copy
    }
}

/// The fields of consecutive records, and the bytes they refer to. Valid while the decoder handles one block.
struct FieldBlock {
    /// The first byte that references count from.
    let base: UnsafeRawPointer
    /// Behind the last byte that may be read.
    let end: UnsafeRawPointer
    /// `rowCount` times `columnCount` references, a record after the other.
    let references: UnsafePointer<FieldReference>
    /// The physical line that each record begins on.
    let lines: UnsafePointer<Int>
    let columnCount: Int
    let rowCount: Int

    /// The records before the first whose field in `column` begins with less than a word of bytes that may be read.
    func wordRowCount(column: Int) -> Int {
        var count = rowCount
        while count > 0, end - (base + references[(count - 1) * columnCount + column].start) < 8 { count -= 1 }
        return count
    }
}
