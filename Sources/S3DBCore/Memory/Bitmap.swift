/// A packed run of bits, least significant first: validity bitmaps and boolean values.
///
/// The layout is Arrow's (Arrow Columnar Format, "Validity bitmaps"): bit `i` stands in byte `i / 8` at position
/// `i % 8`; bits behind the last are 0.
public struct Bitmap: Sendable, Hashable {
    /// The bytes, `(count + 7) / 8` of them.
    public let buffer: Buffer

    /// The number of bits.
    public let count: Int

    /// The number of bits that are set.
    public let setCount: Int

    /// Takes over packed bits. Traps when `buffer` is too small for `count` bits.
    ///
    /// Bits behind the last must be 0. O(count / 64).
    public init(buffer: Buffer, count: Int) {
        precondition(count >= 0 && buffer.count >= (count + 7) / 8, "bitmap too small")
        self.buffer = buffer
        self.count = count
        setCount = buffer.withUnsafeBytes { bytes in
            var total = 0
            for byte in bytes.prefix((count + 7) / 8) { total += byte.nonzeroBitCount }
            return total
        }
    }

    /// Packs booleans.
    public init(_ bits: some Sequence<Bool>) {
        var builder = BitmapBuilder()
        for bit in bits { builder.append(bit) }
        self = builder.freeze()
    }

    /// The bit at `index`. Traps out of bounds.
    @inlinable
    public subscript(index: Int) -> Bool {
        precondition(index >= 0 && index < count, "index out of bounds")
        return buffer[index >> 3] >> UInt8(index & 7) & 1 == 1
    }
}

/// Collects bits into a ``Bitmap``.
public struct BitmapBuilder: ~Copyable {
    private var bytes = BufferBuilder()
    private var pending: UInt64 = 0

    /// The number of bits appended.
    public private(set) var count = 0

    /// Makes an empty builder.
    public init() {}

    /// Appends one bit.
    @inline(__always)
    public mutating func append(_ bit: Bool) {
        pending |= (bit ? 1 : 0) << UInt64(count & 63)
        count += 1
        if count & 63 == 0 { flushWord() }
    }

    /// Appends `repeating` bits of one value.
    public mutating func append(_ bit: Bool, repeating: Int) {
        var left = repeating
        while left > 0 && count & 63 != 0 {
            append(bit)
            left -= 1
        }
        while left >= 64 {
            pending = bit ? .max : 0
            count += 64
            flushWord()
            left -= 64
        }
        while left > 0 {
            append(bit)
            left -= 1
        }
    }

    /// Appends the bits of `bitmap` at `range`. Traps when `range` does not lie within the bitmap. O(range / 64).
    public mutating func append(_ bitmap: Bitmap, _ range: Range<Int>) {
        precondition(range.lowerBound >= 0 && range.upperBound <= bitmap.count, "range out of bounds")
        bitmap.buffer.withUnsafeBytes { bytes in
            var index = range.lowerBound
            while index < range.upperBound {
                let width = min(64, range.upperBound - index)
                append(word: Self.word(of: bytes, at: index, width: width), width: width)
                index += width
            }
        }
    }

    /// Appends the `width` low bits of `word`, whose other bits are 0.
    private mutating func append(word: UInt64, width: Int) {
        let used = count & 63
        pending |= word << UInt64(used)
        count += width
        if used + width >= 64 {
            flushWord()
            pending = used == 0 ? 0 : word >> UInt64(64 - used)
        }
    }

    /// The `width` bits from bit `index` on, which must lie within `bytes`, as the low bits of a word.
    private static func word(of bytes: UnsafeRawBufferPointer, at index: Int, width: Int) -> UInt64 {
        let first = index >> 3
        let shift = UInt64(index & 7)
        var low: UInt64 = 0
        if first + 8 <= bytes.count {
            low = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: first, as: UInt64.self))
        } else {
            for position in stride(from: bytes.count - 1, through: first, by: -1) {
                low = low << 8 | UInt64(bytes[position])
            }
        }
        var word = low >> shift
        if Int(shift) + width > 64 { word |= UInt64(bytes[first + 8]) << (64 - shift) }
        return width == 64 ? word : word & ((1 << UInt64(width)) - 1)
    }

    private mutating func flushWord() {
        bytes.appendLittleEndian(pending)
        pending = 0
    }

    /// The bits as a bitmap. The builder is empty afterwards.
    public mutating func freeze() -> Bitmap {
        let rest = count & 63
        if rest > 0 {
            var word = pending
            for _ in 0..<(rest + 7) / 8 {
                bytes.append(UInt8(truncatingIfNeeded: word))
                word >>= 8
            }
        }
        let bitmap = Bitmap(buffer: bytes.freeze(), count: count)
        pending = 0
        count = 0
        return bitmap
    }
}
