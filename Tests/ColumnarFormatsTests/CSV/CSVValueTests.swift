import ColumnarFormats
import S3DBCore
import Testing

/// How one text reads as one type; a nil cell is a misfit.
struct LexicalCase: Sendable, CustomTestStringConvertible {
    var type: DataType
    var text: String
    var cell: Cell?

    init(_ type: DataType, _ text: String, _ cell: Cell?) {
        self.type = type
        self.text = text
        self.cell = cell
    }

    var testDescription: String { "\(S3DBError.quoted(text)) as \(type)" }

    static let all = integers + floats + float32s + bools + nulls + texts

    static let integers: [LexicalCase] = [
        .init(.int64, "0", .int(0)), .init(.int64, "-0", .int(0)), .init(.int64, "007", .int(7)),
        .init(.int64, "1577836800", .int(1_577_836_800)), .init(.int64, "12345678", .int(12_345_678)),
        .init(.int64, "-1234567", .int(-1_234_567)), .init(.int64, "-12345678", .int(-12_345_678)),
        .init(.int64, "123456789", .int(123_456_789)), .init(.int64, "1234567890123456", .int(1_234_567_890_123_456)),
        .init(.int64, "12345678901234567", .int(12_345_678_901_234_567)),
        .init(.int64, "9223372036854775807", .int(Int128(Int64.max))),
        .init(.int64, "-9223372036854775808", .int(Int128(Int64.min))),
        .init(.int64, "9223372036854775808", nil), .init(.int64, "-9223372036854775809", nil),
        .init(.int64, "00000000000000000000000000000042", .int(42)),
        .init(.int64, "99999999999999999999999999999999999999999999", nil),
        .init(.int64, "3.0", .int(3)), .init(.int64, "3.", .int(3)), .init(.int64, "-3.000", .int(-3)),
        .init(.int64, "1e3", .int(1000)), .init(.int64, "1E+3", .int(1000)), .init(.int64, "1.5e1", .int(15)),
        .init(.int64, "1.25e1", nil), .init(.int64, "100e-2", .int(1)), .init(.int64, "10e-2", nil),
        .init(.int64, "0.0e-999999999999", .int(0)), .init(.int64, "0e99999999999999999999", .int(0)),
        .init(.int64, "1e18", .int(1_000_000_000_000_000_000)), .init(.int64, "1e19", nil),
        .init(.int64, "9223372036854775807.0", .int(Int128(Int64.max))), .init(.int64, "9223372036854775808.0", nil),
        .init(.int64, "1e99999999999999999999", nil), .init(.int64, "3.5", nil), .init(.int64, ".0", .int(0)),
        .init(.int64, "+5", nil), .init(.int64, "+5.0", nil), .init(.int64, "--5", nil), .init(.int64, "-", nil),
        .init(.int64, "0x1F", nil), .init(.int64, "1_000", nil), .init(.int64, "1 000", nil), .init(.int64, "5a", nil),
        .init(.int64, "e3", nil), .init(.int64, "1e", nil), .init(.int64, "1e+", nil), .init(.int64, ".", nil),
        .init(.int64, "inf", nil), .init(.int64, "1:", nil), .init(.int64, "1/", nil), .init(.int64, "12345678:", nil),
        .init(.int64, " 5", .int(5)), .init(.int64, "\t5 \t ", .int(5)), .init(.int64, " 3.0 ", .int(3)),
        .init(.int64, "5\u{A0}", nil), .init(.int64, "٣", nil),
        .init(.int8, "127", .int(127)), .init(.int8, "128", nil), .init(.int8, "-128", .int(-128)),
        .init(.int8, "-129", nil), .init(.int8, "1.27e2", .int(127)), .init(.int8, "12345678901", nil),
        .init(.int16, "-32768", .int(-32768)), .init(.int16, "32768", nil),
        .init(.int32, "2147483647", .int(2_147_483_647)), .init(.int32, "-2147483648", .int(-2_147_483_648)),
        .init(.int32, "2147483648", nil), .init(.uint8, "255", .int(255)), .init(.uint8, "256", nil),
        .init(.uint8, "-1", nil), .init(.uint8, "-0", .int(0)), .init(.uint16, "65535", .int(65535)),
        .init(.uint16, "65536", nil), .init(.uint32, "4294967295", .int(4_294_967_295)),
        .init(.uint32, "4294967296", nil), .init(.uint64, "18446744073709551615", .int(Int128(UInt64.max))),
        .init(.uint64, "18446744073709551616", nil), .init(.uint64, "1e19", .int(10_000_000_000_000_000_000)),
        .init(.uint64, "1844674407370955161.5e1", .int(Int128(UInt64.max))), .init(.uint64, "2e19", nil),
    ]

