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
    package var text: String {
        let titles = columns.map(\.title)
        let widths = columns.indices.map { column in
            ([titles] + rows + (footer.map { [$0] } ?? [])).map { $0.count > column ? $0[column].count : 0 }.max() ?? 0
        }
        let rule = widths.map { String(repeating: "-", count: $0) }
        var lines = [titles, rule] + rows
        if let footer { lines += [rule, footer] }
        return lines.map { line($0, widths) + "\n" }.joined()
    }

    private func line(_ cells: [String], _ widths: [Int]) -> String {
        var line = columns.indices.map { column in
            let cell = column < cells.count ? cells[column] : ""
            let padding = String(repeating: " ", count: widths[column] - cell.count)
            return columns[column].alignment == .left ? cell + padding : padding + cell
        }.joined(separator: "  ")
        while line.last == " " { line.removeLast() }
        return line
    }
}
