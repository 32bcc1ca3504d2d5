import Foundation
import S3DB
import TestSupport
import Testing

/// `inspect head` and `inspect cat`.
@Suite(.needsPython) struct InspectRowsTests {
    private let directory: TemporaryDirectory
    private let parquet: URL
    private let arrow: URL

    init() throws {
        directory = try TemporaryDirectory()
        parquet = directory.url.appending(path: "table.parquet")
        arrow = directory.url.appending(path: "table.arrow")
        try InspectedTables.writeParquet(to: parquet)
        try InspectedTables.writeArrow(to: arrow)
    }

    private func compare(_ rows: String, with file: URL) throws -> String {
        let printed = try directory.write(Array(rows.utf8), to: "rows")
        return try Python.run(try InspectTool.script("inspect_rows.py"), [file.path, printed.path])
    }

    @Test("lines of JSON have pyarrow's values, of Parquet and of Arrow")
    func json() throws {
        for file in [parquet, arrow] {
            let rows = try InspectTool.run(["cat", "--json", file.path])
            #expect(rows.status == 0, "\(rows.errors)")
            #expect(try compare(rows.output, with: file) == "")
        }
        let (a, b) = (
            try InspectTool.run(["cat", "--json", parquet.path]), try InspectTool.run(["cat", "--json", arrow.path])
        )
        #expect(a.output == b.output)
    }

    @Test("CSV reads back in pyarrow, nulls told from empty texts")
    func csv() throws {
        let rows = try InspectTool.run(["cat", "--csv", arrow.path])
        #expect(rows.status == 0, "\(rows.errors)")
        let csv = try directory.write(Array(rows.output.utf8), to: "rows.csv")
        let printed = try InspectedTables.python(
            """
            import pyarrow.csv as csv
            types = {field.name: field.type for field in table.schema}
            types.update(code=pa.string(), raw=pa.string())
            back = csv.read_csv(
                sys.argv[1], parse_options=csv.ParseOptions(newlines_in_values=True),
                convert_options=csv.ConvertOptions(
                    column_types=types, strings_can_be_null=True, quoted_strings_can_be_null=False,
                    null_values=["", "NaN", "nan"]))
            for name in table.schema.names:
                want, got = table[name].to_pylist(), back[name].to_pylist()
                if name == "raw":
                    want = [None if value is None else value.hex() for value in want]
                if list(map(repr, want)) != list(map(repr, got)):
                    first = [pair for pair in zip(want, got) if repr(pair[0]) != repr(pair[1])][0]
                    print(name, first)
            """, [csv])
        #expect(printed == "")
    }

    @Test("CSV reads back in the project's own reader, nulls told from empty texts")
    func csvHere() throws {
        let columns = "id,word,code,value,small,flag"
        let text = try InspectTool.run(["cat", "--csv", "--columns", columns, parquet.path]).output
        let schema = try Schema([
            Field("id", .int64), Field("word", .utf8), Field("code", .utf8), Field("value", .float64),
            Field("small", .int8), Field("flag", .bool),
        ])
        let batches = try CSV(dialect: CSVDialect(quotedEmptyIsText: true)).batches(
            of: text.utf8Span.span.bytes, schema: schema, emptyIsNull: ["word", "code"])
        var again = BufferBuilder()
        for batch in batches {
            let rows = JSONLinesRows(batch)
            for row in 0..<batch.rowCount { rows.append(row, to: &again) }
        }
        let expected = try InspectTool.run(["cat", "--json", "--columns", columns, parquet.path]).output
        #expect(String(decoding: again.freeze(), as: UTF8.self) == expected)
    }

