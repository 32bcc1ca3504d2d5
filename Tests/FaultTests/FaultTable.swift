/// What became of every kind of request under every fault, as text.
struct FaultTable<Column: Hashable> {
    let title: String
    let columns: [Column]
    let rows: [String]
    private var cells: [String: [Column: String]] = [:]
    private var reasons: [String] = []

    init(_ title: String, rows: [String], columns: [Column]) {
        self.title = title
        self.rows = rows
        self.columns = columns
    }

    /// Sets a cell.
    mutating func set(_ row: String, _ column: Column, _ text: String) {
        cells[row, default: [:]][column] = text
    }

    /// Marks a cell that makes no sense, with the reason in a note under the table.
    mutating func leaveOut(_ row: String, _ column: Column, because reason: String) {
        let number = reasons.firstIndex(of: reason) ?? reasons.count
        if number == reasons.count { reasons.append(reason) }
        set(row, column, "n/a \(number + 1)")
    }

    /// The table, with the columns' names upright above it and the notes below.
    var text: String {
        let width = rows.map(\.count).max() ?? 0
        let cellWidth = (cells.values.flatMap(\.values).map(\.count) + [3]).max() ?? 3
        func padded(_ text: String, _ width: Int) -> String {
            text + String(repeating: " ", count: max(0, width - text.count))
        }
        let heads = columns.enumerated().map { index, column in
            padded("", width + 2) + String(repeating: padded("|", cellWidth + 1), count: index) + "\(column)"
        }
        let lines = rows.map { row in
            padded(row, width + 2) + columns.map { padded(cells[row]?[$0] ?? "", cellWidth) }.joined(separator: " ")
        }
        let notes = reasons.enumerated().map { "n/a \($0 + 1): \($1)" }
        return (["", title, ""] + heads + lines + [""] + notes + [""]).joined(separator: "\n")
    }
}
