/// A number in decimal, taken apart: `±significand * 10^exponent`.
///
///     [+-]? ( [0-9]+ ( "." [0-9]* )? | "." [0-9]+ ) ( [eE] [+-]? [0-9]+ )?
struct DecimalText {
    var isNegative = false
    var hasPlus = false
    /// The digits from the first to the last that is not 0, where ``isExact``.
    var significand: UInt64 = 0
    /// The digits from the first to the last that is not 0.
    var digitCount = 0
    /// The power of ten of the last digit that is not 0.
    var exponent = 0
    /// The first byte of the mantissa and the one behind it.
    var mantissa = 0..<0

    /// Whether 64 bits hold all digits.
    var isExact = true

    /// Reads all of `text`; nil where it is not such a number.
    init?(_ text: UnsafeRawBufferPointer) {
        var index = 0
        if let first = text.first, first == Byte.minus || first == Byte.plus {
            isNegative = first == Byte.minus
            hasPlus = first == Byte.plus
            index = 1
        }
        mantissa = index..<index
        guard readMantissa(text, &index) else { return nil }
        mantissa = mantissa.lowerBound..<index
        if index < text.count {
            guard text[index] | Byte.lowercaseBit == Byte.lowercaseE else { return nil }
            index += 1
            guard readExponent(text, &index), index == text.count else { return nil }
        }
    }

    private mutating func readMantissa(_ text: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
        var hasDigits = false
        var isFraction = false
        var zeros = 0
        while index < text.count {
            let byte = text[index]
            let digit = byte &- Byte.zero
            if digit > 9 {
                guard byte == Byte.dot, !isFraction else { break }
                isFraction = true
            } else {
                hasDigits = true
                if isFraction { exponent -= 1 }
                if digit == 0 {
                    zeros += 1
                } else {
                    append(digit, after: zeros)
                    zeros = 0
                }
            }
            index += 1
        }
        exponent += zeros
        if digitCount == 0 { exponent = 0 }
        return hasDigits
    }

    private mutating func append(_ digit: UInt8, after zeros: Int) {
        let zeros = digitCount == 0 ? 0 : zeros
        for _ in 0..<(isExact ? zeros : 0) { push(0) }
        push(digit)
        digitCount += zeros + 1
    }

    private mutating func push(_ digit: UInt8) {
        let (tenfold, overflow) = significand.multipliedReportingOverflow(by: 10)
        let (sum, carry) = tenfold.addingReportingOverflow(UInt64(digit))
        isExact = isExact && !overflow && !carry
        if isExact { significand = sum }
    }

    private mutating func readExponent(_ text: UnsafeRawBufferPointer, _ index: inout Int) -> Bool {
        var isNegative = false
        if index < text.count, text[index] == Byte.minus || text[index] == Byte.plus {
            isNegative = text[index] == Byte.minus
            index += 1
        }
        var value = 0
        let first = index
        while index < text.count {
            let digit = text[index] &- Byte.zero
            guard digit <= 9 else { return false }
            // Far beyond any length of a mantissa that could bring the number back into range.
            if value < 1 << 40 { value = value * 10 + Int(digit) }
            index += 1
        }
        if digitCount > 0 { exponent += isNegative ? -value : value }
        return index > first
    }
}
