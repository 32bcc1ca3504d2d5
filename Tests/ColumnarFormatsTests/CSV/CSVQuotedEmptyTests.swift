import ColumnarFormats
import S3DBCore
import Testing

/// Empty fields with and without quotes.
@Suite struct CSVQuotedEmptyTests {
    private static let text = "a,b\n\"\",\"\"\n,\nx,\"\"\n\"\",y\n,\n"

    private func values(_ dialect: CSVDialect, _ names: Set<String>) throws -> [[String?]] {
        let schema = try Schema([Field("a", .utf8), Field("b", .utf8)])
        let batches = try CSV(dialect: dialect).batches(
            of: Self.text.utf8Span.span.bytes, schema: schema, emptyIsNull: names)
        return try ["a", "b"].map { name in try batches.flatMap { Array(try $0[name] as Column<String?>) } }
    }

    @Test("quotes tell an empty text from a null where the dialect says so")
    func told() throws {
        let dialect = CSVDialect(quotedEmptyIsText: true)
        #expect(try values(dialect, ["a", "b"]) == [["", nil, "x", "", nil], ["", nil, "", "y", nil]])
        #expect(try values(dialect, ["a"]) == [["", nil, "x", "", nil], ["", "", "", "y", ""]])
        #expect(try values(dialect, []) == [["", "", "x", "", ""], ["", "", "", "y", ""]])
    }

    @Test("and nowhere else")
    func untold() throws {
        #expect(try values(.s3db, ["a", "b"]) == [[nil, nil, "x", nil, nil], [nil, nil, nil, "y", nil]])
    }
}
