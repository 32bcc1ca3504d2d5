/// The first and the last eight bytes of a field: all of it up to 16 bytes.
///
/// Up to seven bytes stand in `first` alone, in order, above them zeros. Equal counts and equal words mean equal
/// bytes for fields of up to 16 bytes.
struct FieldWords {
    var first: UInt64
    var last: UInt64

    /// The longest field that the words hold whole.
    static let maximumByteCount = 16

    /// Words that no field needs to have.
    init(first: UInt64, last: UInt64) {
        self.first = first
        self.last = last
    }

    /// - Parameter end: Behind the last byte that may be read.
    @inline(__always)
    init(_ start: UnsafeRawPointer, _ count: Int, end: UnsafeRawPointer) {
        if count >= 8 || end - start >= 8 {
            self.init(start, count)
        } else {
            self.init(first: loadShortWord(start, count), last: 0)
        }
    }

    /// - Parameter start: The field, of which eight bytes may be read.
    @inline(__always)
    init(_ start: UnsafeRawPointer, _ count: Int) {
        first = start.loadUnaligned(as: UInt64.self).littleEndian
        if count >= 8 {
            last = (start + count - 8).loadUnaligned(as: UInt64.self).littleEndian
        } else {
            first &= (1 as UInt64) &<< UInt64(truncatingIfNeeded: 8 &* count) &- 1
            last = 0
        }
    }

    @inline(__always)
    static func == (a: FieldWords, b: FieldWords) -> Bool {
        (a.first ^ b.first) | (a.last ^ b.last) == 0
    }
}
