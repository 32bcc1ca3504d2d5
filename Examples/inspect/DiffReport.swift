import DriverKit
import S3DB

/// What differs between two files, as people read it.
enum DiffReport {
    static func text(_ comparison: RowComparison, _ first: String, _ second: String, width: Int?) -> String {
        if comparison.isEqual {
            let columns = Figure.count(comparison.columns.count, "column")
            return "Both hold the same \(Figure.count(comparison.rowCounts.first, "row")) of \(columns).\n"
        }
        var text = "a: \(first.printable)\nb: \(second.printable)\n"
        text += schema(comparison, width: width)
        text += rows(comparison)
        text += columns(comparison, width: width)
        return text
    }

    private static func schema(_ comparison: RowComparison, width: Int?) -> String {
        guard !comparison.schemaDifferences.isEmpty else { return "" }
        var table = TextTable([
            ("schema", .left), ("column", .left), ("a", .left), ("b", .left), ("values", .left),
        ])
        for difference in comparison.schemaDifferences {
            table.append([
                difference.kind.rawValue, difference.column.printable, difference.sides[0]?.printable ?? "-",
                difference.sides[1]?.printable ?? "-", difference.isCompared ? "compared" : "not compared",
            ])
        }
        return "\n" + table.text(width: width)
    }

    private static func rows(_ comparison: RowComparison) -> String {
        let (a, b) = comparison.rowCounts
        var text = "\nrows: "
        text += a == b ? "\(ByteText.number(a)) in both" : "\(ByteText.number(a)) in a, \(ByteText.number(b)) in b"
        if a != b { text += " (\(ByteText.number(abs(a - b))) more in \(a > b ? "a" : "b"))" }
        return text + ", \(ByteText.number(comparison.differingRowCount)) of those that both have differ\n"
    }

    private static func columns(_ comparison: RowComparison, width: Int?) -> String {
        guard comparison.differingRowCount > 0 else { return "" }
        var counts = TextTable([("column", .left), ("differences", .right)])
        var list = TextTable([("column", .left), ("row", .right), ("a", .left), ("b", .left)])
        for (pair, differences) in zip(comparison.columns, comparison.differences) where differences.count > 0 {
            let name = pair.name.printable
            counts.append([name, ByteText.number(differences.count)])
            for shown in differences.shown {
                list.append([name, ByteText.number(shown.row)] + shown.values.map(Self.cell))
            }
            let left = differences.count - differences.shown.count
            if left > 0 { list.append([name, "", "and \(ByteText.number(left)) more"]) }
        }
        return "\n" + counts.text(width: width) + "\n" + list.text(width: width)
    }

    /// A value that tells null and texts apart.
    private static func cell(_ value: JSONValue) -> String {
        let text = value.serialized().printable
        return text.count <= 60 ? text : text.prefix(59) + "…"
    }
}
