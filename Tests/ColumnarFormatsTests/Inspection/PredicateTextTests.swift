import ColumnarFormats
import S3DBCore
import Testing

@Suite struct PredicateTextTests {
    private let schema = Schema(anyNames: [
        Field("lmp", .float64), Field("lmp max", .int64), Field("a=b", .utf8),
        Field("at", .timestamp(.millisecond, timeZone: nil)),
        Field("time", .time(.second)), Field("price", .decimal(.bits128, precision: 10, scale: 2)),
        Field("tags", .list(Field("item", .utf8))),
        Field("half", .float16), Field("raw", .binary), Field("day", .date64),
    ])

    private func parsed(_ text: String) throws -> (String, String) {
        let predicate = try ParquetPredicate(parsing: text, schema: schema)
        return (predicate.column, "\(predicate.condition)")
    }

    @Test(
        "comparisons are read",
        arguments: [
            ("lmp>500", "lmp", "isAbove(ColumnarFormats.ParquetPredicate.Constant.number(500.0), orEqual: false)"),
            (
                "  lmp <= -1e3 ", "lmp",
                "isBelow(ColumnarFormats.ParquetPredicate.Constant.number(-1000.0), orEqual: true)"
            ),
            ("lmp max = 3", "lmp max", "isIn([ColumnarFormats.ParquetPredicate.Constant.integer(3)])"),
            ("a=b=x", "a=b", "isIn([ColumnarFormats.ParquetPredicate.Constant.text(\"x\")])"),
            ("a=b != ' x '", "a=b", "isNot(ColumnarFormats.ParquetPredicate.Constant.text(\" x \"))"),
            ("at>=1970-01-01", "at", "isAbove(ColumnarFormats.ParquetPredicate.Constant.integer(0), orEqual: true)"),
            (
                "at<1970-01-01 00:01:00.5", "at",
                "isBelow(ColumnarFormats.ParquetPredicate.Constant.integer(60500), orEqual: false)"
            ),
            ("time=01:00", "time", "isIn([ColumnarFormats.ParquetPredicate.Constant.integer(3600)])"),
            ("price<>-0.5", "price", "isNot(ColumnarFormats.ParquetPredicate.Constant.integer(-50))"),
            ("tags IS NULL", "tags", "isNull"), ("lmp is not null", "lmp", "isNotNull"),
            ("raw=00FF", "raw", "isIn([ColumnarFormats.ParquetPredicate.Constant.bytes([0, 255])])"),
            ("day=1970-01-02", "day", "isIn([ColumnarFormats.ParquetPredicate.Constant.integer(86400000)])"),
        ])
    func reads(text: String, column: String, condition: String) throws {
        let found = try parsed(text)
        #expect(found.0 == column)
        #expect(found.1 == condition)
    }

    @Test(
        "what is no comparison is refused",
        arguments: [
            "", "lmp", "lmp >", "lmp > x", "lmp = nan", "lmp max > 1.5", "price = 0.001", "tags = a", "raw = 0",
            "raw = zz", "at > yesterday", "at > 1970-01-01T25:00", "time = 1", "nothing > 1", "nothing is null",
            "at = 1970-01-01T00:00:00.0001",
        ])
    func refuses(text: String) throws {
        #expect(throws: S3DBError.self) { try parsed(text) }
    }
}