    static let floats: [LexicalCase] = [
        .init(.float64, "0", .double(0)), .init(.float64, "-0", .double(-0.0)), .init(.float64, "-0.0", .double(-0.0)),
        .init(.float64, "20.47", .double(20.47)), .init(.float64, "-0.86", .double(-0.86)),
        .init(.float64, "7", .double(7)), .init(.float64, "+7.5", .double(7.5)), .init(.float64, "5.", .double(5)),
        .init(.float64, ".5", .double(0.5)), .init(.float64, "-.5", .double(-0.5)), .init(.float64, ".", nil),
        .init(.float64, "-.", nil), .init(.float64, "-", nil), .init(.float64, "+", nil), .init(.float64, "1.2.3", nil),
        .init(.float64, "..1", nil), .init(.float64, "1e", nil), .init(.float64, "e1", nil),
        .init(.float64, "1e5", .double(1e5)),
        .init(.float64, "1E-5", .double(1e-5)), .init(.float64, "1.5e+3", .double(1500)), .init(.float64, "0x10", nil),
        .init(.float64, "12345678", .double(12_345_678)), .init(.float64, "1234.5678", .double(1234.5678)),
        .init(.float64, ".12345678", .double(0.12345678)), .init(.float64, "-1234567", .double(-1_234_567)),
        .init(.float64, "19.560000000000002", .double(19.560000000000002)),
        .init(.float64, "0.30000000000000004", .double(0.30000000000000004)),
        .init(.float64, "9007199254740993", .double(9_007_199_254_740_992)),
        .init(.float64, "9007199254740993.00000000000000000000001", .double(9_007_199_254_740_994)),
        .init(.float64, "18446744073709551615", .double(18_446_744_073_709_551_616)),
        .init(.float64, "1e400", .double(.infinity)), .init(.float64, "-1e400", .double(-.infinity)),
        .init(.float64, "1e-400", .double(0)), .init(.float64, "-1e-400", .double(-0.0)),
        .init(.float64, "1e999999999999999999999", .double(.infinity)), .init(.float64, "0e999999999999", .double(0)),
        .init(.float64, "1e-999999999999999999999", .double(0)),
        .init(.float64, "4.9406564584124654e-324", .double(.leastNonzeroMagnitude)),
        .init(.float64, "2e-324", .double(0)),
        .init(.float64, "1.7976931348623157e308", .double(.greatestFiniteMagnitude)),
        .init(.float64, "1.7976931348623159e308", .double(.infinity)),
        .init(.float64, "0." + String(repeating: "0", count: 400) + "1e401", .double(1)),
        .init(.float64, "1" + String(repeating: "0", count: 400) + "e-400", .double(1)),
        .init(.float64, "inf", .double(.infinity)), .init(.float64, "-Inf", .double(-.infinity)),
        .init(.float64, "+INFINITY", .double(.infinity)), .init(.float64, "iNfInItY", .double(.infinity)),
        .init(.float64, "infin", nil), .init(.float64, "NAN", .double(.nan)), .init(.float64, "nAn", .double(.nan)),
        .init(.float64, "+nan", .double(.nan)), .init(.float64, "-NAN", .double(.nan)),
        .init(.float64, " nan", .double(.nan)),
        .init(.float64, "nan1", nil), .init(.float64, " 1.5\t", .double(1.5)), .init(.float64, "1,5", nil),
        .init(.float64, "true", nil), .init(.float64, "1.#INF", nil), .init(.float64, "1d5", nil),
    ]

    static let float32s: [LexicalCase] = [
        .init(.float32, "0.1", .float(0.1)), .init(.float32, "-7", .float(-7)),
        .init(.float32, "16777217", .float(16_777_216)), .init(.float32, "16777219", .float(16_777_220)),
        .init(.float32, "1e39", .float(.infinity)), .init(.float32, "1e-46", .float(0)),
        .init(.float32, "1.17549429e-38", .float(.leastNormalMagnitude)),
        // Rounding to binary64 first would give a tie, and the wrong neighbour.
        .init(.float32, "1.00000017881393432617187499", .float(1.0000001)),
        .init(.float32, "1.00000017881393432617187501", .float(1.0000002)),
    ]

