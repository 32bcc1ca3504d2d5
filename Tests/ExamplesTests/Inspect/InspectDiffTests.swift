import Foundation
import S3DB
import TestSupport
import Testing

/// `inspect diff`.
@Suite(.needsPython) struct InspectDiffTests {
    private let directory: TemporaryDirectory
    private let first: URL
    private let second: URL

    init() throws {
        directory = try TemporaryDirectory()
        first = directory.url.appending(path: "first.parquet")
        second = directory.url.appending(path: "second")
        try InspectedTables.writeParquet(to: first)
    }

    private func diff(_ options: [String] = []) throws -> BackfillTool.Outcome {
        try InspectTool.run(["diff", first.path, second.path] + options)
    }

    /// Has pyarrow write the table anew after a change.
    private func writeSecond(_ change: String) throws {
        try InspectedTables.python(
            """
            def replaced(name, row, value):
                values = table[name].to_pylist()
                values[row] = value
                index = table.schema.get_field_index(name)
                return table.set_column(index, name, pa.array(values, table[name].type))
            \(change)
            pq.write_table(table, sys.argv[1], row_group_size=777, data_page_size=3000)
            """, [second])
    }

    @Test(
        "files of other formats, encodings and cuts hold the same",
        arguments: [
            "pq.write_table(table, sys.argv[1], row_group_size=333, use_dictionary=False, compression='zstd')",
            "pq.write_table(table, sys.argv[1], data_page_version='2.0', use_byte_stream_split=['value'], use_dictionary=False)",
            "pa.ipc.new_stream(sys.argv[1], table.schema).write_table(table, max_chunksize=1001)",
        ])
    func equal(writing: String) throws {
        try InspectedTables.python(writing, [second])
        let found = try diff()
        #expect(found.status == 0, "\(found.output)\(found.errors)")
        #expect(found.output == "Both hold the same 5,000 rows of 11 columns.\n")
        let json = try diff(["--json"]).json()
        #expect(json["equal"] == true && json["rows"] == [5000, 5000] && json["differing_rows"] == 0)
    }

    @Test(
        "a value that differs is found with its row",
        arguments: [
            ("value", 4321, "1.5", "-0.0", "1.5"), ("value", 0, "-0.0", "0.0", "-0.0"),
            ("value", 2, "math.nan", "null", "\"NaN\""), ("value", 3, "None", "\"NaN\"", "null"),
            ("word", 0, "None", "\"\"", "null"), ("word", 1, "''", "null", "\"\""),
            ("word", 4990, "'x'", "\"\"", "\"x\""), ("flag", 1, "True", "false", "true"),
            ("big", 0, "2**64 - 2", "18446744073709551615", "18446744073709551614"),
            ("price", 1, "decimal.Decimal('0.01')", "\"-0.01\"", "\"0.01\""),
            ("raw", 1, "b'\\x00\\xfe'", "\"00ff\"", "\"00fe\""),
        ])
    func value(column: String, row: Int, change: String, before: String, after: String) throws {
        try writeSecond("table = replaced('\(column)', \(row), \(change))")
        let found = try diff(["--json"])
        #expect(found.status == 1, "\(found.errors)")
        let json = try found.json()
        #expect(json["equal"] == false && json["differing_rows"] == 1 && json["schema"] == [])
        let differing = json["columns"]?.arrayValue?.filter { $0["differences"] != 0 } ?? []
        try #require(differing.count == 1, "\(json)")
        #expect(differing[0]["name"]?.stringValue == column && differing[0]["differences"] == 1)
        let shown = differing[0]["shown"]?.arrayValue?.first
        #expect(shown?["row"]?.intValue == row)
        #expect(shown?["values"]?.serialized() == "[\(before),\(after)]", "\(json)")
        let text = try diff()
        #expect(text.status == 1 && text.output.contains("5,000 in both, 1 of those that both have differ"))
        #expect(text.output.contains("\(column)"))
    }

    @Test("missing and further rows are counted, those in front of them compared")
    func rows() throws {
        try writeSecond("table = table.slice(0, 4000)")
        var json = try diff(["--json"]).json()
        #expect(json["rows"] == [5000, 4000] && json["differing_rows"] == 0 && json["equal"] == false)
        #expect(try diff().output.contains("5,000 in a, 4,000 in b (1,000 more in a)"))
        try writeSecond("table = pa.concat_tables([table, table.slice(0, 1)])")
        json = try diff(["--json"]).json()
        #expect(json["rows"] == [5000, 5001] && json["differing_rows"] == 0)
        try writeSecond("table = pa.concat_tables([table.slice(0, 10), table.slice(11)])")
        json = try diff(["--json"]).json()
        #expect(json["rows"] == [5000, 4999])
        let ids = json["columns"]?.arrayValue?.first { $0["name"] == "id" }
        #expect(ids?["differences"]?.intValue == 4989 && ids?["shown"]?.arrayValue?.count == 10)
        #expect(ids?["shown"]?.arrayValue?.first?["row"]?.intValue == 10)
        #expect(
            try diff(["--json", "--differences", "3"]).json()["columns"]?.arrayValue?[0]["shown"]?.arrayValue?.count
                == 3)
    }

    @Test("other columns, types and places are named, and values compared where they can be")
    func schema() throws {
        try writeSecond(
            """
            table = table.drop_columns(["flag"]).append_column("new", table["id"])
            table = table.set_column(0, "id", table["id"].cast(pa.int32()))
            table = table.set_column(3, "value", table["value"].cast(pa.string()))
            table = table.select(["word", "id"] + table.schema.names[2:])
            """)
        let found = try diff(["--json"])
        #expect(found.status == 1)
        let schema = try found.json()["schema"]?.arrayValue ?? []
        #expect(
            schema.map { $0.serialized() } == [
                #"{"kind":"type","column":"id","sides":["int64","int32"],"compared":true}"#,
                #"{"kind":"type","column":"value","sides":["float64","utf8"],"compared":false}"#,
                #"{"kind":"only-first","column":"flag","sides":["bool",null],"compared":false}"#,
                #"{"kind":"only-second","column":"new","sides":[null,"int64"],"compared":false}"#,
                #"{"kind":"place","column":"id","sides":["1","2"],"compared":true}"#,
                #"{"kind":"place","column":"word","sides":["2","1"],"compared":true}"#,
            ])
        #expect(try found.json()["differing_rows"] == 0)
        #expect(try diff().output.contains("only-first"))
        let chosen = try diff(["--columns", "word,price"])
        #expect(chosen.status == 0, "\(chosen.output)")
    }

    @Test("what cannot be read is trouble, not a difference")
    func trouble() throws {
        for content in ["", "PAR1", "nothing of the kind"] {
            try Data(content.utf8).write(to: second)
            let found = try diff(["--json"])
            #expect(found.status == 2, "\(content)")
            #expect(found.errors.hasPrefix("inspect: \(second.path)"), "\(found.errors)")
            #expect(try found.json()["type"] == "error")
        }
        try FileManager.default.removeItem(at: second)
        #expect(try diff().status == 2)
        #expect(try InspectTool.run(["diff", first.path]).status == 2)
    }
}
