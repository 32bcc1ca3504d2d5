/// The smallest and the largest number of a page, NaNs left out.
struct NumberExtremes<Number: PhysicalElement> {
    private var range: (minimum: Number, maximum: Number)?

    /// Widens the extremes to hold `number`.
    @inline(__always)
    mutating func extend(_ number: Number) {
        guard let (minimum, maximum) = range else {
            // Only a NaN differs from itself.
            if number == number { range = (number, number) }
            return
        }
        if number < minimum {
            range = (number, maximum)
        } else if number > maximum {
            range = (minimum, number)
        }
    }

    /// Widens the extremes to hold `numbers`.
    mutating func extend(_ numbers: UnsafeBufferPointer<Number>) {
        var widened = self
        for number in numbers { widened.extend(number) }
        self = widened
    }

    /// The bounds of the page, or nil where it has no number.
    var bounds: Bounds? {
        range.map { Bounds(minimum: Self.bytes($0.minimum.asMinimum), maximum: Self.bytes($0.maximum.asMaximum)) }
    }

    private static func bytes(_ number: Number) -> [UInt8] {
        let bits = number.plainBits
        return (0..<MemoryLayout<Number.Bits>.size).map { UInt8(truncatingIfNeeded: bits >> Number.Bits(8 * $0)) }
    }
}
