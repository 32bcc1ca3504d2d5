import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// What others find in the footer, the page headers and the page index.
@Suite struct ParquetMetadataTests {
    private func days(_ rowCount: Int) throws -> RecordBatch {
        let rows = 0..<rowCount
        let prices: [Double?] = rows.map { row in row % 9 == 0 ? nil : Double(row % 3001) / 100 }
        return try RecordBatch([
            NamedColumn("start", rows.map { Int64(1_577_836_800 + $0 / 10 * 300) }),
            NamedColumn("bounds", rows.map { Int8($0 % 4) }),
            NamedColumn("price", prices),
            NamedColumn("node", rows.map { "NODE.\($0 % 50)" }, as: .dictionary),
            NamedColumn("empty", [Int32?](repeating: nil, count: rowCount)),
        ])
    }

    @Test(.needsPython) func footerAndIndexes() throws {
        let file = try ParquetFixture.file(
            [days(30_000)], ParquetFixture.options { $0.rowGroupRowLimit = 25_000 }, metadata: [("a", "1"), ("b", "2")])
        try ParquetFixture.inspect(
            file,
            """
            meta = pq.ParquetFile(path).metadata
            assert meta.created_by == 's3db-converter version 0.1.0 (build release)', meta.created_by
            assert (meta.num_rows, meta.num_row_groups, meta.num_columns) == (30000, 2, 5)
            assert meta.format_version == '1.0', meta.format_version
            assert meta.metadata == {b'a': b'1', b'b': b'2'}
            position = 4
            for g in range(2):
                group = meta.row_group(g)
                assert group.num_rows == [25000, 5000][g]
                assert group.sorting_columns == ()
                uncompressed = 0
                for c in range(5):
                    column = group.column(c)
                    first = column.dictionary_page_offset if column.has_dictionary_page else column.data_page_offset
                    assert first == position, (first, position)
                    position += column.total_compressed_size
                    uncompressed += column.total_uncompressed_size
                    assert column.compression == 'UNCOMPRESSED'
                    assert column.has_offset_index and column.has_column_index
                    assert column.file_offset == 0
                assert group.total_byte_size == uncompressed
            encodings = [set(meta.row_group(0).column(c).encodings) for c in range(5)]
            coded = {'PLAIN', 'RLE', 'RLE_DICTIONARY'}
            assert encodings == [coded, coded, coded, coded, {'PLAIN', 'RLE'}], encodings
            """)
    }

    @Test(.needsPython) func bothAnnotationsOfEveryType() throws {
        let file = try ParquetFixture.file([ParquetTable.batch(0..<3, of: 3)])
        try ParquetFixture.inspect(
            file,
            """
            expected = {
                'bool': ('BOOLEAN', 'None', 'NONE'), 'int32': ('INT32', 'None', 'NONE'),
                'int64': ('INT64', 'None', 'NONE'), 'float32': ('FLOAT', 'None', 'NONE'),
                'float64': ('DOUBLE', 'None', 'NONE'), 'binary': ('BYTE_ARRAY', 'None', 'NONE'),
                'int8': ('INT32', 'Int(bitWidth=8, isSigned=true)', 'INT_8'),
                'int16': ('INT32', 'Int(bitWidth=16, isSigned=true)', 'INT_16'),
                'uint8': ('INT32', 'Int(bitWidth=8, isSigned=false)', 'UINT_8'),
                'uint16': ('INT32', 'Int(bitWidth=16, isSigned=false)', 'UINT_16'),
                'uint32': ('INT32', 'Int(bitWidth=32, isSigned=false)', 'UINT_32'),
                'uint64': ('INT64', 'Int(bitWidth=64, isSigned=false)', 'UINT_64'),
                'utf8': ('BYTE_ARRAY', 'String', 'UTF8'),
            }
            schema = pq.ParquetFile(path).schema
            for i in range(len(schema)):
                column = schema.column(i)
                kind, pattern = column.name.split('_')
                if kind not in expected: continue
                got = (column.physical_type, str(column.logical_type), str(column.converted_type))
                assert got == expected[kind], (column.name, got)
                assert column.max_definition_level == (0 if pattern == 'required' else 1)
            """)
    }

