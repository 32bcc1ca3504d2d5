/// Integers in decimal: `-?[0-9]+`, and decimals with integral values such as `3.0` and `1e3`.
enum IntegerText {
    /// An integer of up to 16 digits, or of a minus and up to seven; nil for any other text, valid or not.
    @inline(__always)
    static func short(_ words: FieldWords, _ count: Int) -> Int64? {
        if count <= 8 {
            let isNegative = UInt8(truncatingIfNeeded: words.first) == Byte.minus
            let digitCount = isNegative ? count &- 1 : count
            let word = EightDigits.padded(isNegative ? words.first >> 8 : words.first, digitCount)
            guard digitCount > 0, EightDigits.areDigits(word) else { return nil }
            let value = Int64(truncatingIfNeeded: EightDigits.value(word))
            return isNegative ? 0 &- value : value
        }
        guard count <= FieldWords.maximumByteCount else { return nil }
        let restCount = count &- 8
        let rest = EightDigits.lastPadded(words.last, restCount)
        guard EightDigits.areDigits(words.first), EightDigits.areDigits(rest) else { return nil }
        let value = EightDigits.value(words.first) &* PowersOfTen.integer(restCount) &+ EightDigits.value(rest)
        return Int64(truncatingIfNeeded: value)
    }

    /// An integer of any spelling that fits `Value`; nil for any other text.
    static func value<Value: FixedWidthInteger>(_ text: UnsafeRawBufferPointer, as type: Value.Type) -> Value? {
        if let plain = plainDigits(text) { return Value(exactly: plain) }
        guard let decimal = DecimalText(text), !decimal.hasPlus else { return nil }
        if decimal.digitCount == 0 { return 0 }
        guard decimal.isExact, (0...PowersOfTen.maximumExponent).contains(decimal.exponent) else { return nil }
        let (high, low) = decimal.significand.multipliedFullWidth(by: PowersOfTen.integer(decimal.exponent))
        guard high == 0 else { return nil }
        return Value(exactly: decimal.isNegative ? -Int128(low) : Int128(low))
    }

    /// `-?[0-9]+` with at most 20 digits behind leading zeros; nil for any other text.
    private static func plainDigits(_ text: UnsafeRawBufferPointer) -> Int128? {
        let isNegative = text.first == Byte.minus
        let digits = text.dropFirst(isNegative ? 1 : 0)
        guard !digits.isEmpty else { return nil }
        var value: Int128 = 0
        for byte in digits {
            let digit = byte &- Byte.zero
            guard digit <= 9 else { return nil }
            value = value * 10 + Int128(digit)
            if value > Int128(UInt64.max) { return nil }
        }
        return isNegative ? -value : value
    }
}
