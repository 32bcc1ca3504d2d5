/// Unpacking of small integers, least significant bit first: the inverse of ``BitPacking``.
enum BitUnpacking {
    /// Unpacks `count` integers of `bitWidth` bits (0 to 32) from the one numbered `first` on.
    ///
    /// All of them must lie within `source`, and `target` must have room for them. Groups of eight begin at whole bytes and
    /// are unpacked by loops for their width; what lies before and behind whole groups is unpacked one by one.
    static func unpack<Value: FixedWidthInteger>(
        _ source: UnsafeRawBufferPointer, first: Int, count: Int, bitWidth: Int,
        into target: UnsafeMutablePointer<Value>
    ) {
        assert(bitWidth <= 32 && (first + count) * bitWidth <= source.count * 8)
        guard bitWidth > 0, let base = source.baseAddress else {
            target.update(repeating: 0, count: count)
            return
        }
        var index = 0
        while index < count && (first &+ index) & 7 != 0 {
            target[index] = Value(truncatingIfNeeded: value(source, at: first &+ index, bitWidth))
            index &+= 1
        }
        let start = (first &+ index) / 8 * bitWidth
        // A group's last load reaches less than 8 bytes behind the group.
        let loadable = (source.count - start - 8) / bitWidth
        let groups = max(0, min((count - index) / 8, loadable))
        unpack(groups: groups, bitWidth, base + start, target + index)
        index &+= groups * 8
        while index < count {
            target[index] = Value(truncatingIfNeeded: value(source, at: first &+ index, bitWidth))
            index &+= 1
        }
    }

    /// The integer numbered `index`, which must lie within `source`, of up to 57 bits.
    @inline(__always)
    private static func value(_ source: UnsafeRawBufferPointer, at index: Int, _ bitWidth: Int) -> UInt64 {
        let bit = index &* bitWidth
        return word(source, at: bit >> 3) &>> UInt64(bit & 7) & ((1 &<< UInt64(bitWidth)) &- 1)
    }

    /// The eight bytes from `offset` on; zeros stand for those behind the end.
    @inline(__always)
    private static func word(_ source: UnsafeRawBufferPointer, at offset: Int) -> UInt64 {
        if offset &+ 8 <= source.count {
            return UInt64(littleEndian: source.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
        }
        var word: UInt64 = 0
        for position in stride(from: source.count - 1, through: offset, by: -1) {
            word = word << 8 | UInt64(source[position])
        }
        return word
    }

    /// Unpacks `count` integers of up to 64 bits from byte 0 on. All of them must lie within `source`.
    static func unpackWide(
        _ source: UnsafeRawBufferPointer, count: Int, bitWidth: Int, into target: UnsafeMutablePointer<UInt64>
    ) {
        assert(bitWidth <= 64 && count * bitWidth <= source.count * 8)
        let mask: UInt64 = bitWidth == 64 ? .max : (1 << UInt64(bitWidth)) - 1
        for index in 0..<count {
            let bit = index &* bitWidth
            let shift = bit & 7
            var value = word(source, at: bit >> 3) >> UInt64(shift)
            if shift + bitWidth > 64 { value |= UInt64(source[bit >> 3 + 8]) << UInt64(64 - shift) }
            target[index] = value & mask
        }
    }

    /// Unpacks whole groups of eight; 8 bytes must be readable behind each value's first.
    private static func unpack<Value: FixedWidthInteger>(
        groups: Int, _ bitWidth: Int, _ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Value>
    ) {
        // One case a width, so that shifts and masks are constants.
        switch bitWidth {
        case 1: unpackGroups(groups, 1, source, target)
        case 2: unpackGroups(groups, 2, source, target)
        case 3: unpackGroups(groups, 3, source, target)
        case 4: unpackGroups(groups, 4, source, target)
        case 5: unpackGroups(groups, 5, source, target)
        case 6: unpackGroups(groups, 6, source, target)
        case 7: unpackGroups(groups, 7, source, target)
        case 8: unpackGroups(groups, 8, source, target)
        case 9: unpackGroups(groups, 9, source, target)
        case 10: unpackGroups(groups, 10, source, target)
        case 11: unpackGroups(groups, 11, source, target)
        case 12: unpackGroups(groups, 12, source, target)
        case 13: unpackGroups(groups, 13, source, target)
        case 14: unpackGroups(groups, 14, source, target)
        case 15: unpackGroups(groups, 15, source, target)
        case 16: unpackGroups(groups, 16, source, target)
        case 17: unpackGroups(groups, 17, source, target)
        case 18: unpackGroups(groups, 18, source, target)
        case 19: unpackGroups(groups, 19, source, target)
        case 20: unpackGroups(groups, 20, source, target)
        default: unpackGroups(groups, bitWidth, source, target)
        }
    }

    @inline(__always)
    private static func unpackGroups<Value: FixedWidthInteger>(
        _ groups: Int, _ bitWidth: Int, _ source: UnsafeRawPointer, _ target: UnsafeMutablePointer<Value>
    ) {
        let mask: UInt64 = (1 &<< UInt64(bitWidth)) &- 1
        var input = source
        var output = target
        for _ in 0..<groups {
            if bitWidth <= 8 {
                let word = UInt64(littleEndian: input.loadUnaligned(as: UInt64.self))
                for place in 0..<8 {
                    output[place] = Value(truncatingIfNeeded: word &>> UInt64(place &* bitWidth) & mask)
                }
            } else if bitWidth <= 15 {
                // Four values and the half byte before them fill 64 bits at most.
                let low = UInt64(littleEndian: input.loadUnaligned(as: UInt64.self))
                let offset = bitWidth &>> 1
                let high =
                    UInt64(littleEndian: input.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                    &>> UInt64((bitWidth & 1) &* 4)
                for place in 0..<4 {
                    output[place] = Value(truncatingIfNeeded: low &>> UInt64(place &* bitWidth) & mask)
                    output[place &+ 4] = Value(truncatingIfNeeded: high &>> UInt64(place &* bitWidth) & mask)
                }
            } else {
                for place in 0..<8 {
                    let bit = place &* bitWidth
                    let word = UInt64(
                        littleEndian: input.loadUnaligned(fromByteOffset: bit &>> 3, as: UInt64.self))
                    output[place] = Value(truncatingIfNeeded: word &>> UInt64(bit & 7) & mask)
                }
            }
            input += bitWidth
            output += 8
        }
    }
}
