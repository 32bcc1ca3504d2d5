/// Content that codecs are checked with.
struct ConformanceContent {
    let label: String
    let bytes: Buffer

    /// Lengths around words and around the block of snappy and deflate, and some of more than one block of most.
    private static let byteCounts = [0, 1, 7, 8, 9, 63, 64, 65, 65_535, 65_536, 65_537, (1 << 20) + 12_345]

    /// Every length, compressible and not.
    static func all(seed: UInt64) -> [ConformanceContent] {
        byteCounts.flatMap { count in
            [
                ConformanceContent(label: "\(count) bytes of text", bytes: text(count, seed: seed)),
                ConformanceContent(label: "\(count) random bytes", bytes: noise(count, seed: seed)),
            ]
        }
    }

    /// Lines of numbers, as data in files is.
    static func text(_ byteCount: Int, seed: UInt64) -> Buffer {
        var random = Noise(state: seed)
        var builder = BufferBuilder(capacity: byteCount + 32)
        var start: UInt64 = 1_577_836_800
        while builder.count < byteCount {
            start += random.next() % 2 == 0 ? 0 : 3600
            builder.append(contentsOf: "\(start),NODE_\(random.next() % 8),\(random.next() % 100).5\n".utf8)
        }
        builder.truncate(to: byteCount)
        return builder.freeze()
    }

    /// Bytes that no codec makes smaller.
    static func noise(_ byteCount: Int, seed: UInt64) -> Buffer {
        var random = Noise(state: seed)
        var builder = BufferBuilder(capacity: byteCount + 8)
        while builder.count < byteCount { builder.appendLittleEndian(random.next()) }
        builder.truncate(to: byteCount)
        return builder.freeze()
    }

    /// Bytes that every codec makes smaller.
    static func zeros(_ byteCount: Int) -> Buffer {
        var builder = BufferBuilder(capacity: byteCount)
        builder.appendZeros(byteCount)
        return builder.freeze()
    }

    /// SplitMix64.
    private struct Noise {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed >> 31)
        }
    }
}
