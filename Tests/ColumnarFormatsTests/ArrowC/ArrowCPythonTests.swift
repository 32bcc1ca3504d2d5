import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// The shared library of the interpreter that tests use.
enum PythonSharedLibrary {
    /// Where it is; nil where the interpreter was built without one.
    static let path: String? = {
        guard Python.isAvailable else { return nil }
        let script = "import sysconfig as s; print(s.get_config_var('LIBDIR') + '/' + s.get_config_var('LDLIBRARY'))"
        guard let line = try? Python.run(script).split(separator: "\n").first,
            line.contains(".so") || line.contains(".dylib")
        else { return nil }
        return FileManager.default.fileExists(atPath: String(line)) ? String(line) : nil
    }()
}

/// Batches that are handed to pyarrow in one process, and taken back.
@Suite("Arrow C Data Interface with pyarrow", .needsPython) struct ArrowCPythonTests {
    @Test("pyarrow imports and exports every type", .enabled(if: PythonSharedLibrary.path != nil, "needs libpython"))
    func pyarrow() throws {
        var random = SeededGenerator.fresh()
        let directory = try TemporaryDirectory()
        var expected: [[[String]]] = []
        for type in ArrowCTests.types {
            let encoding = ArrowAllTypesTests.pyarrowHasDictionaries(of: type) ? DictionaryEncoding() : nil
            let schema = try Schema([
                Field("plain", type, metadata: [MetadataEntry("k", "v")]), Field("b", .bool),
                Field("encoded", type, dictionary: encoding),
            ])
            let columns = try schema.fields.map { field in
                try RandomColumn.make(field.type, count: 80, hasNulls: random.next() & 3 != 0, &random).slice(9..<74)
            }
            let batch = try RecordBatch(schema: schema, columns: columns, rowCount: 65)
            var file = try FileWriter(ArrowStream(), schema: schema)
            try file.append(batch)
            try file.finish()
            try directory.write(file.takeBytes(), to: "\(expected.count).arrow")
            let texts = columns.map { ColumnText.values(of: $0) }
            try directory.write(try JSONEncoder().encode(texts), to: "\(expected.count).json")
            expected.append(texts)
        }
        try directory.write(Array(try script(directory).utf8), to: "script.py")
        let output = try Executable.run(
            "python-process",
            [
                try #require(PythonSharedLibrary.path), directory.url.appending(path: "script.py").path,
                directory.url.path, "\(expected.count)",
            ])
        #expect(output.output == "passed \(expected.count)\n")
        for (number, texts) in expected.enumerated() {
            let back = Buffer(try Data(contentsOf: directory.url.appending(path: "\(number).back")))
            let batches = try ArrowReader(back).batches()
            #expect(ArrowAllTypesTests.texts(batches) == texts, "\(random), \(ArrowCTests.types[number])")
        }
    }

    /// What runs in the other process: with the modules of the interpreter that tests use.
    private func script(_ directory: TemporaryDirectory) throws -> String {
        let path = try Python.run("import sys; print(sys.path)")
        return """
            import sys
            sys.path[:] = \(path)
            \(ArrowPython.texts)
            held = None

            def check(number, array, schema):
                global held
                held = pa.RecordBatch._import_from_c(array, schema)
                held.validate(full=True)
                assert held.schema.metadata == {b"number": str(number).encode()}, held.schema.metadata
                assert held.schema.field(0).metadata == {b"k": b"v"}
                expected = json.load(open(f"\(directory.url.path)/{number}.json"))
                for index, (values, found) in enumerate(zip(expected, columns(held))):
                    assert found == values, (number, str(held.schema[index]), found[:9], values[:9])

            def give(array, schema):
                global held
                held._export_to_c(array, schema)
                held = None

            def finish():
                import gc
                gc.collect()
            """
    }
}
