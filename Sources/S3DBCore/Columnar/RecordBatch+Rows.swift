extension RecordBatch {
    /// The rows at `range`, sharing the values' memory; bits are copied. O(columns · (1 + range / 64)).
    ///
    /// Traps when `range` does not lie within the rows.
    public func slice(_ range: Range<Int>) -> RecordBatch {
        RecordBatch(uncheckedSchema: schema, columns: columns.map { $0.slice(range) }, rowCount: range.count)
    }

    /// The rows at some positions, in their order; dictionaries are kept. O(columns · rows).
    ///
    /// Stretches of consecutive rows are copied in bulk. Traps when a position does not lie within the rows, and
    /// when repeated rows make more than 2 GiB of text in a column.
    public func gather(_ rows: [Int32]) -> RecordBatch {
        let selection = RowSelection(rows, of: rowCount)
        if let runs = selection.runs, runs.count == 1, let run = runs.first { return slice(run) }
        return RecordBatch(
            uncheckedSchema: schema, columns: columns.map { $0.gather(selection) }, rowCount: rows.count)
    }

    private init(uncheckedSchema schema: Schema, columns: [AnyColumn], rowCount: Int) {
        self.schema = schema
        self.columns = columns
        self.rowCount = rowCount
    }
}
