import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// Bounds are right, and what others skip by them is right to skip.
@Suite struct ParquetStatisticsTests {
    @Test(.needsPython) func boundsOfEveryType() throws {
        let batch = try RecordBatch([
            NamedColumn("bool", [true, true, nil, true]),
            NamedColumn("int8", [Int8(-3), 4, nil, -128]),
            NamedColumn("uint32", [UInt32(7), .max, nil, 8]),
            NamedColumn("uint64", [UInt64(7), .max, nil, 8]),
            NamedColumn("int64", [Int64.min, .max, nil, 8]),
            NamedColumn("float64", [1.5, -.infinity, nil, .nan]),
            NamedColumn("float32", [Float(1.5), 7, nil, .nan]),
            NamedColumn("utf8", ["b", "", nil, "é"]),
            NamedColumn("binary", [[UInt8(0x80)], [0x7F], nil, [0x7F, 0]]),
            NamedColumn("nulls", [Int64?](repeating: nil, count: 4)),
        ])
        try ParquetFixture.inspect(
            ParquetFixture.file([batch]),
            """
            group = pq.ParquetFile(path).metadata.row_group(0)
            expected = {
                'bool': (True, True), 'int8': (-128, 4), 'uint32': (7, 2**32 - 1), 'uint64': (7, 2**64 - 1),
                'int64': (-2**63, 2**63 - 1), 'float64': (-math.inf, 1.5), 'float32': (1.5, 7),
                'utf8': ('', 'é'), 'binary': (b'\\x7f', b'\\x80'), 'nulls': (None, None),
            }
            for c in range(10):
                column = group.column(c)
                statistics = column.statistics
                assert (statistics.min, statistics.max) == expected[column.path_in_schema], (column, statistics)
                assert statistics.null_count == (4 if column.path_in_schema == 'nulls' else 1)
            import duckdb
            exact = duckdb.sql(f"select distinct min_is_exact, max_is_exact from parquet_metadata('{path}') "
                               "where stats_min_value is not null").fetchall()
            assert exact == [(True, True)], exact
            """)
    }

    @Test(.needsPython) func zerosAreWidenedAndNaNsLeftOut() throws {
        let batch = try RecordBatch([
            NamedColumn("positive", [0.0, 0.0]),
            NamedColumn("negative", [-0.0, -0.0]),
            NamedColumn("high", [-1.0, -0.0]),
            NamedColumn("nan", [Double.nan, .nan]),
            NamedColumn("single", [Float.nan, 0.0]),
        ])
        try ParquetFixture.inspect(
            ParquetFixture.file([batch]),
            """
            group = pq.ParquetFile(path).metadata.row_group(0)
            def signs(c):
                statistics = group.column(c).statistics
                return [(v, math.copysign(1, v)) for v in (statistics.min, statistics.max)]
            assert signs(0) == signs(1) == signs(4) == [(0, -1), (0, 1)], signs(0)
            assert signs(2) == [(-1, -1), (0, 1)]
            assert not group.column(3).statistics.has_min_max
            assert [group.column(c).has_column_index for c in range(5)] == [True, True, True, False, True]
            assert all(group.column(c).has_offset_index for c in range(5))
            values = pq.read_table(path)
            assert [math.copysign(1, v) for v in values['negative'].to_pylist()] == [-1, -1]
            assert all(math.isnan(v) for v in values['nan'].to_pylist())
            """)
    }

