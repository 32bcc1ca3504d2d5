@testable import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// The parts of encodings that no file has in every width.
@Suite struct ParquetEncodingReadTests {
    /// Bits of some values, least significant first, packed one by one.
    private func packed(_ values: [UInt32], _ bitWidth: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: (values.count * bitWidth + 7) / 8)
        for (index, value) in values.enumerated() {
            for bit in 0..<bitWidth where value >> UInt32(bit) & 1 == 1 {
                bytes[(index * bitWidth + bit) / 8] |= 1 << UInt8((index * bitWidth + bit) % 8)
            }
        }
        return bytes
    }

    private func joined(_ parts: [UInt8]...) -> [UInt8] { Array(parts.joined()) }

    private func varint(_ value: Int) -> [UInt8] {
        var rest = value
        var bytes: [UInt8] = []
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        return bytes + [UInt8(rest)]
    }

    private func decode(_ decoder: inout HybridDecoder, _ count: Int) throws -> [UInt32] {
        var values = [UInt32](repeating: .max, count: count)
        try values.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            try decoder.decode(count, into: start)
        }
        return values
    }

    @Test(arguments: 0...32) func runsAndLiteralsOfEveryWidth(_ bitWidth: Int) throws {
        var random = SeededGenerator(seed: UInt64(bitWidth))
        let mask: UInt32 = bitWidth == 32 ? .max : (1 << UInt32(bitWidth)) - 1
        let literals = (0..<104).map { _ in UInt32(truncatingIfNeeded: random.next()) & mask }
        let run = UInt32(truncatingIfNeeded: random.next()) & mask
        let runBytes = (0..<(bitWidth + 7) / 8).map { UInt8(truncatingIfNeeded: run >> UInt32(8 * $0)) }
        let bytes = joined(
            varint(13 << 1 | 1), packed(literals, bitWidth), varint(37 << 1), runBytes, varint(13 << 1 | 1),
            packed(literals.reversed(), bitWidth))
        let expected = literals + [UInt32](repeating: run, count: 37) + literals.reversed()
        for step in [1, 3, 8, 9, 50, 245] {
            var decoder = try HybridDecoder(Buffer(bytes), bitWidth: bitWidth)
            var values: [UInt32] = []
            while values.count < expected.count {
                values += try decode(&decoder, min(step, expected.count - values.count))
            }
            #expect(values == expected, "in steps of \(step)")
            #expect(throws: S3DBError.self) { try decode(&decoder, 1) }
        }
    }

    @Test func damagedRunsAreRefused() throws {
        #expect(throws: S3DBError.self) { try HybridDecoder(Buffer(), bitWidth: 33) }
        let pages: [[UInt8]] = [
            [], [0x80], [0x02], [0x03], [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], [0x02, 0xFF],
            [0xFE, 0xFF, 0xFF, 0xFF, 0xFF, 0x0F, 0x01],
        ]
        for page in pages {
            var decoder = try HybridDecoder(Buffer(page), bitWidth: 3)
            #expect(throws: S3DBError.self, "\(page)") { try decode(&decoder, 2) }
        }
    }

    @Test func bitsCountWhatIsSet() throws {
        let bits = (0..<75).map { $0 % 3 == 0 }
        let bytes = joined(varint(5 << 1), [1], varint(10 << 1 | 1), packed(bits.map { $0 ? 1 : 0 }, 1))
        var decoder = try HybridDecoder(Buffer(bytes), bitWidth: 1)
        var builder = BitmapBuilder()
        #expect(try decoder.decodeBits(3, into: &builder) == 3)
        #expect(try decoder.decodeBits(10, into: &builder) == 2 + bits[..<8].count(where: { $0 }))
        #expect(try decoder.decodeBits(67, into: &builder) == bits[8...].count(where: { $0 }))
        #expect(builder.freeze() == Bitmap([true, true, true, true, true] + bits))
    }

    /// The example of the specification: 0 to 7 in three bits each.
    @Test func bitPackedLevelsBeginWithTheMostSignificantBit() throws {
        #expect(BitPackedLevels.byteCount(of: 8, bitWidth: 3) == 3)
        var decoder = BitPackedLevels(Buffer([0b0000_0101, 0b0011_1001, 0b0111_0111]), bitWidth: 3)
        var levels = [UInt16](repeating: 9, count: 8)
        try levels.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return }
            try decoder.decode(3, into: start)
            try decoder.decode(5, into: start + 3)
        }
        #expect(levels == [0, 1, 2, 3, 4, 5, 6, 7])
        #expect(throws: S3DBError.self) {
            try levels.withUnsafeMutableBufferPointer { buffer in
                guard let start = buffer.baseAddress else { return }
                try decoder.decode(1, into: start)
            }
        }
    }

    /// The example of the specification: "a page with the values 7, 5, 3, 1, 2, 3, 4, 5".
    @Test func differences() throws {
        let deltas = [0, 0, 0, 3, 3, 3, 3] + [UInt32](repeating: 0, count: 25)
        let page = joined(varint(128), varint(4), varint(8), [14], [3, 2, 0, 0, 0], packed(deltas, 2))
        var decoder = try DeltaBinaryPacked(Buffer(page), limit: 8)
        var output = BufferBuilder()
        try decoder.decode(as: UInt64.self, into: &output)
        #expect(output.freeze().withElements(of: UInt64.self) { Array($0) } == [7, 5, 3, 1, 2, 3, 4, 5])
        #expect(throws: S3DBError.self) { try DeltaBinaryPacked(Buffer(page), limit: 7) }
        for count in 0..<page.count - 8 {
            #expect(throws: S3DBError.self, "\(count) bytes") {
                var decoder = try DeltaBinaryPacked(Buffer(page.prefix(count)), limit: 8)
                var output = BufferBuilder()
                try decoder.decode(as: UInt64.self, into: &output)
            }
        }
    }

    @Test func sharedPrefixesHaveALimit() throws {
        // 129 strings of 1,000 bytes in a page of little more than one.
        func lengths(_ first: Int, then rest: Int) -> [UInt8] {
            let least = min(rest - first, 0)
            let deltas = [UInt32(rest - first - least)] + [UInt32](repeating: UInt32(-least), count: 127)
            return joined(
                varint(128), varint(4), varint(129), varint(first << 1), varint(least < 0 ? -2 * least - 1 : 0),
                [32, 32, 32, 32], packed(deltas, 32))
        }
        let count = 129
        let page = joined(lengths(0, then: 1000), lengths(1000, then: 0), [UInt8](repeating: 65, count: 1000))
        let strings = try DeltaByteArrays.prefixes(Buffer(page), limit: count, byteLimit: 1 << 20)
        #expect(strings.count == count && strings.bytes.allSatisfy { $0 == 65 })
        let error = #expect(throws: S3DBError.self) {
            try DeltaByteArrays.prefixes(Buffer(page), limit: count, byteLimit: 50_000)
        }
        #expect(error?.code == .limitExceeded)
    }

    @Test(.needsPython) func intervalsAndUUIDsOfDuckDB() throws {
        let directory = try TemporaryDirectory()
        let path = directory.url.appending(path: "file.parquet").path
        try Python.run(
            """
            import sys, duckdb
            duckdb.sql(f'''copy (select
                case when i % 3 = 0 then null else to_months(i::int) + to_days((2 * i)::int) + to_milliseconds(3 * i) end as span,
                case when i % 2 = 0 then '8d3bb5d0-0000-4000-8000-' || lpad(i::varchar, 12, '0') end::uuid as id
                from range(50) r(i)) to '{sys.argv[1]}' (format parquet)''')
            """, [path])
        let reader = try ParquetReading.reader(try ParquetReading.bytes(URL(filePath: path)))
        let columns = try reader.readBatches()[0].columns
        #expect(reader.schema.fields.map(\.type) == [.interval(.monthDayNano), .fixedSizeBinary(16)])
        #expect(
            ColumnText.values(of: columns[0])
                == (0..<50).map {
                    $0 % 3 == 0 ? "null" : "\($0)m \(2 * $0)d \(3_000_000 * $0)ns"
                })
        #expect(
            CanonicalText.values(of: columns[1])
                == (0..<50).map {
                    $0 % 2 == 0 ? "x8d3bb5d0000040008000" + String(format: "%012d", $0) : "null"
                })
    }
}
