/// Decimal digits in words, eight at a time, the most significant in the lowest byte.
enum EightDigits {
    private static let zeros: UInt64 = 0x3030_3030_3030_3030

    /// Whether all eight bytes are ASCII digits.
    @inline(__always)
    static func areDigits(_ word: UInt64) -> Bool {
        // A byte is a digit when its high half is 3 and stays 3 after adding 6.
        let high: UInt64 = 0xF0F0_F0F0_F0F0_F0F0
        let carried = word &+ 0x0606_0606_0606_0606
        return (word & high) | ((carried & high) >> 4) == 0x3333_3333_3333_3333
    }

    /// The number that eight digits write: neighbours are joined to pairs, to fours, to eight.
    @inline(__always)
    static func value(_ word: UInt64) -> UInt64 {
        var digits = word &- zeros
        digits = (digits &* 10) &+ (digits >> 8)
        let even = (digits & 0x0000_00FF_0000_00FF) &* (100 &+ (1_000_000 << 32))
        let odd = ((digits >> 16) & 0x0000_00FF_0000_00FF) &* (1 &+ (10_000 << 32))
        return (even &+ odd) >> 32
    }

    /// The first `count` bytes of `word` behind as many zeros as fill it.
    @inline(__always)
    static func padded(_ word: UInt64, _ count: Int) -> UInt64 {
        word << UInt64(truncatingIfNeeded: 64 - 8 * count) | zeros >> UInt64(truncatingIfNeeded: 8 * count)
    }

    /// The last `count` bytes of `word`, 1 to 8, with zeros in place of those before them.
    @inline(__always)
    static func lastPadded(_ word: UInt64, _ count: Int) -> UInt64 {
        let before = (1 as UInt64) << UInt64(truncatingIfNeeded: 64 - 8 * count) &- 1
        return word & ~before | zeros & before
    }
}

/// The powers of ten that 64 bits hold.
enum PowersOfTen {
    static let maximumExponent = 19

    /// 10 to the power of `exponent`, 0 to 19.
    @inline(__always)
    static func integer(_ exponent: Int) -> UInt64 {
        table[exponent]
    }

    private static let table: InlineArray<20, UInt64> = InlineArray { index in
        var power: UInt64 = 1
        for _ in 0..<index { power *= 10 }
        return power
    }

    /// 10 to the power of `exponent`, 0 to 22, exactly.
    @inline(__always)
    static func double(_ exponent: Int) -> Double {
        doubles[exponent]
    }

    private static let doubles: InlineArray<23, Double> = InlineArray { index in
        var power = 1.0
        for _ in 0..<index { power *= 10 }
        return power
    }
}
