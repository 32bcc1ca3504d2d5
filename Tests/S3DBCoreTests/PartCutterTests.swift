import TestSupport
import Testing

@testable import S3DBCore

/// How bytes are cut into parts.
@Suite struct PartCutterTests {
    @Test func pieceSizesMakeNoDifference() {
        let content = Buffer((0..<5000).map { UInt8(truncatingIfNeeded: $0) })
        for step in [1, 7, 999, 1000, 1001, 2500, 5000] {
            var cutter = PartCutter(partByteCount: 1000)
            var parts: [PartCutter.Part] = []
            for start in stride(from: 0, to: content.count, by: step) {
                var rest = content.slice(start..<min(start + step, content.count))
                while !rest.isEmpty { if let part = cutter.take(&rest) { parts.append(part) } }
            }
            #expect(cutter.byteCount == 0)
            #expect(parts.map(\.number) == [1, 2, 3, 4, 5], "step \(step)")
            #expect(parts.allSatisfy { $0.byteCount == 1000 })
            #expect(Buffer(parts.flatMap(\.content).joined()) == content)
        }
    }

    @Test(arguments: [5 << 20, 8 << 20, 64 << 20, 5 << 30])
    func tenThousandPartsHoldTheLargestObject(partByteCount: Int) {
        var total = 0
        for number in 1...10_000 {
            let size = PartCutter(partByteCount: partByteCount, firstNumber: number).partByteCount
            #expect(size >= partByteCount && size <= PartCutter.maximumPartByteCount)
            total += size
        }
        #expect(total >= 5 << 40)
    }

    @Test func hugePartSizesDoNotTrap() {
        #expect(PartCutter(partByteCount: .max, firstNumber: 10_000).partByteCount == PartCutter.maximumPartByteCount)
        #expect(PartCutter(partByteCount: .min).partByteCount == 1)
    }
}
