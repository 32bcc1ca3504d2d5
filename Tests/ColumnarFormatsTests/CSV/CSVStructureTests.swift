import ColumnarFormats
import S3DBCore
import TestSupport
import Testing

/// A stream and what reading it with two text columns `a` and `b` gives.
struct StructureCase: Sendable, CustomTestStringConvertible {
    var text: String
    var rows: [[String]]?
    var code: S3DBError.Code?
    var line: Int?
    var column: String?

    init(_ text: String, _ rows: [[String]]) {
        self.text = text
        self.rows = rows
    }

    init(_ text: String, _ code: S3DBError.Code, line: Int? = nil, column: String? = nil) {
        self.text = text
        self.code = code
        self.line = line
        self.column = column
    }

    var testDescription: String { S3DBError.quoted(text) }

    static let readable: [StructureCase] = [
        .init("a,b\n", []), .init("a,b", []), .init("\u{FEFF}a,b\r\n", []), .init("\n\r\na,b\n", []),
        .init("a,b\n1,2\n", [["1", "2"]]), .init("a,b\n1,2", [["1", "2"]]), .init("a,b\r\n1,2\r\n", [["1", "2"]]),
        .init("a,b\n1,2\r\n3,4\n5,6", [["1", "2"], ["3", "4"], ["5", "6"]]), .init("b,a\n1,2\n", [["2", "1"]]),
        .init("a,b\n,\n", [["", ""]]), .init("a,b\n\"\",\"\"\n", [["", ""]]), .init("a,b\n1,", [["1", ""]]),
        .init("a,b\n1,2\n\n\r\n\n3,4\n\n", [["1", "2"], ["3", "4"]]), .init("\"a\",\"b\"\n1,2\n", [["1", "2"]]),
        .init("a,b\n\"x,y\",\"z\"\"w\"\n", [["x,y", "z\"w"]]), .init("a,b\n\"\"\"\",\"\"\"\"\"\"\n", [["\"", "\"\""]]),
        .init("a,b\n\"1\n2\",\"3\r\n4\"\r\n", [["1\n2", "3\r\n4"]]), .init("a,b\n\"\r\",\"x\r\"\n", [["\r", "x\r"]]),
        .init("a,b\n\"1\",\"2\"", [["1", "2"]]), .init("a,b\nx\"y,z\"\n", [["x\"y", "z\""]]),
        .init("a,b\n \"x\",y\n", [[" \"x\"", "y"]]),
        .init("a,b\n\"[1, 2]\",\"{\"\"k\"\": 1}\"\n", [["[1, 2]", "{\"k\": 1}"]]),
        .init("a,skipped,b\n1,\"two, 2\",3\n", [["1", "3"]]), .init("a,b\n\u{FEFF}1,2\n", [["\u{FEFF}1", "2"]]),
    ]

    static let broken: [StructureCase] = [
        .init("", .emptyObject), .init("\u{FEFF}", .emptyObject), .init("\n\r\n\n", .emptyObject),
        .init("a,a\n1,2\n", .duplicateColumn, line: 1, column: "a"),
        .init("\na,b,b\n", .duplicateColumn, line: 2, column: "b"),
        .init("a,\n", .emptyColumnName, line: 1), .init("a,\"\",b\n", .emptyColumnName, line: 1),
        .init("a,b\n1\n", .raggedRow, line: 2), .init("a,b\n1,2,3\n", .raggedRow, line: 2),
        .init("a,b\n\n\n1,2\n\"x\ny\",2\n3\n", .raggedRow, line: 7), .init("a,b\n1,2\n3", .raggedRow, line: 3),
        .init("a,b\n \n", .raggedRow, line: 2), .init("a,b\n1,2,\n", .raggedRow, line: 2),
        .init("a,b\r1,2\n", .strayCarriageReturn, line: 1),
        .init("a,b\n1\r,2\n", .strayCarriageReturn, line: 2, column: "a"),
        .init("a,b\n1,2\r", .strayCarriageReturn, line: 2, column: "b"),
        .init("a,b\n\r", .strayCarriageReturn, line: 2, column: "a"),
        .init("a,b\n1,2\r\r\n", .strayCarriageReturn, line: 2, column: "b"),
        .init("a,b\n1,\"2", .openQuote, line: 2, column: "b"), .init("a,b\n1,\"", .openQuote, line: 2, column: "b"),
        .init("a,b\n1,2\n\"x\n\n\ny", .openQuote, line: 3, column: "a"),
        .init("a,b\n1,\"2\"\"", .openQuote, line: 2, column: "b"),
        .init("a,\"b", .openQuote, line: 1), .init("a,b\n\"1\"x,2\n", .strayQuote, line: 2, column: "a"),
        .init("a,b\n\"1\" ,2\n", .strayQuote, line: 2, column: "a"), .init("\"a\"x,b\n", .strayQuote, line: 1),
    ]
}

