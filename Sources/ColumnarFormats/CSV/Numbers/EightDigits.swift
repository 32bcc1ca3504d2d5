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

    /// The first `count` bytes of `word`, 1 to 8, behind as many zeros as fill it.
    @inline(__always)
    static func padded(_ word: UInt64, _ count: Int) -> UInt64 {
        word &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count) | ByteShift.down(zeros, by: count)
    }

    /// The last `count` bytes of `word`, 1 to 8, with zeros in place of those before them.
    @inline(__always)
    static func lastPadded(_ word: UInt64, _ count: Int) -> UInt64 {
        let before = (1 as UInt64) &<< UInt64(truncatingIfNeeded: 64 &- 8 &* count) &- 1
        return word & ~before | zeros & before
    }
}

/// Shifts by 0 to 8 whole bytes, which at 8 leave nothing: halved, so that no shift is as wide as the word.
enum ByteShift {
    @inline(__always)
    static func down(_ word: UInt64, by byteCount: Int) -> UInt64 {
        let half = UInt64(truncatingIfNeeded: 4 &* byteCount)
        return (word &>> half) &>> half
    }

    @inline(__always)
    static func up(_ word: UInt64, by byteCount: Int) -> UInt64 {
        let half = UInt64(truncatingIfNeeded: 4 &* byteCount)
        return (word &<< half) &<< half
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

    // Literals, so that the compiler lays the tables out: one that is computed is asked for at each use whether it is.
    private static let table: InlineArray<20, UInt64> = [
        1, 10, 100, 1000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000,
        100_000_000_000, 1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000,
        10_000_000_000_000_000, 100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ]

    /// 10 to the power of `exponent`, 0 to 22, exactly.
    @inline(__always)
    static func double(_ exponent: Int) -> Double {
        doubles[exponent]
    }

    private static let doubles: InlineArray<23, Double> = [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20, 1e21, 1e22,
    ]
}
