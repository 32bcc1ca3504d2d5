extension InflateLimits {
    /// Content that compressed bytes make likely: so many times as much, and ``reservedByteCount``.
    private static let reservedRatio = 256
    private static let reservedByteCount = 64 << 10

    /// The bytes to reserve for content of which `claim` bytes are promised by `input` compressed ones.
    ///
    /// All of them where that is likely. Where it is not, memory grows as content comes: a promise costs its maker nothing.
    package static func reservation(for claim: Int, from input: Int) -> Int {
        let (likely, overflow) = input.multipliedReportingOverflow(by: reservedRatio)
        return overflow ? claim : min(claim, max(likely, reservedByteCount))
    }
}
