/// Numbers in decimal, rounded to the nearest IEEE 754 value, ties to even.
///
/// Four ways lead there, the cheapest that is exact for a text is taken: eight digits in a word; a significand and
/// a power of ten that are both doubles, so that one operation rounds once (W. Clinger, "How to Read Floating Point
/// Numbers Accurately", 1990); 128-bit integer arithmetic; the standard library's parser.
enum FloatText {
    /// A number of up to eight bytes with digits, a dot and a minus only.
    ///
    /// Which of them a field has is no branch: signs and lengths change from row to row, and cannot be foretold.
    struct Short {
        var mantissa: UInt64
        var fractionDigitCount: Int
        /// 1 for a number with a minus, else 0.
        var sign: UInt64

        /// nil for any other text, valid or not.
        @inline(__always)
        init?(_ field: UInt64, _ count: Int) {
            guard count <= 8 else { return nil }
            sign = UInt8(truncatingIfNeeded: field) == Byte.minus ? 1 : 0
            let word = field &>> (sign &* 8)
            let unsignedCount = count &- Int(truncatingIfNeeded: sign)
            // The lowest byte that is a dot: that of the lowest zero after exclusive or.
            let other = word ^ 0x2E2E_2E2E_2E2E_2E2E
            let dots = (other &- 0x0101_0101_0101_0101) & ~other & 0x8080_8080_8080_8080
            let integerCount = min(dots.trailingZeroBitCount >> 3, unsignedCount)
            let digitCount = unsignedCount &- (dots == 0 ? 0 : 1)
            fractionDigitCount = digitCount &- integerCount
            guard digitCount > 0 else { return nil }
            // Without a dot the bytes that move down are zeros, onto zeros.
            let behind = ByteShift.up(.max, by: integerCount)
            let digits = (word & ~behind) | ((word >> 8) & behind)
            let eight = EightDigits.padded(digits, digitCount)
            guard EightDigits.areDigits(eight) else { return nil }
            mantissa = EightDigits.value(eight)
        }

        @inline(__always) var double: Double {
            let value = Double(Int64(truncatingIfNeeded: mantissa)) / PowersOfTen.double(fractionDigitCount)
            return Double(bitPattern: value.bitPattern | sign &<< 63)
        }
    }

    /// A number of any spelling, infinities and NaN included; nil for any other text.
    static func double(_ text: UnsafeRawBufferPointer) -> Double? {
        guard let decimal = DecimalText(text) else { return special(text).map { Double($0) } }
        let magnitude = doubleMagnitude(decimal, text)
        return decimal.isNegative ? -magnitude : magnitude
    }

    /// Like ``double(_:)``, rounded once, to binary32.
    static func float(_ text: UnsafeRawBufferPointer) -> Float? {
        guard let decimal = DecimalText(text) else { return special(text) }
        let magnitude = floatMagnitude(decimal, text)
        return decimal.isNegative ? -magnitude : magnitude
    }

    private static func doubleMagnitude(_ decimal: DecimalText, _ text: UnsafeRawBufferPointer) -> Double {
        if decimal.digitCount == 0 { return 0 }
        if decimal.isExact {
            if decimal.significand <= 1 << 53, abs(decimal.exponent) <= 22 {
                let significand = Double(decimal.significand)
                let power = PowersOfTen.double(abs(decimal.exponent))
                return decimal.exponent < 0 ? significand / power : significand * power
            }
            if let value: Double = ExactProduct(decimal)?.rounded() { return value }
        }
        let leading = decimal.exponent + decimal.digitCount
        if leading > 310 { return .infinity }
        if leading < -330 { return 0 }
        return Double(canonical(decimal, text)) ?? .nan
    }

    private static func floatMagnitude(_ decimal: DecimalText, _ text: UnsafeRawBufferPointer) -> Float {
        if decimal.digitCount == 0 { return 0 }
        if decimal.isExact, let value: Float = ExactProduct(decimal)?.rounded() { return value }
        let leading = decimal.exponent + decimal.digitCount
        if leading > 40 { return .infinity }
        if leading < -60 { return 0 }
        return Float(canonical(decimal, text)) ?? .nan
    }

    /// The number as `<digits>e<exponent>` with no more digits than decide how it is rounded.
    ///
    /// The midpoint of two neighbouring doubles has at most 768 significant digits: what follows more of them counts
    /// only as being there, which a last digit 1 says.
    private static func canonical(_ decimal: DecimalText, _ text: UnsafeRawBufferPointer) -> String {
        let decidingDigitCount = 800
        var digits = ""
        var count = 0
        for byte in text[decimal.mantissa] where byte != Byte.dot && (count > 0 || byte != Byte.zero) {
            guard count < min(decimal.digitCount, decidingDigitCount) else { break }
            digits.unicodeScalars.append(Unicode.Scalar(byte))
            count += 1
        }
        var exponent = decimal.exponent + decimal.digitCount - count
        if count < decimal.digitCount {
            digits += "1"
            exponent -= 1
        }
        return "\(digits)e\(exponent)"
    }

    /// `inf`, `infinity` and `nan` in any case, with or without a sign.
    private static func special(_ text: UnsafeRawBufferPointer) -> Float? {
        let isNegative = text.first == Byte.minus
        let name = isNegative || text.first == Byte.plus ? UnsafeRawBufferPointer(rebasing: text.dropFirst()) : text
        guard name.count <= 8 else { return nil }
        switch String(decoding: name, as: UTF8.self).lowercased() {
        case "inf", "infinity": return isNegative ? -.infinity : .infinity
        case "nan": return .nan
        default: return nil
        }
    }
}
