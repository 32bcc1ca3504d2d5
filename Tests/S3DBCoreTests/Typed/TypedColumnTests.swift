import Foundation
import S3DBCore
import TestSupport
import Testing

@Suite("Typed columns") struct TypedColumnTests {
    private let batch: RecordBatch

    init() throws {
        batch = try RecordBatch([
            NamedColumn("start", [1, 2, 3] as [Int64]), NamedColumn("node", ["ä", "", "long enough for a view"]),
            NamedColumn("zone", ["W", nil, "W"], as: .dictionary), NamedColumn("lmp", [1.5, nil, -0.0]),
            NamedColumn("open", [true, nil, false]),
        ])
    }

    @Test("numbers, text and truth values, with and without nulls")
    func values() throws {
        let starts: Column<Int64> = try batch["start"]
        #expect(Array(starts) == [1, 2, 3])
        #expect(starts.reduce(0, +) == 6)
        #expect(starts[1...].first == 2)
        let ints: Column<Int> = try batch["start"]
        #expect(ints.last == 3)
        let lmp: Column<Double?> = try batch["lmp"]
        #expect(Array(lmp) == [1.5, nil, -0.0])
        let nodes: Column<String> = try batch["node"]
        #expect(Array(nodes) == ["ä", "", "long enough for a view"])
        let zones: Column<UTF8Slice?> = try batch["zone"]
        #expect(zones.map { $0.map(String.init) } == ["W", nil, "W"])
        #expect(zones[0] == zones[2])
        #expect(try #require(zones[0]) == "W")
        let open: Column<Bool?> = try batch["open"]
        #expect(Array(open) == [true, nil, false])
    }

    @Test("text is not copied where slices are asked for")
    func slices() throws {
        let column = try batch.column("node")
        guard case .variableLength(_, let bytes) = column.storage else {
            Issue.record("no text")
            return
        }
        let slices = try Column<UTF8Slice>(column)
        #expect(slices[2].bytes.unsafeStart == bytes.unsafeStart + 2)
        #expect(slices[0].count == 2)
    }

    @Test("what does not fit is refused, with the column's name")
    func refusals() throws {
        let nulls = #expect(throws: S3DBError.self) { try batch["lmp"] as Column<Double> }
        #expect(nulls?.code == .nullValue)
        #expect(nulls?.location.column == "lmp")
        let type = #expect(throws: S3DBError.self) { try batch["node"] as Column<Double?> }
        #expect(type?.code == .invalidArgument)
        #expect(type?.location.column == "node")
        let missing = #expect(throws: S3DBError.self) { try batch["nod"] as Column<String> }
        #expect(missing?.code == .missingColumn)
        #expect(throws: S3DBError.self) { try batch["start"] as Column<Int32> }
        #expect(throws: S3DBError.self) { try Column<[Double]>(batch.columns[0]) }
    }

    @Test("text of every layout", arguments: [DataType.utf8, .largeUTF8, .utf8View])
    func text(type: DataType) throws {
        var random = SeededGenerator.fresh()
        let column = try RandomColumn.make(type, count: 60, &random).slice(5..<55)
        let texts = try Column<String?>(column).map { $0.map { "\"\($0)\"" } ?? "null" }
        #expect(texts == ColumnText.values(of: column))
        #expect(try Column<UTF8Slice?>(column).map { $0.map { "\"\($0)\"" } ?? "null" } == texts)
    }

    @Test("bytes of every layout", arguments: [DataType.binary, .largeBinary, .binaryView, .fixedSizeBinary(3)])
    func bytes(type: DataType) throws {
        var random = SeededGenerator.fresh()
        let column = try RandomColumn.make(type, count: 60, &random).slice(5..<55)
        let texts = ColumnText.values(of: column)
        #expect(try Column<[UInt8]?>(column).map { $0.map { ColumnText.binary($0, isText: false) } ?? "null" } == texts)
        #expect(try Column<Buffer?>(column).map { $0.map { ColumnText.binary($0, isText: false) } ?? "null" } == texts)
    }

    @Test(
        "lists of every layout",
        arguments: [
            DataType.list(Field("item", .int32)), .largeList(Field("item", .int32)), .listView(Field("item", .int32)),
            .largeListView(Field("item", .int32)), .fixedSizeList(Field("item", .int32), count: 3),
        ])
    func lists(type: DataType) throws {
        var random = SeededGenerator.fresh()
        let column = try RandomColumn.make(type, count: 60, &random).slice(5..<55)
        let texts = try Column<[Int32?]?>(column).map { (list) -> String in
            guard let list else { return "null" }
            let elements = list.map { (element) -> String in element.map { "\($0)" } ?? "null" }
            return "[\(elements.joined(separator: ", "))]"
        }
        #expect(texts == ColumnText.values(of: column))
    }

    @Test("runs are read as values, columns of nothing are nil")
    func runs() throws {
        let type = DataType.runEndEncoded(ends: Field("e", .int32), values: Field("v", .utf8))
        var random = SeededGenerator.fresh()
        let column = try RandomColumn.make(type, count: 40, &random).slice(3..<33)
        #expect(
            try Column<String?>(column).map { $0.map { "\"\($0)\"" } ?? "null" } == ColumnText.values(of: column))
        #expect(Array(try Column<Int8?>(AnyColumn.nulls(.null, count: 2))) == [nil, nil])
        #expect(throws: S3DBError.self) { try Column<Int8>(AnyColumn.nulls(.null, count: 2)) }
    }

    @Test("moments of every unit, and days")
    func moments() throws {
        let moment = Date(timeIntervalSince1970: 1_600_000_000)
        let units: [(DataType, Int64)] = [
            (.timestamp(.second, timeZone: nil), 1), (.timestamp(.millisecond, timeZone: "UTC"), 1000),
            (.timestamp(.microsecond, timeZone: nil), 1_000_000),
            (.timestamp(.nanosecond, timeZone: nil), 1_000_000_000),
        ]
        for (type, scale) in units {
            let column = try AnyColumn(
                type: type, count: 2, storage: .fixedWidth(Buffer(copying: [1_600_000_000 * scale, -scale])))
            #expect(Array(try Column<Date>(column)) == [moment, Date(timeIntervalSince1970: -1)])
            #expect(try Column<Int64>(column)[1] == -scale)
        }
        let days = try AnyColumn(type: .date32, count: 1, storage: .fixedWidth(Buffer(copying: [18_518 as Int32])))
        #expect(try Column<UTCDay>(days)[0].description == "2020-09-13")
        #expect(try Column<Date>(days)[0] == Date(timeIntervalSince1970: 18_518 * 86_400))
        let far = try AnyColumn(type: .date32, count: 1, storage: .fixedWidth(Buffer(copying: [Int32.max])))
        #expect(throws: S3DBError.self) { try Column<UTCDay>(far) }
    }
}
