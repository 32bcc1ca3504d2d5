/// Packing of small integers, least significant bit first.
enum BitPacking {
    /// Packs `values` to `bitWidth` bits each (0 to 32), the last group of eight filled up with zeros.
    ///
    /// `target` needs `(count + 7) / 8 * bitWidth` bytes and eight spare ones, which hold nothing afterwards.
    static func pack<Value: FixedWidthInteger & UnsignedInteger>(
        _ values: UnsafeBufferPointer<Value>, bitWidth: Int, into target: UnsafeMutableRawBufferPointer
    ) {
        let byteCount = (values.count + 7) / 8 * bitWidth
        assert(bitWidth <= 32 && target.count >= byteCount + 8)
        guard bitWidth > 0, let base = target.baseAddress else { return }
        var word: UInt64 = 0
        var bits = 0
        var offset = 0
        for value in values {
            let value = UInt64(truncatingIfNeeded: value)
            word |= value &<< UInt64(truncatingIfNeeded: bits)
            bits &+= bitWidth
            if bits >= 64 {
                base.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
                offset &+= 8
                bits &-= 64
                // What did not fit: the value's upper `bits` bits.
                word = value &>> UInt64(truncatingIfNeeded: bitWidth &- bits)
            }
        }
        // At most 7 values of 32 bits pad the last group, behind less than one word.
        while offset < byteCount {
            base.storeBytes(of: word.littleEndian, toByteOffset: offset, as: UInt64.self)
            word = 0
            offset &+= 8
        }
    }
}