    @Test(
        "rows are those that pyarrow's filter keeps",
        arguments: [
            (["id>4990"], "pc.greater(table['id'], 4990)"), (["id <= 3"], "pc.less_equal(table['id'], 3)"),
            (["word = a,b"], "pc.equal(table['word'], 'a,b')"), (["word=''"], "pc.equal(table['word'], '')"),
            (["word is null"], "pc.is_null(table['word'])"), (["value is not null"], "pc.is_valid(table['value'])"),
            (
                ["code == 'node 3'", "id<100"],
                "pc.and_kleene(pc.equal(table['code'], 'node 3'), pc.less(table['id'], 100))"
            ),
            (["value>0.05"], "pc.greater(table['value'], 0.05)"), (["value != 0"], "pc.not_equal(table['value'], 0.0)"),
            (["flag=true"], "table['flag']"), (["small<-1"], "pc.less(table['small'], -1)"),
            (["big>=18446744073709551615"], "pc.equal(table['big'], pa.scalar(2**64 - 1, pa.uint64()))"),
            (["price<12.5"], "pc.less(table['price'], decimal.Decimal('12.50'))"),
            (["day>=2020-02-29"], "pc.greater_equal(table['day'], datetime.date(2020, 2, 29))"),
            (
                ["at=2020-01-01T20:00:00.123456Z"],
                "pc.equal(table['at'], pa.scalar(datetime.datetime(2020, 1, 1, 20, 0, 0, 123456), table['at'].type))"
            ),
            (["raw=00ff"], "pc.equal(table['raw'], b'\\x00\\xff')"), (["id>100000"], "pc.greater(table['id'], 100000)"),
        ])
    func filters(conditions: [String], expression: String) throws {
        let printed = try InspectedTables.python(
            """
            import pyarrow.compute as pc
            for value in table.filter(\(expression))["id"].to_pylist():
                print('{"id":%d}' % value)
            """, [])
        for file in [parquet, arrow] {
            let rows = try InspectTool.run(["cat", "--json", "--columns", "id", file.path, "--where"] + conditions)
            #expect(rows.status == 0, "\(rows.errors)")
            #expect(rows.output == printed, "\(file.lastPathComponent)")
        }
    }

    @Test("columns come in the order that they are asked for")
    func columns() throws {
        for file in [parquet, arrow] {
            let rows = try InspectTool.run(["head", "--json", "--rows", "2", "--columns", "small,id", file.path])
            #expect(rows.output == "{\"small\":1,\"id\":0}\n{\"small\":null,\"id\":1}\n", "\(rows.errors)")
        }
    }

    @Test("the first rows are a table")
    func head() throws {
        let rows = try InspectTool.run(["head", "--rows", "3", "--columns", "id,word,value,price,day,at", parquet.path])
        #expect(
            rows.output == """
                id  word   value  price  day         at
                --  -----  -----  -----  ----------  ---------------------------
                 0           0.0  12.50  2020-02-29  2020-01-01T20:00:00.123456Z
                 1  null    -0.0  -0.01  1969-12-31  null
                 2  plain   null   null  null        2020-01-01T20:00:00.123456Z

                """)
        let odd = try InspectTool.run(["head", "--rows", "7", "--columns", "word", arrow.path]).output
        #expect(odd.contains("two\\nlines") && odd.contains("carriage\\rreturn"))
    }

    @Test(
        "what is asked for and is not there is bad usage",
        arguments: [
            ["cat", "--json", "--columns", "nothing"], ["cat", "--json", "--where", "nothing>1"],
            ["cat", "--json", "--where", "id>one"], ["cat", "--json", "--where", "word"], ["cat"],
            ["cat", "--json", "--csv"], ["head", "--rows", "0"], ["chunks", "--column", "nothing"],
            ["pages", "--row-group", "99"], ["schema", "--column", "nothing"], ["pages", "--row-group", "x"],
        ])
    func badUsage(arguments: [String]) throws {
        for file in [parquet, arrow] {
            let command = [arguments[0], file.path] + arguments.dropFirst()
            let outcome = try InspectTool.run(command)
            #expect(outcome.status == 2, "\(command): \(outcome.output)\(outcome.errors)")
            #expect(outcome.errors.hasPrefix("inspect: ") && outcome.output.isEmpty, "\(command): \(outcome.errors)")
        }
    }
}
