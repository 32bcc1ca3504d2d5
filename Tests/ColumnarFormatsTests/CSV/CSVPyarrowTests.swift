import ColumnarFormats
import Foundation
import S3DBCore
import TestSupport
import Testing

/// Others' reading of the same bytes.
@Suite struct CSVPyarrowTests {
    /// Prints, for each column of a stream read with declared types, a digest of its values' bytes and of its nulls.
    private static let digests = """
        import hashlib, json, sys, numpy as np, pyarrow as pa, pyarrow.csv as csv
        types = {name: pa.type_for_alias(t) for name, t in json.loads(sys.argv[2]).items()}
        options = csv.ConvertOptions(column_types=types, strings_can_be_null=False)
        parse = csv.ParseOptions(newlines_in_values=True)
        table = csv.read_csv(sys.argv[1], parse_options=parse, convert_options=options).combine_chunks()
        for name in types:
            column = table[name]
            valid = "".join("1" if v else "0" for v in column.is_valid().to_pylist())
            if pa.types.is_string(column.type):
                values = b"".join(len(b).to_bytes(4, "little") + b for b in (v.encode() for v in column.to_pylist()))
            else:
                values = np.ascontiguousarray(column.fill_null(0).to_numpy()).tobytes()
            print(name, len(column), hashlib.sha256(values).hexdigest(), hashlib.sha256(valid.encode()).hexdigest())
        """

    /// The same of columns that this package read: files of values and of nulls, hashed by Python.
    private static let hashFiles = """
        import hashlib, sys
        for path in sys.argv[1:]:
            print(hashlib.sha256(open(path, "rb").read()).hexdigest())
        """

    private func valueBytes(_ column: [Cell]) -> [UInt8] {
        var bytes: [UInt8] = []
        func append<Value>(_ value: Value) {
            withUnsafeBytes(of: value) { bytes.append(contentsOf: $0) }
        }
        for cell in column {
            switch cell {
            case .int(let value): append(Int64(value))
            case .float64(let bits): append(bits)
            case .bytes(let text):
                append(UInt32(text.count))
                bytes += text
            default: append(UInt64(0))
            }
        }
        return bytes
    }

