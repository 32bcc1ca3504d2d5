import S3DBCore

extension DeltaBinaryPacked {
    /// The integers of a block and of a miniblock, as other writers have them.
    private static let blockLength = 128
    private static let miniblocks = 4
    private static let writtenMiniblockLength = blockLength / miniblocks

    /// Appends integers of the column's width in DELTA_BINARY_PACKED encoding. O(count).
    ///
    /// Differences wrap around, so that each fits the width whatever the integers are.
    static func encode<Word: FixedWidthInteger & SignedInteger>(
        _ values: some RandomAccessCollection<Word>, into output: inout BufferBuilder
    ) {
        output.appendVarint(UInt64(blockLength))
        output.appendVarint(UInt64(miniblocks))
        output.appendVarint(UInt64(values.count))
        output.appendVarint(zigzag(Int64(values.first ?? 0)))
        var last = values.first ?? 0
        var deltas: [Word] = []
        deltas.reserveCapacity(blockLength)
        for value in values.dropFirst() {
            deltas.append(value &- last)
            last = value
            if deltas.count == blockLength { encodeBlock(&deltas, into: &output) }
        }
        if !deltas.isEmpty { encodeBlock(&deltas, into: &output) }
    }

    private static func zigzag(_ value: Int64) -> UInt64 {
        UInt64(bitPattern: value << 1 ^ value >> 63)
    }

    /// Appends a block, of which only the last may be short, and forgets its differences.
    private static func encodeBlock<Word: FixedWidthInteger & SignedInteger>(
        _ deltas: inout [Word], into output: inout BufferBuilder
    ) {
        let least = deltas.min() ?? 0
        output.appendVarint(zigzag(Int64(least)))
        var parts: [[UInt64]] = []
        for start in stride(from: 0, to: blockLength, by: writtenMiniblockLength) {
            let part = deltas[min(start, deltas.count)..<min(start + writtenMiniblockLength, deltas.count)]
            parts.append(part.map { UInt64(truncatingIfNeeded: Word.Magnitude(truncatingIfNeeded: $0 &- least)) })
        }
        for part in parts { output.append(UInt8(bitWidth(of: part))) }
        for part in parts where !part.isEmpty { pack(part, bitWidth: bitWidth(of: part), into: &output) }
        deltas.removeAll(keepingCapacity: true)
    }

    private static func bitWidth(of values: [UInt64]) -> Int {
        UInt64.bitWidth - values.reduce(0, |).leadingZeroBitCount
    }

    /// Appends a miniblock, filled up with zeros.
    private static func pack(_ values: [UInt64], bitWidth: Int, into output: inout BufferBuilder) {
        var word: UInt64 = 0
        var used = 0
        var byteCount = 0
        let total = writtenMiniblockLength * bitWidth / 8
        for value in values {
            var value = value
            var left = bitWidth
            while left > 0 {
                let step = min(left, 64 - used)
                word |= value << UInt64(used)
                value = step == 64 ? 0 : value >> UInt64(step)
                used += step
                left -= step
                if used == 64 {
                    output.appendLittleEndian(word)
                    byteCount += 8
                    word = 0
                    used = 0
                }
            }
        }
        while byteCount < total {
            output.append(UInt8(truncatingIfNeeded: word))
            word >>= 8
            byteCount += 1
        }
    }
}
