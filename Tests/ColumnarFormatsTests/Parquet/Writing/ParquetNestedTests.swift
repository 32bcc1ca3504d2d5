import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Lists, structures and maps in files: their shapes, pages and indexes, and what is refused.
@Suite struct ParquetNestedTests {
    /// Lists of `row % 5` numbers, every seventh null; structures of a number and such a list.
    static func batch(_ rows: Range<Int>) throws -> RecordBatch {
        let lists = try list(rows)
        let structure = DataType.structure([Field("a", .int32), Field("b", lists.type)])
        let numbers = AnyColumn(rows.map { row -> Int32? in row % 3 == 0 ? nil : Int32(row) })
        let pairs = try AnyColumn(
            type: structure, count: rows.count, validity: Bitmap(rows.map { $0 % 11 != 0 }),
            storage: .structure([numbers, lists]))
        let schema = try Schema([
            Field("row", .int64, isNullable: false), Field("list", lists.type), Field("pair", structure),
        ])
        return try RecordBatch(
            schema: schema, columns: [AnyColumn(rows.map(Int64.init)), lists, pairs], rowCount: rows.count)
    }

    private static func list(_ rows: Range<Int>) throws -> AnyColumn {
        var ends: [Int32] = [0]
        var elements: [Int64?] = []
        for row in rows {
            for index in 0..<row % 5 { elements.append(index == 3 ? nil : Int64(row * 10 + index)) }
            ends.append(Int32(elements.count))
        }
        return try AnyColumn(
            type: .list(Field("item", .int64)), count: rows.count, validity: Bitmap(rows.map { $0 % 7 != 0 }),
            storage: .list(offsets: Buffer(copying: ends), elements: AnyColumn(elements)))
    }