    @Test(.needsPython) func longTextIsCutAndItsMaximumRaised() throws {
        let long = String(repeating: "a", count: 63)
        let batch = try RecordBatch([
            NamedColumn("cut", [long + "bcd", "b" + long + "z"]),
            NamedColumn("split", [long + "é", String(repeating: "é", count: 40)]),
            NamedColumn("carry", ["a", String(repeating: "a", count: 60) + "\u{10FFFF}tail"]),
            NamedColumn("surrogate", ["a", String(repeating: "a", count: 61) + "\u{D7FF}tail"]),
            NamedColumn("endless", ["a", String(repeating: "\u{10FFFF}", count: 20)]),
            NamedColumn("bytes", [[1], [UInt8](repeating: 7, count: 62) + [0xFF, 0xFF, 0xFF]]),
        ])
        try ParquetFixture.inspect(
            ParquetFixture.file([batch]),
            """
            import duckdb
            group = pq.ParquetFile(path).metadata.row_group(0)
            exact = duckdb.sql(f"select min_is_exact, max_is_exact from parquet_metadata('{path}') "
                               "order by column_id").fetchall()
            def bounds(c):
                s = group.column(c).statistics
                return s.min, s.max, *exact[c]
            a = 'a' * 63
            assert bounds(0) == (a + 'b', 'b' + 'a' * 62 + 'b', False, False), bounds(0)
            assert bounds(1) == (a, 'é' * 31 + 'ê', False, False), bounds(1)
            assert bounds(2) == ('a', 'a' * 59 + 'b', True, False), bounds(2)
            assert bounds(3) == ('a', 'a' * 61 + chr(0xE000), True, False), bounds(3)
            assert not group.column(4).statistics.has_min_max
            assert not group.column(4).has_column_index
            assert bounds(5) == (bytes([1]), bytes([7] * 61 + [8]), True, False), bounds(5)
            table = pq.read_table(path)
            assert table['endless'].to_pylist() == ['a', chr(0x10FFFF) * 20]
            """)
    }

    @Test(.needsPython) func filtersGiveTheRightRows() throws {
        let rows = 0..<20_000
        let floats: [Double] = rows.map { row in
            if row % 100 == 0 { return .nan }
            return row < 10_000 ? (row % 2 == 0 ? 0.0 : -0.0) : Double(row) / 8
        }
        let sparse: [Int32?] = rows.map { row in row < 15_000 ? nil : Int32(row) }
        let batch = try RecordBatch([
            NamedColumn("number", rows.map { Int64($0) }),
            NamedColumn("unsigned", rows.map { UInt32($0) &* 214_748 }),
            NamedColumn("float", floats),
            NamedColumn("text", rows.map { "prefix".padding($0) }),
            NamedColumn("sparse", sparse),
        ])
        let sink = ParquetFixture.options {
            $0.pageRowLimit = 500
            $0.rowGroupRowLimit = 5000
        }
        try ParquetFixture.inspect(
            ParquetFixture.file([batch], sink),
            """
            import duckdb, polars, pyarrow.compute as pc
            n = 20000
            text = lambda r: 'prefix' * 12 + f'{r:06d}'
            cases = [
                ('number', '=', 12345, 1), ('number', '>', 19990, 9), ('unsigned', '>', 3000000000,
                 sum((r * 214748) % 2**32 > 3000000000 for r in range(n))),
                ('float', '<', 0.0, 0), ('float', '=', 1500.125, 1),
                ('text', '>', text(19989), 10), ('text', '=', text(7), 1), ('sparse', '<', 15003, 3),
            ]
            for column, op, constant, expected in cases:
                literal = repr(constant)
                duck = duckdb.sql(f"select count(*) from '{path}' where {column} {op} {literal}").fetchall()[0][0]
                arrow = pq.read_table(path, filters=[(column, op, constant)]).num_rows
                condition = {'=': polars.col(column) == constant, '>': polars.col(column) > constant,
                             '<': polars.col(column) < constant}[op]
                polar = polars.scan_parquet(path).filter(condition).collect().height
                assert (duck, arrow, polar) == (expected,) * 3, (column, op, constant, expected, duck, arrow, polar)
            nulls = duckdb.sql(f"select count(*) from '{path}' where sparse is null").fetchall()[0][0]
            assert nulls == 15000
            extremes = duckdb.sql(f"select min(text), max(text), min(number), max(sparse) from '{path}'").fetchall()[0]
            assert extremes == (text(0), text(n - 1), 0, n - 1), extremes
            """)
    }
}

extension String {
    /// Twelve times this, then `number` in six digits.
    fileprivate func padding(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: self, count: 12) + String(repeating: "0", count: 6 - digits.count) + digits
    }
}
