import S3DBCore
import TestSupport
import Testing

@testable import ColumnarFormats

@Suite("Dictionary positions that wait")
struct WaitingPositionsTests {
    /// Positions that become wide in the middle, at a place of any alignment, or never, or at once.
    @Test(arguments: [0, 1, 2, 3, 4097, 30_000, 1 << 20])
    func areThoseAppended(wideFrom: Int) {
        var generator = SeededGenerator.fresh()
        var waiting = WaitingPositions(expectedCount: 50_000)
        var expected: [UInt32] = []
        for _ in 0..<60 {
            let limit = Int.random(in: 1...2000, using: &generator)
            let count = Int.random(in: 0...limit, using: &generator)
            waiting.append(upTo: limit) { target in
                for index in 0..<count {
                    let most: UInt32 = expected.count >= wideFrom ? 70_000 : 65_535
                    expected.append(
                        expected.count == wideFrom ? 65_536 : UInt32.random(in: 0...most, using: &generator))
                    target[index] = expected[expected.count - 1]
                }
                return count
            }
            if Bool.random(using: &generator), expected.count != wideFrom + 1 {
                let forgotten = min(expected.count, 3)
                waiting.removeLast(forgotten)
                expected.removeLast(forgotten)
            }
            #expect(waiting.count == expected.count)
        }
        expectEqual(waiting, expected, "seed \(generator.seed)")

        waiting.removeAll()
        waiting.append(upTo: 3) { target in
            for index in 0..<3 { target[index] = UInt32(index) }
            return 3
        }
        expectEqual(waiting, [0, 1, 2], "after they were forgotten")
    }

    private func expectEqual(_ waiting: borrowing WaitingPositions, _ expected: [UInt32], _ comment: Comment) {
        for range in [0..<expected.count, 0..<0, expected.count / 3..<expected.count, 1..<2] {
            var found: [UInt32] = []
            waiting.forEachStretch(range) { found += $0 }
            #expect(found == Array(expected[range]), comment)

            var written = BufferBuilder()
            waiting.write(range, into: &written)
            var wide = BufferBuilder()
            let bitWidth = RLEBitPackedHybrid.bitWidth(of: expected[range].max() ?? 0)
            wide.append(UInt8(bitWidth))
            expected[range].withUnsafeBufferPointer { RLEBitPackedHybrid.encode($0, bitWidth: bitWidth, into: &wide) }
            #expect(written.freeze() == wide.freeze(), comment)
        }
    }
}