    static let bools: [LexicalCase] = [
        .init(.bool, "true", .bool(true)), .init(.bool, "TRUE", .bool(true)), .init(.bool, "tRuE", .bool(true)),
        .init(.bool, "False", .bool(false)), .init(.bool, "1", .bool(true)), .init(.bool, "0", .bool(false)),
        .init(.bool, " true\t", .bool(true)), .init(.bool, "t", nil), .init(.bool, "yes", nil), .init(.bool, "2", nil),
        .init(.bool, "1.0", nil), .init(.bool, "01", nil), .init(.bool, "TRUE\u{14}", nil),
        .init(.bool, "T\u{12}UE", nil),
    ]

    static let nulls: [LexicalCase] =
        CSVDialect.s3dbNullTokens.flatMap { token in
            [DataType.int64, .float64, .float32, .bool, .int8].map { .init($0, token, .null) }
                + [.init(.utf8, token, .text(token)), .init(.binary, token, .text(token))]
        } + [
            .init(.int64, "None", nil), .init(.int64, "Null", nil), .init(.int64, "na", nil), .init(.int64, "-", nil),
            .init(.int64, " NA", nil), .init(.int64, " ", nil), .init(.float64, "  ", nil), .init(.bool, "NA ", nil),
            .init(.int64, "nAn", nil), .init(.bool, "nAn", nil),
        ]

    static let texts: [LexicalCase] = [
        .init(.utf8, " a ", .text(" a ")), .init(.utf8, "a\"b", .text("a\"b")), .init(.utf8, "é 🙂", .text("é 🙂")),
        .init(.utf8, "\u{0}", .text("\u{0}")), .init(.utf8, "exactly8", .text("exactly8")),
        .init(.utf8, "sixteen bytes ok", .text("sixteen bytes ok")),
        .init(.utf8, "more than sixteen bytes", .text("more than sixteen bytes")),
    ]
}

@Suite struct CSVValueTests {
    @Test(arguments: LexicalCase.all) func reads(_ lexical: LexicalCase) throws {
        let escaped = lexical.text.replacing("\"", with: "\"\"")
        var forms = ["\"\(escaped)\""]
        let isPlain = !lexical.text.contains { ",\r\n".contains($0) } && !lexical.text.hasPrefix("\"")
        if isPlain { forms.append(lexical.text) }
        let fields = [Field("before", .utf8), Field("x", lexical.type), Field("after", .utf8)]
        for form in forms {
            // Behind 0 to 2 values, which the parser may remember, and with a field on both sides.
            for prefix in ["", "a,1,b\n", "a,1,b\nlong enough to be skipped,\(form),b\n"] {
                let text = "before,x,after\n\(prefix)p,\(form),q"
                let bytes = Array(text.utf8)
                let expected = ReferenceCSV().read(bytes, fields)
                let reading = try read(bytes, fields)
                #expect(reading == expected)
                #expect(try read(bytes, fields, chunk: { 1 }) == expected)
                switch (reading, lexical.cell) {
                case (.columns(let columns), let cell?): #expect(columns[1].last == cell)
                case (.failure(let failure), nil):
                    #expect(failure.code == .valueMisfit)
                    #expect(failure.column == "x")
                default: Issue.record("\(reading) for \(text)")
                }
            }
        }
    }

    @Test func emptyIsNullWhereToldSo() throws {
        let bytes = Array("list,str\n,\n\"\",\"\"\n[],[]\n".utf8)
        let reading = try read(bytes, [Field("list", .utf8), Field("str", .utf8)], emptyIsNull: ["list"])
        #expect(
            reading == .columns([[.null, .null, .text("[]")], [.text(""), .text(""), .text("[]")]]))
    }

    @Test func ownNullTokensGoBeforeNumbers() throws {
        let csv = CSV(dialect: CSVDialect(nullTokens: ["-999", "1"]))
        let fields = [Field("i", .int32), Field("f", .float64), Field("b", .bool)]
        let reading = try read(Array("i,f,b\n-999,-999,1\n-999.0,1,0\n".utf8), fields, csv: csv)
        #expect(
            reading == .columns([[.null, .int(-999)], [.null, .null], [.null, .bool(false)]]))
        let empty = try read(Array("i,f,b\n,2,0\n".utf8), fields, csv: csv)
        #expect(empty == .failure(CSVFailure(.valueMisfit, line: 2, column: "i")))
    }

    @Test func trimmingCanBeTurnedOff() throws {
        let csv = CSV(dialect: CSVDialect(trimsNumbers: false))
        let reading = try read(Array("x\n 5\n".utf8), [Field("x", .int64)], csv: csv)
        #expect(reading == .failure(CSVFailure(.valueMisfit, line: 2, column: "x")))
    }
}
