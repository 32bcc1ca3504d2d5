import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// Sections know nothing of one another and of where they stand.
@Suite struct ParquetSectionTests {
    private func batch(_ rows: Range<Int>) throws -> RecordBatch {
        try RecordBatch([
            NamedColumn("number", rows.map { Int64($0) }),
            NamedColumn("text", rows.map { $0 % 10 == 0 ? nil : "t\($0 % 7)" }, as: .dictionary),
        ])
    }

    @Test(.needsPython) func anySectionsInAnyOrderMakeAFile() throws {
        let target = SinkTarget(schema: try batch(0..<1).schema)
        let sections = try [0..<100, 100..<250, 250..<400].map {
            try ParquetFixture.section([batch($0)], target: target)
        }
        let file = try ParquetFixture.file([sections[2], sections[0]], target: target)
        try ParquetFixture.inspect(
            file,
            """
            table = pq.read_table(path, page_checksum_verification=True)
            expected = [*range(250, 400), *range(0, 100)]
            assert table['number'].to_pylist() == expected
            assert table['text'].to_pylist() == [None if n % 10 == 0 else f't{n % 7}' for n in expected]
            assert pq.ParquetFile(path).metadata.num_row_groups == 2
            """)
    }

    @Test(.needsPython, arguments: [false, true]) func anOpenedFileHasLateMetadataAtItsEnd(isInside: Bool) throws {
        let target = SinkTarget(schema: try batch(0..<1).schema, isInsideOuterCodec: isInside)
        let section = try ParquetFixture.section([batch(0..<50)], target: target)
        let assembler = try Parquet().makeAssembler(target)
        let prologue = try assembler.open([("early", "no")])
        try assembler.place(section)
        let ends = try assembler.seal([("late", "yes")])
        #expect(Array(prologue.prefix(4)) == Array("PAR1".utf8))
        #expect(ends.prologue == prologue)
        if !isInside { #expect(prologue.count == 4) }
        // What is known early can be found without inflating the file.
        if isInside {
            let head = try Parquet().findMetadata(head: prologue.bytes, tail: Buffer().bytes, fileByteCount: nil)
            guard case .found(let early) = head else { throw S3DBError(.corruptFile, "no metadata: \(head)") }
            #expect(early.map(\.key) == ["early"] && early.map(\.value) == ["no"])
        }
        try ParquetFixture.inspect(
            Array(prologue) + Array(section.content) + Array(ends.epilogue),
            """
            assert pq.read_table(path)['number'].to_pylist() == list(range(50))
            metadata = pq.ParquetFile(path).metadata.metadata
            assert metadata == {b'late': b'yes'}, metadata
            """)
    }

    @Test(.needsPython) func metadataBehindTheMagicDoesNotDisturbReaders() throws {
        let target = SinkTarget(schema: try batch(0..<1).schema, isInsideOuterCodec: true)
        let section = try ParquetFixture.section([batch(0..<50)], target: target)
        let file = try ParquetFixture.file([section], target: target, metadata: [("key", "värde"), ("empty", "")])
        #expect(file.count > section.content.count + 16)
        try ParquetFixture.inspect(
            file,
            """
            import duckdb, polars
            assert pq.read_table(path, page_checksum_verification=True)['number'].to_pylist() == list(range(50))
            assert polars.read_parquet(path)['number'].to_list() == list(range(50))
            assert duckdb.sql(f"select sum(number) from '{path}'").fetchall()[0][0] == sum(range(50))
            assert pq.ParquetFile(path).metadata.metadata == {b'key': 'värde'.encode(), b'empty': b''}
            """)
    }

    @Test func bytesDependOnTheRowsNotOnTheirBatches() throws {
        let sink = ParquetFixture.options {
            $0.pageRowLimit = 300
            $0.pageByteLimit = 900
            $0.rowGroupByteLimit = 20_000
            $0.dictionaryByteLimit = 2000
        }
        let whole = try ParquetTable.batch(0..<9000, of: 9000)
        let target = SinkTarget(schema: whole.schema)
        let expected = try ParquetFixture.section([whole], sink, target: target)
        #expect(expected.layout.rowGroupCount > 1)
        for step in [1000, 4097] {
            let batches = try stride(from: 0, to: 9000, by: step).map {
                try ParquetTable.batch($0..<min($0 + step, 9000), of: 9000)
            }
            let section = try ParquetFixture.section(batches, sink, target: target)
            #expect(section.content == expected.content, "batches of \(step)")
        }
    }

    @Test func anEncoderCanBeUsedAgain() throws {
        let target = SinkTarget(schema: try batch(0..<1).schema)
        let encoder = try Parquet().makeEncoder(target)
        try encoder.append(batch(0..<1000))
        #expect(encoder.rowCount == 1000)
        #expect(encoder.byteCount > 0)
        let first = try encoder.finish()
        #expect(encoder.rowCount == 0)
        try encoder.append(batch(500..<700))
        let second = try encoder.finish()
        #expect(first.hasNulls == [false, true])
        #expect(second.content == (try ParquetFixture.section([batch(500..<700)], target: target)).content)
        #expect(try encoder.finish().rowCount == 0)
    }

    @Test func rowLimitsAreDividedAmongOpenOutputs() throws {
        var target = SinkTarget(schema: try batch(0..<1).schema)
        target.rowLimitDivisor = 24
        let sink = ParquetFixture.options { $0.rowGroupRowLimit = 2400 }
        let section = try ParquetFixture.section([batch(0..<250)], sink, target: target)
        #expect(section.layout.rowGroupCount == 3)
    }

    @Test func aBatchOfOtherColumnsIsRefused() throws {
        let encoder = try Parquet().makeEncoder(SinkTarget(schema: Schema([Field("number", .int32)])))
        #expect(throws: S3DBError.self) { try encoder.append(batch(0..<1)) }
        let other = try RecordBatch([NamedColumn("other", [Int32(1)])])
        #expect(throws: S3DBError.self) { try encoder.append(other) }
    }

    @Test func aNullWhereNoneIsAllowedIsRefused() throws {
        let target = SinkTarget(schema: try Schema([Field("number", .int64, isNullable: false)]))
        let encoder = try Parquet().makeEncoder(target)
        let batch = try RecordBatch([NamedColumn("number", [Int64(1), nil])])
        let error = #expect(throws: S3DBError.self) { try encoder.append(batch) }
        #expect(error?.code == .nullValue)
    }
}
