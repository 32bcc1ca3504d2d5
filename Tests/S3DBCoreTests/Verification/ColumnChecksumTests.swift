import S3DBCore
import TestSupport
import Testing

@Suite("Checksums of columns")
struct ColumnChecksumTests {
    private static let types = RandomColumn.flatTypes + RandomColumn.nestedTypes

    private static func checksum(_ columns: [AnyColumn]) -> ColumnChecksum {
        columns.reduce(into: ColumnChecksum()) { $0.add($1) }
    }

    private static func checksum(_ column: AnyColumn) -> ColumnChecksum { checksum([column]) }

    @Test("depend neither on where batches end nor on slices", arguments: types)
    func batches(type: DataType) throws {
        var random = SeededGenerator.fresh()
        for count in [0, 1, 7, 8, 9, 63, 64, 65, 200] {
            let column = try RandomColumn.make(type, count: count, hasNulls: count % 2 == 0, &random)
            let whole = Self.checksum(column)
            #expect(whole.rowCount == count)
            var pieces: [AnyColumn] = []
            var start = 0
            while start < count {
                let end = Int.random(in: start...count, using: &random)
                pieces.append(column.slice(start..<end))
                start = end
            }
            #expect(Self.checksum(pieces) == whole, "seed \(random.seed)")
            if count > 2 {
                let slice = column.slice(1..<count - 1)
                let rows = (1..<count - 1).map(Int32.init)
                #expect(Self.checksum(slice) == Self.checksum(column.gather(rows)), "seed \(random.seed)")
                #expect(Self.checksum(slice) != whole)
            }
        }
    }

    /// What has the same text has the same checksum, and nothing else has.
    @Test("tell columns apart exactly where their values differ", arguments: types)
    func differences(type: DataType) throws {
        var random = SeededGenerator.fresh()
        let count = 40
        let column = try RandomColumn.make(type, count: count, &random)
        let texts = ColumnText.values(of: column)
        for _ in 0..<40 {
            var rows = (0..<Int32(count)).map(\.self)
            let (a, b) = (Int.random(in: 0..<count, using: &random), Int.random(in: 0..<count, using: &random))
            if Bool.random(using: &random) { rows.swapAt(a, b) } else { rows[a] = Int32(b) }
            let isSame = rows.map { texts[Int($0)] } == texts
            let isSameChecksum = Self.checksum(column.gather(rows)) == Self.checksum(column)
            #expect(isSame == isSameChecksum, "seed \(random.seed): \(a) \(b)")
        }
    }

    @Test("a dictionary has that of its values", arguments: [0, 1, 65, 500])
    func dictionaries(count: Int) {
        let texts: [String?] = (0..<count).map { $0 % 5 == 3 ? nil : "row \($0 % 11) é" }
        let plain = Self.checksum(AnyColumn(texts))
        #expect(Self.checksum(AnyColumn(texts, as: .dictionary)) == plain)
        #expect(plain.nullCount == texts.count { $0 == nil })
        let swapped = Array(texts.dropFirst() + texts.prefix(1))
        #expect((Self.checksum(AnyColumn(swapped, as: .dictionary)) == plain) == (count < 2))
    }

    @Test("the width of numbers does not matter")
    func widths() throws {
        let numbers: [Int8?] = [0, -1, 127, nil, -128, 5]
        let narrow = Self.checksum(AnyColumn(numbers))
        #expect(Self.checksum(AnyColumn(numbers.map { $0.map(Int16.init) })) == narrow)
        #expect(Self.checksum(AnyColumn(numbers.map { $0.map(Int64.init) })) == narrow)
        let floats: [Float?] = [0, -0.0, .infinity, nil, 1.5, .nan, -.nan]
        #expect(Self.checksum(AnyColumn(floats)) == Self.checksum(AnyColumn(floats.map { $0.map(Double.init) })))
        #expect(Self.checksum(AnyColumn([0.0])) != Self.checksum(AnyColumn([-0.0])))
        func decimals<Value: FixedWidthInteger & BitwiseCopyable>(
            _ values: [Value], _ width: DataType.DecimalWidth
        ) throws -> AnyColumn {
            try AnyColumn(
                type: .decimal(width, precision: 9, scale: 2), count: values.count,
                storage: .fixedWidth(Buffer(copying: values)))
        }
        let small = Self.checksum(try decimals([1, -1, 123_456] as [Int32], .bits32))
        #expect(Self.checksum(try decimals([1, -1, 123_456] as [Int64], .bits64)) == small)
        #expect(Self.checksum(try decimals([1, -1, 123_456] as [Int128], .bits128)) == small)
        let text = Self.checksum(AnyColumn(["a", "exactly12byt", "thirteen bytes"]))
        let large = try AnyColumn(
            type: .largeUTF8, count: 3,
            storage: .variableLength(
                offsets: Buffer(copying: [0, 1, 13, 27] as [Int64]),
                bytes: Buffer("aexactly12bytthirteen bytes".utf8)))
        #expect(Self.checksum(large) == text)
    }

    @Test("runs have that of the values that they stand for")
    func runs() throws {
        let ends = AnyColumn([2, 3, 7] as [Int32])
        let type = DataType.runEndEncoded(
            ends: Field("run_ends", .int32, isNullable: false), values: Field("values", .utf8))
        let runs = try AnyColumn(
            type: type, count: 7, storage: .runs(ends: ends, values: AnyColumn(["a", nil, "b"] as [String?])))
        let plain: [String?] = ["a", "a", nil, "b", "b", "b", "b"]
        #expect(Self.checksum(runs) == Self.checksum(AnyColumn(plain)))
    }

    @Test("rows that move between columns or tables are found")
    func tables() throws {
        let batch = try RecordBatch([
            NamedColumn("a", [1, 2, 3] as [Int64]), NamedColumn("b", [1, 2, 3] as [Int64]),
        ])
        var checksums = TableChecksums(batch.schema)
        try checksums.add(batch.slice(0..<2))
        try checksums.add(batch.slice(2..<3))
        #expect(checksums.rowCount == 3 && checksums["a"] == checksums["b"] && checksums["c"] == nil)
        var other = TableChecksums(batch.schema)
        try other.add(batch)
        #expect(other == checksums)
        try other.add(batch.slice(0..<1))
        #expect(other != checksums)
        #expect(throws: S3DBError.self) { try other.add(try RecordBatch([NamedColumn("a", [1] as [Int64])])) }
    }
}
