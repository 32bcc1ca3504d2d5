import Foundation

/// A random number generator that gives the same numbers for the same seed (SplitMix64, G. Steele et al., 2014).
///
/// Tests take ``fresh()``, which `S3DB_SEED` replays, and name the seed in their failures.
public struct SeededGenerator: RandomNumberGenerator, Sendable {
    /// What it began with.
    public let seed: UInt64
    private var state: UInt64

    /// Begins with a seed.
    public init(seed: UInt64) {
        self.seed = seed
        state = seed
    }

    /// Begins with the seed in `S3DB_SEED`, or with a random one.
    public static func fresh() -> SeededGenerator {
        let given = ProcessInfo.processInfo.environment["S3DB_SEED"].flatMap(UInt64.init)
        return SeededGenerator(seed: given ?? UInt64.random(in: 0...UInt64.max))
    }

    /// The next 64 bits.
    public mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
