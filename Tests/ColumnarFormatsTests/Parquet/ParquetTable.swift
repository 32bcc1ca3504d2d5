import S3DBCore

/// A table whose values follow from the row number by formulas that ``ParquetTable/python`` repeats: every type with
/// every pattern of nulls.
enum ParquetTable {
    /// Which rows are null: `required` columns allow none, the others are nullable.
    static let patterns = ["required", "none", "all", "alternating", "first", "last", "runs"]

    static func isNull(_ row: Int, of rowCount: Int, _ pattern: String) -> Bool {
        switch pattern {
        case "all": true
        case "alternating": row % 2 == 1
        case "first": row == 0
        case "last": row == rowCount - 1
        case "runs": row / 50 % 2 == 1
        default: false
        }
    }

    /// The rows `rows` of a table of `rowCount`.
    static func batch(_ rows: Range<Int>, of rowCount: Int) throws -> RecordBatch {
        var columns: [NamedColumn] = []
        func add<Element: ColumnElement>(
            _ name: String, as encoding: ColumnEncoding = .plain, _ value: (Int) -> Element
        ) {
            for pattern in patterns {
                let name = "\(name)_\(pattern)"
                if pattern == "required" {
                    columns.append(NamedColumn(name, rows.map(value), as: encoding))
                } else {
                    let values = rows.map { isNull($0, of: rowCount, pattern) ? nil : value($0) }
                    columns.append(NamedColumn(name, values, as: encoding))
                }
            }
        }
        add("bool") { $0 % 3 == 0 }
        add("int8") { Int8(truncatingIfNeeded: $0 * 37) }
        add("int16") { Int16(truncatingIfNeeded: $0 * 1237) }
        add("int32") { Int32(truncatingIfNeeded: $0 * 2_654_435_761) }
        add("int64") { Int64($0) &* 0x1E37_79B9_7F4A_7C15 }
        add("uint8") { UInt8(truncatingIfNeeded: $0 * 37) }
        add("uint16") { UInt16(truncatingIfNeeded: $0 * 1237) }
        add("uint32") { UInt32(truncatingIfNeeded: $0 * 2_654_435_761) }
        add("uint64") { UInt64($0) &* 0x1E37_79B9_7F4A_7C15 }
        add("float32") { Float($0) * 0.5 - 7 }
        add("float64") { Double($0 - 20) / 7 }
        add("few") { Int64($0 / 10 % 5 - 2) }
        add("utf8", text)
        add("coded", as: .dictionary, text)
        add("binary") { row in [UInt8](repeating: UInt8(truncatingIfNeeded: row * 7), count: row % 3) }
        return try RecordBatch(columns)
    }

    private static func text(_ row: Int) -> String {
        switch row % 4 {
        case 0: ""
        case 1: "node\(row % 13)"
        case 2: "naïve 🚀 \(row)"
        default: String(repeating: "xy", count: row % 70)
        }
    }

    /// Checks every file in a directory, named `<case>-<rows>.parquet`, with pyarrow, DuckDB and Polars.
    static let python = #"""
        import sys, os, duckdb, polars, pyarrow.parquet as pq

        def wrap(value, bits, signed):
            value %= 1 << bits
            return value - (1 << bits) if signed and value >> (bits - 1) else value

        def text(r):
            return ["", f"node{r % 13}", f"naïve 🚀 {r}", "xy" * (r % 70)][r % 4]

        values = {
            "bool": lambda r: r % 3 == 0,
            "int8": lambda r: wrap(r * 37, 8, True), "uint8": lambda r: wrap(r * 37, 8, False),
            "int16": lambda r: wrap(r * 1237, 16, True), "uint16": lambda r: wrap(r * 1237, 16, False),
            "int32": lambda r: wrap(r * 2654435761, 32, True), "uint32": lambda r: wrap(r * 2654435761, 32, False),
            "int64": lambda r: wrap(r * 0x1E3779B97F4A7C15, 64, True),
            "uint64": lambda r: wrap(r * 0x1E3779B97F4A7C15, 64, False),
            "float32": lambda r: r * 0.5 - 7, "float64": lambda r: (r - 20) / 7, "few": lambda r: r // 10 % 5 - 2,
            "utf8": text, "coded": text, "binary": lambda r: bytes([r * 7 % 256]) * (r % 3),
        }
        nulls = {
            "all": lambda r, n: True, "alternating": lambda r, n: r % 2 == 1, "first": lambda r, n: r == 0,
            "last": lambda r, n: r == n - 1, "runs": lambda r, n: r // 50 % 2 == 1,
        }
        types = {"few": "int64", "utf8": "string", "coded": "string", "float32": "float", "float64": "double"}

        files = sorted(os.listdir(sys.argv[1]))
        for name in files:
            path, n = f"{sys.argv[1]}/{name}", int(name.split("-")[1].split(".")[0])
            arrow = pq.read_table(path, page_checksum_verification=True)
            duck = duckdb.sql(f"select * from read_parquet('{path}')").to_arrow_table()
            polar = polars.read_parquet(path)
            assert len(arrow.column_names) == len(values) * 7, arrow.column_names
            for column in arrow.column_names:
                kind, pattern = column.split("_")
                is_null = nulls.get(pattern, lambda r, n: False)
                expected = [None if is_null(r, n) else values[kind](r) for r in range(n)]
                field = arrow.schema.field(column)
                assert str(field.type) == types.get(kind, kind), field
                assert field.nullable == (pattern != "required"), field
                for reader, got in [("pyarrow", arrow[column].to_pylist()), ("duckdb", duck[column].to_pylist()),
                                    ("polars", polar[column].to_list())]:
                    if got != expected:
                        wrong = [i for i in range(min(n, len(got))) if got[i] != expected[i]][:5]
                        raise SystemExit(f"{name} {column} {reader}: {len(got)} of {n} rows, wrong at {wrong}, "
                                         f"{[got[i] for i in wrong]} != {[expected[i] for i in wrong]}")
        print(len(files))
        """#
}
