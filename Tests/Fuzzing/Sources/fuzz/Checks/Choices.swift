import S3DBCore

/// Choices that depend on the input and nothing else, so that inputs are plain files: random numbers (SplitMix64) from a
/// hash of its bytes.
struct Choices {
    private var generator: SeededGenerator

    init(_ input: Buffer) {
        // FNV-1a.
        let hash = input.withUnsafeBytes { bytes in
            bytes.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        }
        generator = SeededGenerator(seed: hash)
    }

    /// A number in a range.
    mutating func number(in range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

    /// True one time in `count`.
    mutating func oneIn(_ count: Int) -> Bool { number(in: 1...count) == 1 }

    /// The ends of pieces of a run of bytes.
    mutating func cuts(_ byteCount: Int) -> [Int] {
        var ends: [Int] = []
        var end = 0
        // Whole runs in pieces of a byte or two would take quadratic time where who reads waits for more.
        let longest = max(oneIn(4) ? 3 : 700, byteCount / 64)
        while end < byteCount {
            end = min(byteCount, end + number(in: 1...longest))
            ends.append(end)
        }
        return ends.isEmpty ? [0] : ends
    }
}

extension Buffer {
    /// Feeds a decoder the bytes in pieces, showing what it did not use again.
    func feed(
        ends: [Int], _ decode: (RawSpan, _ isLast: Bool) throws(S3DBError) -> Int
    ) throws(S3DBError) {
        var start = 0
        for end in ends { start += try decode(slice(start..<end).bytes, end == count) }
        if start != count { fatalError("\(count - start) bytes were left over without an error") }
    }
}