    @Test(.needsPython) func sortingColumnsStandWhereTheyHold() throws {
        let batch = try days(100)
        let target = SinkTarget(schema: batch.schema, sortingColumns: ["start", "bounds"])
        let file = try ParquetFixture.file([ParquetFixture.section([batch], target: target)], target: target)
        try ParquetFixture.inspect(
            file,
            """
            sorting = pq.ParquetFile(path).metadata.row_group(0).sorting_columns
            assert sorting == (pq.SortingColumn(0, False, False), pq.SortingColumn(1, False, False)), sorting
            """)
    }

    @Test func aSortingColumnMustExist() throws {
        let target = SinkTarget(schema: try days(1).schema, sortingColumns: ["nowhere"])
        let error = #expect(throws: S3DBError.self) { try Parquet().makeAssembler(target) }
        #expect(error?.code == .missingColumn)
    }

    /// A dictionary that does not pay is given up from the first page on; one that fills up stays for the pages
    /// written by then.
    @Test(.needsPython) func encodingsOfManyDistinctValues() throws {
        let rows = 0..<40_000
        let batch = try RecordBatch([
            NamedColumn("unique", rows.map { Int64($0) * 104_729 }),
            NamedColumn("later", rows.map { $0 < 20_000 ? Int64($0 % 10) : Int64($0) }),
            NamedColumn("words", rows.map { "word number \($0)" }),
            NamedColumn("repeated", rows.map { "word number \($0 % 15_000)" }),
        ])
        let sink = ParquetFixture.options {
            $0.dictionaryByteLimit = 400_000
            $0.pageRowLimit = 10_000
        }
        try ParquetFixture.inspect(
            ParquetFixture.file([batch], sink),
            """
            group = pq.ParquetFile(path).metadata.row_group(0)
            encodings = [group.column(c).encodings for c in range(4)]
            plain, coded = {'PLAIN', 'RLE'}, {'PLAIN', 'RLE', 'RLE_DICTIONARY'}
            assert [set(e) for e in encodings] == [plain, coded, plain, coded], encodings
            assert [group.column(c).has_dictionary_page for c in range(4)] == [False, True, False, True]
            table = pq.read_table(path, page_checksum_verification=True)
            assert table['unique'].to_pylist() == [n * 104729 for n in range(40000)]
            assert table['later'].to_pylist() == [n % 10 if n < 20000 else n for n in range(40000)]
            assert table['words'].to_pylist() == [f'word number {n}' for n in range(40000)]
            assert table['repeated'].to_pylist() == [f'word number {n % 15000}' for n in range(40000)]
            import duckdb, polars
            duck = duckdb.sql(f"select * from '{path}'").to_arrow_table()
            for name in table.column_names:
                assert duck[name].to_pylist() == table[name].to_pylist()
                assert polars.read_parquet(path)[name].to_list() == table[name].to_pylist()
            """)
    }

    @Test(.needsPython) func aDamagedPageFailsItsChecksum() throws {
        var file = try ParquetFixture.file([days(1000)])
        file[3000] ^= 0x10
        try ParquetFixture.inspect(
            file,
            """
            try:
                pq.read_table(path, page_checksum_verification=True)
            except OSError as error:
                assert 'CRC' in str(error) or 'checksum' in str(error), error
            else:
                raise SystemExit('the damage was not noticed')
            """)
    }

    @Test(.needsPython) func aFileWithoutRowsHasItsColumns() throws {
        let target = SinkTarget(schema: try days(1).schema)
        let none = try ParquetFixture.section([], target: target)
        try ParquetFixture.inspect(
            ParquetFixture.file([none], target: target),
            """
            import duckdb, polars
            names = ['start', 'bounds', 'price', 'node', 'empty']
            table = pq.read_table(path)
            assert (table.num_rows, table.column_names) == (0, names)
            assert duckdb.sql(f"select * from '{path}'").columns == names
            assert polars.read_parquet(path).shape == (0, 5)
            """)
    }
}