    @Test(.needsPython) func shapesAreThoseOfTheSpecification() throws {
        let pair = DataType.structure([Field("k", .utf8, isNullable: false), Field("v", .list(Field("x", .date32)))])
        let schema = try Schema([
            Field("l", .largeList(Field("item", .int16, isNullable: false)), isNullable: false),
            Field("m", .map(entries: Field("e", pair, isNullable: false), keysAreSorted: false)),
            Field("s", .structure([Field("d", .decimal(.bits128, precision: 7, scale: 2)), Field("u", .null)])),
            Field("f", .fixedSizeList(Field("item", .float16), count: 2)),
        ])
        let file = try ParquetFixture.written([], schema)
        let printed = try ParquetFixture.inspect(
            file,
            """
            schema = pq.ParquetFile(path).schema
            for i in range(len(schema)):
                c = schema.column(i)
                print(c.path, c.max_definition_level, c.max_repetition_level, c.physical_type, c.logical_type, c.converted_type)
            print(pq.read_schema(path).to_string())
            """)
        #expect(
            printed == """
                l.list.element 1 1 INT32 Int(bitWidth=16, isSigned=true) INT_16
                m.key_value.key 2 1 BYTE_ARRAY String UTF8
                m.key_value.value.list.element 5 2 INT32 Date DATE
                s.d 2 0 INT32 Decimal(precision=7, scale=2) DECIMAL
                s.u 2 0 INT32 Null NONE
                f.list.element 3 1 FIXED_LEN_BYTE_ARRAY Float16 NONE
                l: list<element: int16 not null> not null
                  child 0, element: int16 not null
                m: map<string, list<element: date32[day]> ('m')>
                  child 0, m: struct<key: string not null, value: list<element: date32[day]>> not null
                      child 0, key: string not null
                      child 1, value: list<element: date32[day]>
                          child 0, element: date32[day]
                s: struct<d: decimal128(7, 2), u: null>
                  child 0, d: decimal128(7, 2)
                  child 1, u: null
                f: list<element: halffloat>
                  child 0, element: halffloat

                """)
    }

    /// Every page begins with a row, and the index says which: rows that pages are left out for are read right.
    @Test(arguments: ["1", "2"], ["0", "300", "1MiB"]) func pagesBeginWithRows(
        _ version: String, _ dictionaryByteLimit: String
    ) async throws {
        let sink = try Parquet().configured([
            "page-version": version, "page-bytes": "120", "dictionary-bytes": dictionaryByteLimit,
        ])
        let batch = try Self.batch(0..<1000)
        let file = Buffer(try ParquetFixture.file([batch], sink))
        let reader = try ParquetReading.reader(file)
        for column in 1..<4 {
            let index = try #require(try await reader.offsetIndex(rowGroup: 0, column: column))
            #expect(index.pages.count > 10)
            let headers = try await reader.pages(rowGroup: 0, column: column).filter { $0.header.kind != .dictionary }
            #expect(headers.map(\.offset) == index.pages.map(\.offset))
        }
        for wanted in [0, 1, 333, 999] {
            let part = try ParquetReading.reader(file) { $0.predicates = [.equal("row", .integer(Int64(wanted)))] }
            let batches = try part.readBatches()
            #expect(batches.reduce(0) { $0 + $1.rowCount } < 200)
            for found in batches {
                let rows = try found.column("row").values(as: Int64.self).compactMap { $0 }
                let (first, last) = (Int(rows.first ?? 0), Int(rows.last ?? 0))
                let expected = try Self.batch(first..<last + 1)
                for (a, b) in zip(found.columns, expected.columns) {
                    #expect(ColumnText.values(of: a) == ColumnText.values(of: b))
                }
            }
        }
    }

    @Test func bytesDependOnTheRowsNotOnTheirBatches() throws {
        let sink = ParquetFixture.options {
            $0.pageByteLimit = 900
            $0.rowGroupByteLimit = 20_000
            $0.dictionaryByteLimit = 2000
        }
        let whole = try Self.batch(0..<9000)
        let target = SinkTarget(schema: whole.schema)
        let expected = try ParquetFixture.section([whole], sink, target: target)
        #expect(expected.layout.rowGroupCount > 1)
        for step in [1000, 4097] {
            let batches = try stride(from: 0, to: 9000, by: step).map { try Self.batch($0..<min($0 + step, 9000)) }
            let section = try ParquetFixture.section(batches, sink, target: target)
            #expect(section.content == expected.content, "batches of \(step)")
        }
    }

    /// What the assembler was told of the sections is found again at the end of the file, so that it can be updated.
    @Test func layoutsAreReadBack() throws {
        let sink = try Parquet().configured([
            "page-bytes": "500", "row-group-rows": "300", "bloom-filter-millionths": "9000",
        ])
        let batches = try [Self.batch(0..<700), Self.batch(700..<701), Self.batch(701..<1500)]
        let target = SinkTarget(schema: batches[0].schema)
        let assembler = try sink.makeAssembler(target)
        var extents: [SectionExtent] = []
        var end = 4
        for batch in batches {
            let section = try ParquetFixture.section([batch], sink, target: target)
            try assembler.place(section)
            extents.append(SectionExtent(content: end..<end + section.content.count, rowCount: batch.rowCount))
            end += section.content.count
        }
        let ends = try assembler.seal([("key", "value")])
        let layouts = try sink.layouts(of: extents, inEpilogue: ends.epilogue.bytes, of: target)
        let again = try sink.makeAssembler(target)
        for (extent, layout) in zip(extents, layouts) {
            try again.place(
                EncodedSection(
                    contentByteCount: extent.content.count, rowCount: extent.rowCount, hasNulls: [true, true, true],
                    layout: layout))
        }
        #expect(try again.seal([("key", "value")]).epilogue == ends.epilogue)
    }

    static let refusals: [DataType] = [
        .union(.dense, [DataType.UnionMember(id: 0, Field("a", .int32))]),
        .union(.sparse, [DataType.UnionMember(id: 0, Field("a", .int32))]),
        .structure([]), .list(Field("item", .structure([]))),
        .decimal(.bits64, precision: 18, scale: -3), .decimal(.bits32, precision: 3, scale: 5),
        (0..<40).reduce(DataType.int32) { type, _ in .list(Field("item", type)) },
    ]

    @Test(arguments: refusals) func typesThatParquetDoesNotHave(_ type: DataType) throws {
        for schema in [[Field("a", type)], [Field("b", .int8), Field("a", .structure([Field("x", type)]))]] {
            let target = SinkTarget(schema: try Schema(schema))
            let error = #expect(throws: S3DBError.self) { try Parquet().makeEncoder(target) }
            #expect(error?.code == .unsupported || error?.code == .limitExceeded)
            #expect(error?.location.column == "a")
            #expect(throws: S3DBError.self) { try Parquet().makeAssembler(target) }
        }
    }

    private static func interval(_ months: Int32, _ days: Int32, _ nanoseconds: Int64) throws -> AnyColumn {
        var bytes = BufferBuilder()
        bytes.append(value: months)
        bytes.append(value: days)
        bytes.append(value: nanoseconds)
        return try AnyColumn(type: .interval(.monthDayNano), count: 1, storage: .fixedWidth(bytes.freeze()))
    }

    private static func integers(_ type: DataType, _ values: [Int64]) throws -> AnyColumn {
        try AnyColumn(type: type, count: 1, storage: .fixedWidth(Buffer(copying: values)))
    }

    static let misfits: Result<[AnyColumn], any Error> = Result {
        [
            try interval(-1, 0, 0), try interval(0, -1, 0), try interval(0, 0, -1_000_000), try interval(0, 0, 1),
            try interval(0, 0, Int64(UInt32.max) * 1_000_000 + 1_000_000),
            try integers(.date64, [1]), try integers(.date64, [.max / 86_400_000 * 86_400_000]),
            try integers(.timestamp(.second, timeZone: nil), [.max / 999]),
            try integers(.decimal(.bits64, precision: 9, scale: 0), [1 << 31]),
            try integers(.decimal(.bits128, precision: 18, scale: 0), [.min, 0]),
            try integers(.decimal(.bits128, precision: 20, scale: 0), [0, 1 << 40]),
        ]
    }

    @Test func valuesThatParquetCannotHold() throws {
        for column in try Self.misfits.get() {
            let list = try AnyColumn(
                type: .list(Field("item", column.type)), count: 1,
                storage: .list(offsets: Buffer(copying: [Int32(0), 1]), elements: column))
            for column in [column, list] {
                let schema = try Schema([Field("a", column.type)])
                let encoder = try Parquet().makeEncoder(SinkTarget(schema: schema))
                let batch = try RecordBatch(schema: schema, columns: [column], rowCount: 1)
                let error = #expect(throws: S3DBError.self, "\(column.type)") { try encoder.append(batch) }
                #expect(error?.code == .valueMisfit)
                #expect(error?.location.column == "a")
            }
            // What stands at nulls does not count.
            let null = try AnyColumn(
                type: column.type, count: 1, validity: Bitmap([false]), storage: column.storage)
            let schema = try Schema([Field("a", column.type)])
            let file = try ParquetFixture.file([RecordBatch(schema: schema, columns: [null], rowCount: 1)])
            #expect(try ParquetReading.columns(Buffer(file)) == [["null"]])
        }
    }

    @Test func nullsWhereNoneAreAllowed() throws {
        let item = Field("item", .int64, isNullable: false)
        let elements = AnyColumn([Int64(1), nil])
        for (offsets, isRefused) in [([Int32(0), 2], true), ([Int32(0), 1], false)] {
            let list = try AnyColumn(
                type: .list(item), count: 1, storage: .list(offsets: Buffer(copying: offsets), elements: elements))
            let schema = try Schema([Field("a", list.type)])
            let encoder = try Parquet().makeEncoder(SinkTarget(schema: schema))
            let batch = try RecordBatch(schema: schema, columns: [list], rowCount: 1)
            guard isRefused else {
                try encoder.append(batch)
                continue
            }
            let error = #expect(throws: S3DBError.self) { try encoder.append(batch) }
            #expect(error?.code == .nullValue)
            #expect(error?.location.column == "a")
        }
    }
}

