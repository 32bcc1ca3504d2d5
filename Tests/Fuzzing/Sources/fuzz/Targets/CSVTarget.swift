import ColumnarFormats
import S3DBCore

extension FuzzTarget {
    /// CSV into columns of all types, whole and in pieces.
    static let csv = FuzzTarget(
        name: "csv", memory: MemoryBound(byteCount: 8 << 20, factor: 2048), dictionary: "csv.dict",
        seeds: CSVSeeds.all, foreignSeeds: [("csv", ".csv")],
        run: { input in
            var choices = Choices(input)
            let source = CSV(dialect: dialect(&choices))
            let names = attempt { () throws(S3DBError) in try source.columnNames(inHead: input.bytes, isWhole: true) }
            // Types go by the place of a column, beginning anywhere.
            let shift = choices.number(in: 0...DataType.primitives.count - 1)
            let fields = (names.flatMap(\.self) ?? ["a", "b"]).prefix(200).enumerated().map { index, name in
                Field(
                    name, DataType.primitives[(index + shift) % DataType.primitives.count],
                    isNullable: !choices.oneIn(8))
            }
            guard let schema = try? Schema(fields) else { return }
            let emptyIsNull = Set(fields.map(\.name).filter { _ in choices.oneIn(2) })
            let limits = RecordLimits(
                batchRowCount: choices.oneIn(2) ? 7 : 16_384, fieldByteCount: choices.oneIn(4) ? 20 : 16 << 20)

            let whole = Outcome.of { (take) throws(S3DBError) in
                let decoder = try source.makeDecoder(schema: schema, emptyIsNull: emptyIsNull, limits: limits)
                _ = try decoder.decode(input.bytes, isLast: true, take)
            }
            let ends = choices.cuts(input.count)
            let pieces = Outcome.of { (take) throws(S3DBError) in
                let decoder = try source.makeDecoder(schema: schema, emptyIsNull: emptyIsNull, limits: limits)
                try input.feed(ends: ends) { (bytes, isLast) throws(S3DBError) in
                    try decoder.decode(bytes, isLast: isLast, take)
                }
            }
            expectEqual(whole, pieces, "whole and in pieces cut at \(ends.prefix(50)), CSV is not the same")
        })

    private static func dialect(_ choices: inout Choices) -> CSVDialect {
        var dialect = CSVDialect.s3db
        if choices.oneIn(4) { dialect.delimiter = UInt8(ascii: ";") }
        if choices.oneIn(8) { dialect.quote = nil }
        if choices.oneIn(8) { dialect.trimsNumbers = false }
        if choices.oneIn(8) { dialect.header = .names(["a", "b", "c"]) }
        return dialect
    }
}

/// CSV to begin with.
private enum CSVSeeds {
    static func all() -> [Seed] {
        [
            Seed(
                "days",
                "target_start,target_end,node,lmp\r\n1577836800,1577840400,A.B,12.5\r\n1577840400,1577844000,\"C\"\"D\",-3e2\r\n"
            ),
            Seed("nulls", "a,b,c\n,NA,NaN\n\"\",null,nan\n1,2,3\n"),
            Seed(
                "numbers",
                "a,b,c,d\n9223372036854775807,-9223372036854775808,1.7976931348623157e308,5e-324\n3.0,1e3,inf,-Infinity\n 7 ,\t8,0.1,18446744073709551615\n"
            ),
            Seed("quotes", "\u{FEFF}a,\"b\n\"\"c\",d\n\"x\r\ny\",\"\",\"é\"\n\ntrue,FALSE,0\n"),
            Seed("semicolons", "a;b;c\n1;2;3\n\"4\";5;6"),
            Seed(
                "wide",
                (0..<40).map { "c\($0)" }.joined(separator: ",") + "\n"
                    + (0..<40).map(String.init).joined(separator: ",") + "\n"),
            Seed("long", "a,b\n" + (0..<200).map { "\($0),text \($0 % 5)\n" }.joined()),
            Seed("faults", "a,b\n1,2,3\n\"open\n"),
        ]
    }
}
