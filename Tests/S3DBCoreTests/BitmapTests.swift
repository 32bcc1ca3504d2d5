import S3DBCore
import TestSupport
import Testing

@Suite("Bitmap")
struct BitmapTests {
    private static let lengths = [0, 1, 7, 8, 9, 63, 64, 65, 127, 128, 129, 200]

    @Test("packs bits least significant first", arguments: lengths)
    func packs(count: Int) {
        var random = SeededGenerator.fresh()
        let bits = (0..<count).map { _ in random.next() & 1 == 0 }
        let bitmap = Bitmap(bits)
        #expect(bitmap.count == count)
        #expect(bitmap.buffer.count == (count + 7) / 8)
        #expect((0..<count).map { bitmap[$0] } == bits)
        #expect(bitmap.setCount == bits.count { $0 })
        var expected = [UInt8](repeating: 0, count: (count + 7) / 8)
        for (index, bit) in bits.enumerated() where bit { expected[index / 8] |= 1 << UInt8(index % 8) }
        #expect(Array(bitmap.buffer) == expected)
    }

    @Test("appends single bits, runs and ranges of other bitmaps at any position", arguments: lengths)
    func appends(start: Int) {
        var random = SeededGenerator.fresh()
        let source = (0..<300).map { _ in random.next() & 1 == 0 }
        let bitmap = Bitmap(source)
        for count in Self.lengths {
            let offset = Int(random.next() % UInt64(301 - count))
            var builder = BitmapBuilder()
            builder.append(true, repeating: start)
            builder.append(bitmap, offset..<offset + count)
            builder.append(false, repeating: count)
            builder.append(true)
            let expected =
                Array(repeating: true, count: start) + source[offset..<offset + count]
                + Array(repeating: false, count: count) + [true]
            #expect(builder.count == expected.count)
            #expect(builder.freeze() == Bitmap(expected), "seed \(random.seed), start \(start), count \(count)")
            #expect(builder.count == 0)
        }
    }
}