extension ParquetNestedTests {
    /// How often levels occur is what pyarrow counts when it writes the same table.
    @Test(.needsPython) func levelsAreCounted() throws {
        let batch = try Self.batch(0..<500)
        let directory = try TemporaryDirectory()
        let file = try ParquetFixture.file([batch], ParquetFixture.options { $0.pageByteLimit = 700 })
        let path = try directory.write(file, to: "ours.parquet").path
        let other = directory.url.appending(path: "theirs.parquet")
        try Python.run(
            """
            import sys, pyarrow.parquet as pq
            pq.write_table(pq.read_table(sys.argv[1]), sys.argv[2], store_schema=False)
            """, [path, other.path])
        let ours = try ParquetReading.reader(Buffer(file)).metadata.rowGroups[0].columns
        let theirs = try ParquetReading.reader(try ParquetReading.bytes(other)).metadata.rowGroups[0].columns
        #expect(ours.count == 4 && theirs.count == 4)
        for (a, b) in zip(ours, theirs).dropFirst() {
            #expect(a.sizes.definitionLevelCounts == b.sizes.definitionLevelCounts, "\(a.path)")
            #expect(a.sizes.repetitionLevelCounts == b.sizes.repetitionLevelCounts, "\(a.path)")
            #expect(a.path == b.path && !a.sizes.definitionLevelCounts.isEmpty)
        }
    }
}
