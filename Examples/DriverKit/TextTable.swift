/// Aligned columns of text.
package struct TextTable {
    /// Where a column's text stands.
    package enum Alignment {
        case left, right
    }

    private let columns: [(title: String, alignment: Alignment)]
    private var rows: [[String]] = []
    private var footer: [String]?

    /// Makes a table without rows.
    package init(_ columns: [(String, Alignment)]) {
        self.columns = columns.map { (title: $0.0, alignment: $0.1) }
    }

    /// Adds a row; missing cells are empty.
    package mutating func append(_ row: [String]) {
        rows.append(row)
    }

    /// Sets the row below the second rule.
    package mutating func setFooter(_ row: [String]) {
        footer = row
    }

    /// Header, rule, rows; with a footer another rule and the footer. Every line ends in a line feed.
    package var text: String { text(width: nil) }

    /// The same in lines of `width` characters at most where that can be: the widest columns become narrower, down to
    /// eight characters, and what does not fit there any more ends in an ellipsis.
    package func text(width: Int?) -> String {
        let titles = columns.map(\.title)
        var widths = columns.indices.map { column in
            ([titles] + rows + (footer.map { [$0] } ?? [])).map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        if let width { Self.shrink(&widths, to: width) }
        let rule = widths.map { String(repeating: "-", count: $0) }
        var lines = [titles, rule] + rows
        if let footer { lines += [rule, footer] }
        return lines.map { line($0, widths) + "\n" }.joined()
    }

    private static let leastWidth = 8

    /// Makes the widest columns narrower until a line fits.
    private static func shrink(_ widths: inout [Int], to width: Int) {
        var excess = widths.reduce(0, +) + 2 * (widths.count - 1) - width
        while excess > 0, let widest = widths.max(), widest > leastWidth {
            let next = max(leastWidth, widths.filter { $0 < widest }.max() ?? 0)
            for column in widths.indices where widths[column] == widest && excess > 0 {
                let step = min(widest - next, excess)
                widths[column] -= step
                excess -= step
            }
        }
    }

    private static func cut(_ cell: String, to width: Int) -> String {
        cell.count <= width ? cell : cell.prefix(max(0, width - 1)) + "…"
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = columns.indices.map { column in
            let cell = column < cells.count ? Self.cut(cells[column], to: widths[column]) : ""
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            return columns[column].alignment == .left ? cell + padding : padding + cell
        }.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}
