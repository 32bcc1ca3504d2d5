/// A significand times or divided by a power of ten that 64 bits hold, exact but for a remainder that is known to be
/// zero or not.
struct ExactProduct {
    /// At least 62 bits where the value is not exact.
    private let leading: UInt64
    /// The power of two that `leading` is to be multiplied by.
    private let exponent: Int
    /// Whether the value is greater than `leading` says.
    private let isInexact: Bool

    /// nil where the power of ten does not fit.
    init?(_ decimal: DecimalText) {
        let power = abs(decimal.exponent)
        guard power <= PowersOfTen.maximumExponent, decimal.significand != 0 else { return nil }
        let ten = PowersOfTen.integer(power)
        if decimal.exponent >= 0 {
            let product = decimal.significand.multipliedFullWidth(by: ten)
            let shift = product.high.leadingZeroBitCount
            if shift == 64 {
                (leading, exponent, isInexact) = (product.low, 0, false)
            } else {
                let whole = UInt128(product.high) << 64 | UInt128(product.low)
                leading = UInt64(truncatingIfNeeded: whole >> UInt128(64 - shift))
                exponent = 64 - shift
                isInexact = whole & ((1 << UInt128(64 - shift)) - 1) != 0
            }
        } else {
            // Both have their highest bit set, so that the quotient has 63 or 64 bits.
            let upShift = decimal.significand.leadingZeroBitCount
            let downShift = ten.leadingZeroBitCount
            let dividend = decimal.significand << UInt64(upShift)
            let (quotient, remainder) = (ten << UInt64(downShift)).dividingFullWidth((dividend >> 1, dividend << 63))
            leading = quotient
            exponent = downShift - upShift - 63
            isInexact = remainder != 0
        }
    }

    /// The nearest value, ties to even. It is always a normal number of binary32 and binary64.
    func rounded<Value: BinaryFloatingPoint>() -> Value where Value.Exponent == Int {
        let bitCount = 64 - leading.leadingZeroBitCount
        let dropped = bitCount - (Value.significandBitCount + 1)
        guard dropped > 0 else { return Value(sign: .plus, exponent: exponent, significand: Value(leading)) }
        let half = (1 as UInt64) << UInt64(dropped - 1)
        let rest = leading & (half &* 2 &- 1)
        var kept = leading >> UInt64(dropped)
        if rest > half || (rest == half && (isInexact || kept & 1 == 1)) { kept += 1 }
        return Value(sign: .plus, exponent: exponent + dropped, significand: Value(kept))
    }
}