@Suite struct CSVStructureTests {
    private let fields = [Field("a", .utf8), Field("b", .utf8)]

    @Test(arguments: StructureCase.readable) func reads(_ structure: StructureCase) throws {
        let bytes = Array(structure.text.utf8)
        let rows = try #require(structure.rows)
        let expected = CSVReading.columns([0, 1].map { column in rows.map { Cell.text($0[column]) } })
        #expect(ReferenceCSV().read(bytes, fields) == expected)
        for size in [1, 2, 3, 7, 8, 9, 1000] {
            #expect(try read(bytes, fields, chunk: { size }) == expected, "chunks of \(size)")
        }
    }

    @Test(arguments: StructureCase.broken) func refuses(_ structure: StructureCase) throws {
        let bytes = Array(structure.text.utf8)
        let code = try #require(structure.code)
        let expected = CSVReading.failure(CSVFailure(code, line: structure.line, column: structure.column))
        #expect(ReferenceCSV().read(bytes, fields) == expected)
        for size in [1, 2, 3, 7, 8, 9, 1000] {
            #expect(try read(bytes, fields, chunk: { size }) == expected, "chunks of \(size)")
        }
    }

    @Test func missingColumnIsNull() throws {
        let fields = [Field("z", .bool), Field("a", .utf8), Field("y", .utf8), Field("x", .int64)]
        let reading = try read(Array("a\n1\n2\n".utf8), fields)
        #expect(
            reading
                == .columns([[.null, .null], [.text("1"), .text("2")], [.null, .null], [.null, .null]]))
        let required = try read(Array("a\n1\n".utf8), [Field("x", .int64, isNullable: false)])
        #expect(required == .failure(CSVFailure(.missingColumn, column: "x")))
    }

    @Test func nullInRequiredColumn() throws {
        let fields = [Field("a", .int64), Field("b", .int64, isNullable: false)]
        let reading = try read(Array("a,b\n1,2\n,4\n5,NA\n6\n".utf8), fields)
        #expect(reading == .failure(CSVFailure(.nullValue, line: 4, column: "b")))
    }

    @Test func misfitsAreCountedToTheEnd() throws {
        let text = "i,f,s\n1,1.5,a\n2,two,b\nthree,3,c\n\"4\nfour\",four,d\n\n5,,é\nsix,6,\n"
        let schema = try Schema([Field("f", .float64), Field("i", .int64), Field("s", .utf8)])
        let decoder = try CSV().makeDecoder(schema: schema, limits: RecordLimits(batchRowCount: 1))
        var batchCount = 0
        let error = #expect(throws: S3DBError.self) {
            _ = try decoder.decode(Array(text.utf8).span.bytes, isLast: true) {
                (_: RecordBatch) throws(S3DBError) in batchCount += 1
            }
        }
        let misfit = try #require(error)
        #expect(batchCount == 1)
        #expect(misfit.code == .valueMisfit)
        #expect(misfit.location == .init(line: 3, column: "f"))
        #expect(misfit.message.contains("5 values") && misfit.message.contains("\"two\""))
        #expect(misfit.related.map(\.location) == [.init(line: 4, column: "i")])
        #expect(misfit.related.first?.message.contains("\"three\"") == true)
        #expect(misfit.related.first?.message.contains("3") == true)
    }

    @Test func textMustBeUTF8() throws {
        let fields = [Field("a", .utf8), Field("b", .utf8)]
        let invalid: [[UInt8]] = [
            [0xFF], [0xC0, 0x80], [0xC3], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xF0, 0x8F, 0x80, 0x80],
            [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82], [0x80], [0x41, 0x42, 0x43, 0x44, 0x45, 0x46, 0x47, 0xF5],
        ]
        for bytes in invalid {
            let stream = Array("a,b\n1,2\n3,".utf8) + bytes + Array("\n\n4\n".utf8)
            let expected = CSVReading.failure(CSVFailure(.invalidUTF8, line: 3, column: "b"))
            #expect(try read(stream, fields) == expected)
            #expect(try read(stream, fields, chunk: { 1 }) == expected)
            #expect(try read(stream, [fields[0], Field("b", .binary)]) == .failure(CSVFailure(.raggedRow, line: 5)))
            let header = Array("a,".utf8) + bytes + Array("\n".utf8)
            guard case .failure(let failure) = try read(header, fields) else {
                Issue.record("a header of \(bytes)")
                continue
            }
            #expect(failure.code == .invalidUTF8 && failure.line == 1)
        }
    }

    @Test func limitsHold() throws {
        var limits = RecordLimits(fieldByteCount: 4, columnCount: 3)
        let longest = Array("a,b\n1234,\"1234\"\r\n\"12\"\"\",1234\r\n".utf8)
        let reading = try read(longest, fields, limits: limits, chunk: { 1 })
        #expect(
            reading
                == .columns([[.text("1234"), .text("12\"")], [.text("1234"), .text("1234")]]))
        for field in ["12345", "\"12345\"", "\"12345", "\"123\"\"\""] {
            let stream = Array("a,b\n\n1,\(field)\n".utf8)
            let expected = CSVReading.failure(CSVFailure(.limitExceeded, line: 3, column: "b"))
            #expect(try read(stream, fields, limits: limits) == expected)
            #expect(try read(stream, fields, limits: limits, chunk: { 1 }) == expected)
        }
        let wide = Array("a,b,c,d\n1,2,3,4\n".utf8)
        #expect(try read(wide, fields, limits: limits) == .failure(CSVFailure(.limitExceeded, line: 1)))
        limits.columnCount = 4
        #expect(try read(wide, fields, limits: limits) == .columns([[.text("1")], [.text("2")]]))
        for limits in [RecordLimits(batchRowCount: 0), RecordLimits(fieldByteCount: 0), RecordLimits(columnCount: -1)] {
            #expect(try read(wide, fields, limits: limits) == .failure(CSVFailure(.invalidArgument)))
        }
    }

    @Test func manyColumns() throws {
        let names = (0..<100_000).map { "c\($0)" }
        let stream = Array((names.joined(separator: ",") + "\n" + names.joined(separator: ",") + "\n").utf8)
        let fields = [Field("c99999", .utf8), Field("c0", .utf8)]
        #expect(try read(stream, fields) == .failure(CSVFailure(.limitExceeded, line: 1)))
        let reading = try read(stream, fields, limits: RecordLimits(columnCount: 100_000))
        #expect(reading == .columns([[.text("c99999")], [.text("c0")]]))
    }

    @Test func longFieldIsScannedOnce() throws {
        // Many pieces of a field that is never closed: the time is that of one pass, and the limit ends it.
        let head = Array("a,b\n\"".utf8)
        let stream = head + [UInt8](repeating: UInt8(ascii: "x"), count: 100 << 20)
        let expected = CSVReading.failure(CSVFailure(.limitExceeded, line: 2, column: "a"))
        let limits = RecordLimits(fieldByteCount: 2 << 20)
        #expect(try read(stream, fields, limits: limits, chunk: { 16 << 10 }) == expected)
        let open = CSVReading.failure(CSVFailure(.openQuote, line: 2, column: "a"))
        #expect(try read(Array(stream[..<(1 << 20)]), fields, limits: limits, chunk: { 512 }) == open)
    }

    @Test func dialects() throws {
        let tabs = CSV(dialect: CSVDialect(delimiter: UInt8(ascii: "\t"), quote: nil))
        #expect(
            try read(Array("a\tb\n\"x\ty\"\"z\n".utf8), fields, csv: tabs)
                == .columns([[.text("\"x")], [.text("y\"\"z")]]))
        let named = CSV(
            dialect: CSVDialect(delimiter: UInt8(ascii: ";"), quote: UInt8(ascii: "'"), header: .names(["b", "a"])))
        #expect(
            try read(Array("1;'2''; '\n".utf8), fields, csv: named) == .columns([[.text("2'; ")], [.text("1")]]))
        #expect(try read([], fields, csv: named) == .failure(CSVFailure(.emptyObject)))
        let clashing = CSV(dialect: CSVDialect(delimiter: 10))
        #expect(try read(Array("a".utf8), fields, csv: clashing) == .failure(CSVFailure(.invalidArgument)))
    }

    @Test func columnNamesOfAHead() throws {
        func names(_ text: String, isWhole: Bool) throws -> [String]? {
            try CSV().columnNames(inHead: Array(text.utf8).span.bytes, isWhole: isWhole)
        }
        #expect(try names("a,\"b\nc\"\r\n1,2", isWhole: false) == ["a", "b\nc"])
        #expect(try names("a,b", isWhole: false) == nil)
        #expect(try names("a,b", isWhole: true) == ["a", "b"])
        #expect(try names("a,b\r", isWhole: false) == nil)
        #expect(try names("", isWhole: false) == nil)
        #expect(try names("\u{FEFF}x\n", isWhole: false) == ["x"])
        #expect(throws: S3DBError.self) { try names("", isWhole: true) }
        #expect(throws: S3DBError.self) { try names("a,a\n", isWhole: false) }
    }

    @Test func registers() throws {
        var registry = Registry()
        try registry.registerCSV()
        #expect(try registry.sources.named("csv").name == "csv")
        #expect(throws: S3DBError.self) { try registry.registerCSV() }
    }
}
