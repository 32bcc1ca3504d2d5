/// Integers of up to 256 bits with a decimal point.
enum DecimalText {
    /// Ten to the power of 18, the digits that are taken off at a time.
    private static let step: UInt64 = 1_000_000_000_000_000_000
    private static let stepDigitCount = 18

    /// Appends the value in row number `row` of two's complement integers of `byteWidth` bytes, least significant first,
    /// times ten to the power of `-scale`.
    static func append(_ values: Buffer, _ row: Int, byteWidth: Int, scale: Int, to output: inout BufferBuilder) {
        var words = words(values, row, byteWidth: byteWidth)
        if Int64(bitPattern: words[3]) < 0 {
            output.append(UInt8(ascii: "-"))
            negate(&words)
        }
        let digits = digits(words)
        guard scale > 0 else {
            output.append(contentsOf: digits)
            // Zero stays a single digit.
            if digits != [UInt8(ascii: "0")] {
                output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: -scale))
            }
            return
        }
        let integerCount = digits.count - scale
        if integerCount > 0 {
            output.append(contentsOf: digits[..<integerCount])
        } else {
            output.append(UInt8(ascii: "0"))
        }
        output.append(UInt8(ascii: "."))
        output.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: max(0, -integerCount)))
        output.append(contentsOf: digits[max(0, integerCount)...])
    }

    /// The integer as four words, least significant first.
    private static func words(_ values: Buffer, _ row: Int, byteWidth: Int) -> [UInt64] {
        values.withUnsafeBytes { bytes in
            let value = bytes[row * byteWidth..<(row + 1) * byteWidth]
            let sign: UInt64 = (value.last ?? 0) & 0x80 == 0 ? 0 : .max
            return (0..<4).map { word in
                var bits = sign
                for index in (word * 8..<word * 8 + 8).reversed() where index < byteWidth {
                    bits = bits << 8 | UInt64(value[value.startIndex + index])
                }
                return bits
            }
        }
    }

    private static func negate(_ words: inout [UInt64]) {
        var carry = true
        for index in words.indices {
            let (word, overflow) = (~words[index]).addingReportingOverflow(carry ? 1 : 0)
            words[index] = word
            carry = overflow
        }
    }

    /// The digits of an integer without sign, most significant first.
    private static func digits(_ words: [UInt64]) -> [UInt8] {
        var words = words
        var digits: [UInt8] = []
        repeat {
            var rest: UInt64 = 0
            for index in words.indices.reversed() {
                // The rest is less than the divisor, so that the quotient fits.
                (words[index], rest) = step.dividingFullWidth((rest, words[index]))
            }
            let isLast = words.allSatisfy { $0 == 0 }
            var count = 0
            while isLast ? rest > 0 : count < stepDigitCount {
                digits.append(UInt8(ascii: "0") + UInt8(rest % 10))
                rest /= 10
                count += 1
            }
            if isLast { break }
        } while true
        if digits.isEmpty { digits.append(UInt8(ascii: "0")) }
        return digits.reversed()
    }
}
