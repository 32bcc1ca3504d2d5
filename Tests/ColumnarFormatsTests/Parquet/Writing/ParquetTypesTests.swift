import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Columns of every type that is written, as values of the table and within lists.
@Suite struct ParquetTypesTests {
    static let types = RandomTable.flatTypes + RandomColumn.nestedTypes.filter { !isUnion($0) && $0 != .structure([]) }

    private static func isUnion(_ type: DataType) -> Bool {
        if case .union = type { return true }
        return type.children.contains { isUnion($0.type) }
    }

    @Test(.needsPython) func othersReadAllTypes() throws {
        var random = SeededGenerator.fresh()
        let directory = try TemporaryDirectory()
        var names: [String] = []
        for type in Self.types {
            let field = Field("item", type)
            for (turn, type) in [type, .list(field), .structure([field, Field("n", .int8)])].enumerated() {
                let schema = try Schema([Field("a", type)])
                let batches = try [0, 1, 65, 9].map { count in
                    let column = try RandomColumn.make(type, count: count + 5, hasNulls: count != 9, &random)
                    return try RecordBatch(
                        schema: schema, columns: [column.slice(3..<count + 3)], rowCount: count)
                }
                let file = try ParquetRewriteTests.written(batches, schema, names.count + turn)
                let texts = batches.flatMap { CanonicalText.values(of: $0.columns[0], isStored: true) }
                try directory.write(file, to: "\(names.count).parquet")
                try directory.write(try JSONEncoder().encode([texts]), to: "\(names.count).json")
                names.append("\(type)")
            }
        }
        let printed = try Python.run(
            ParquetPython.checkAll, [directory.url.path, "any"] + names.indices.map(String.init))
        let findings = try JSONDecoder().decode(ParquetPython.Findings.self, from: Data(printed.utf8))
        for problem in findings.problems { Issue.record("\(problem), seed \(random.seed)") }
        #expect(findings.compared["pyarrow"] == names.count)
    }

    /// Bounds as pyarrow reads them are the smallest and largest values, in the order of each type.
    @Test(.needsPython) func boundsAreThoseOfTheValues() throws {
        func wide(_ value: Int64) -> [UInt8] {
            (0..<16).map { (index: Int) -> UInt8 in UInt8(truncatingIfNeeded: value >> Int64(8 * index)) }
        }
        let numbers: [Int64] = [-3, 200, -70_000, 5, 0]
        func column(_ type: DataType, _ storage: AnyColumn.Storage) throws -> AnyColumn {
            try AnyColumn(type: type, count: numbers.count, storage: storage)
        }
        let columns: [(String, AnyColumn)] = [
            (
                "wide",
                try column(.decimal(.bits128, precision: 38, scale: 1), .fixedWidth(Buffer(numbers.flatMap(wide))))
            ),
            (
                "narrow",
                try column(.decimal(.bits128, precision: 9, scale: 1), .fixedWidth(Buffer(numbers.flatMap(wide))))
            ),
            ("date", try column(.date32, .fixedWidth(Buffer(copying: numbers.map(Int32.init))))),
            ("moment", try column(.timestamp(.microsecond, timeZone: "UTC"), .fixedWidth(Buffer(copying: numbers)))),
            ("bytes", try column(.fixedSizeBinary(2), .fixedWidth(Buffer([1, 2, 0xFF, 0, 0, 9, 0x80, 0, 3, 3])))),
            ("unsigned", AnyColumn([UInt64](arrayLiteral: 7, .max, 1, 1 << 63, 9))),
            (
                "half",
                try column(.float16, .fixedWidth(Buffer(copying: [UInt16](arrayLiteral: 0x7E00, 0, 0xBC00, 0x3C00, 0))))
            ),
            ("length", try column(.duration(.second), .fixedWidth(Buffer(copying: numbers)))),
        ]
        for dictionaryByteLimit in ["0", "1MiB"] {
            let schema = try Schema(columns.map { Field($0.0, $0.1.type) })
            let batch = try RecordBatch(schema: schema, columns: columns.map(\.1), rowCount: numbers.count)
            let sink = try Parquet().configured(["dictionary-bytes": dictionaryByteLimit])
            let printed = try ParquetFixture.inspect(
                try ParquetFixture.file([batch], sink),
                """
                group = pq.read_metadata(path).row_group(0)
                for i in range(group.num_columns):
                    s = group.column(i).statistics
                    print(group.column(i).path_in_schema, s.min, s.max, s.null_count)
                """)
            #expect(
                printed == """
                    wide -7000.0 20.0 0
                    narrow -7000.0 20.0 0
                    date 1778-05-07 1970-07-20 0
                    moment 1969-12-31 23:59:59.930000+00:00 1970-01-01 00:00:00.000200+00:00 0
                    bytes b'\\x00\\t' b'\\xff\\x00' 0
                    unsigned 1 18446744073709551615 0
                    half b'\\x00\\xbc' b'\\x00<' 0
                    length -70000 200 0

                    """)
        }
    }

    @Test(.needsPython) func extensionTypesThatParquetKnows() throws {
        let uuid = Field("u", .fixedSizeBinary(16), metadata: [MetadataEntry("ARROW:extension:name", "arrow.uuid")])
        let json = Field("j", .utf8, metadata: [MetadataEntry("ARROW:extension:name", "arrow.json")])
        let schema = try Schema([uuid, json])
        let columns = [
            try AnyColumn(type: uuid.type, count: 1, storage: .fixedWidth(Buffer((0..<16).map { UInt8($0) }))),
            AnyColumn(["{}"]),
        ]
        let file = try ParquetFixture.file([RecordBatch(schema: schema, columns: columns, rowCount: 1)])
        let printed = try ParquetFixture.inspect(
            file,
            """
            schema = pq.ParquetFile(path).schema
            print(schema.column(0).logical_type, schema.column(1).logical_type, schema.column(1).converted_type)
            """)
        #expect(printed == "UUID JSON JSON\n")
    }
}