    private func compare(_ bytes: [UInt8], _ fields: [Field]) throws {
        guard case .columns(let columns) = try read(bytes, fields, chunk: { 1 << 20 }) else {
            Issue.record("not readable")
            return
        }
        let directory = try TemporaryDirectory()
        let file = try directory.write(bytes, to: "input.csv")
        let aliases: [DataType: String] = [.int64: "int64", .float64: "float64", .utf8: "string"]
        let types = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, aliases[$0.type] ?? "") })
        let json = String(decoding: try JSONEncoder().encode(types), as: UTF8.self)
        let theirs = try Python.run(Self.digests, [file.path, json]).split(separator: "\n").map {
            $0.split(separator: " ")
        }
        #expect(theirs.count == fields.count)
        var files: [String] = []
        for (field, column) in zip(fields, columns) {
            files.append(try directory.write(valueBytes(column), to: "\(field.name).values").path)
            let valid = column.map { UInt8(ascii: $0 == .null ? "0" : "1") }
            files.append(try directory.write(valid, to: "\(field.name).valid").path)
        }
        let ours = try Python.run(Self.hashFiles, files).split(separator: "\n")
        for their in theirs {
            let index = try #require(fields.firstIndex { $0.name == their[0] })
            #expect(Int(their[1]) == columns[index].count, "\(their[0])")
            #expect(their[2] == ours[2 * index], "values of \(their[0])")
            #expect(their[3] == ours[2 * index + 1], "nulls of \(their[0])")
        }
    }

    static let days = Requirement.isFull ? [1_577_836_800, 1_577_923_200, 1_578_009_600] : [1_577_836_800]

    @Test(.needsPython, .needsRealData, arguments: days) func realDays(_ start: Int) throws {
        let file = Requirement.realData.appending(path: "miso/realtime_price/year=2020/\(start).csv.gz")
        let directory = try TemporaryDirectory()
        let plain = directory.url.appending(path: "day.csv")
        try Python.run(
            "import gzip, sys; open(sys.argv[2], 'wb').write(gzip.open(sys.argv[1]).read())", [file.path, plain.path])
        try compare(
            Array(try Data(contentsOf: plain)),
            [
                Field("release_date", .int64), Field("target_start", .int64), Field("target_end", .int64),
                Field("target_bounds", .int64), Field("node_name", .utf8), Field("tag", .utf8),
                Field("lmp", .float64), Field("mlc", .float64), Field("mcc", .float64),
            ])
    }

    @Test(.needsPython) func randomNumbers() throws {
        var generator = SeededGenerator.fresh()
        var text = "i,f,s\r\n"
        for _ in 0..<3000 {
            let double = Double(bitPattern: .random(in: 0...UInt64.max, using: &generator))
            let float = double.isFinite ? "\(double)" : "NA"
            let short =
                "\(Int.random(in: -99_999...99_999, using: &generator))e-\(Int.random(in: 0...30, using: &generator))"
            text +=
                "\(Int64.random(in: .min ... .max, using: &generator)),\(Bool.random() ? float : short),\"é,\"\"\n\"\r\n"
        }
        try compare(Array(text.utf8), [Field("i", .int64), Field("f", .float64), Field("s", .utf8)])
    }

    /// Reads one text at a time as a type; prints null, a value, or an error.
    private static let readings = """
        import io, json, sys, pyarrow as pa, pyarrow.csv as csv
        for text, t in json.loads(sys.argv[1]):
            quoted = '"' + text.replace('"', '""') + '"'
            options = csv.ConvertOptions(column_types={"x": pa.type_for_alias(t)}, strings_can_be_null=False)
            try:
                value = csv.read_csv(io.BytesIO(("x\\n" + quoted + "\\n").encode()), convert_options=options)["x"][0].as_py()
                print("null" if value is None else value.hex() if isinstance(value, float) else value)
            except pa.ArrowInvalid:
                print("misfit")
        """

    /// Where this package reads another thing than pyarrow on purpose.
    private static func isDeliberate(_ lexical: LexicalCase) -> Bool {
        let text = lexical.text.trimmingCharacters(in: .whitespaces)
        if text == "<NA>" { return true }
        return switch lexical.type {
        // Integral decimals are integers; hexadecimal is not.
        case .int64: text.contains { ".eE".contains($0) } || text.hasPrefix("0x") || text == "-0"
        // A plus sign, and any case of NaN with one.
        case .float64: text.hasPrefix("+")
        // Blanks round booleans, and cases that are mixed.
        case .bool: text != lexical.text || text == "tRuE"
        default: true
        }
    }

    @Test(.needsPython) func lexicalRulesArePyarrows() throws {
        let cases = LexicalCase.all.filter { [.int64, .float64, .bool].contains($0.type) }
        let names: [DataType: String] = [.int64: "int64", .float64: "float64", .bool: "bool"]
        let json = try JSONSerialization.data(withJSONObject: cases.map { [$0.text, names[$0.type] ?? ""] })
        let printed = try Python.run(Self.readings, [String(decoding: json, as: UTF8.self)])
        let theirs = printed.split(separator: "\n", omittingEmptySubsequences: false)
        for (lexical, their) in zip(cases, theirs) where !Self.isDeliberate(lexical) {
            let agrees =
                switch lexical.cell {
                case nil: their == "misfit"
                case .null?: their == "null"
                case .bool(let value)?: their == (value ? "True" : "False")
                case .int(let value)?: their == String(value)
                case .float64(let bits)?:
                    Double(bitPattern: bits).isNaN
                        ? their == "nan" : Double(String(their)).map { $0.bitPattern == bits } ?? false
                default: false
                }
            #expect(agrees, "pyarrow reads \(lexical.testDescription) as \(their)")
        }
    }
}
