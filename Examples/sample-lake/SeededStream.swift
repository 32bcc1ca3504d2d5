/// Random numbers that are the same for the same seed (SplitMix64, G. Steele et al., 2014).
///
/// Only additions and multiplications of doubles build on it, so that a lake is the same on every platform.
struct SeededStream: RandomNumberGenerator {
    private var state: UInt64

    /// Begins with a seed and what the numbers are for, such as a day's number.
    init(_ seed: UInt64, _ purposes: UInt64...) {
        state = seed
        for purpose in purposes { state = Self.mixed(state &+ Self.mixed(purpose)) }
    }

    /// The next 64 bits.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        return Self.mixed(state)
    }

    /// A number from 0 up to 1.
    mutating func uniform() -> Double {
        Double(next() >> 11) * 0x1p-53
    }

    /// A number round 0 with about the standard deviation 1, never beyond ±3.5.
    mutating func bell() -> Double {
        // The sum of four uniform numbers has the variance 4 / 12.
        (uniform() + uniform() + uniform() + uniform() - 2) * 1.7320508075688772
    }

    /// An index below `count`.
    mutating func index(below count: Int) -> Int {
        Int(next().multipliedFullWidth(by: UInt64(count)).high)
    }

    /// One of the elements.
    mutating func pick<Element>(_ elements: [Element]) -> Element {
        elements[index(below: elements.count)]
    }

    /// Every bit of `word` spread over all bits.
    static func mixed(_ word: UInt64) -> UInt64 {
        var word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A number for a text (FNV-1a).
    static func purpose(_ text: String) -> UInt64 {
        text.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
    }
}
