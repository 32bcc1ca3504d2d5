/// The rows of a batch by the hour of their day.
struct HourBuckets {
    /// For each hour, the positions of its rows in ascending order; empty when rows were not asked for.
    private(set) var rows: [[Int32]]
    /// Rows before or behind the day.
    private(set) var outsideRowCount = 0

    /// Sorts rows by their start in unix seconds. O(rows).
    init(times: AnyColumn, dayStart: Int64, needsRows: Bool) {
        rows = [[Int32]](repeating: [], count: needsRows ? 24 : 0)
        guard case .fixedWidth(let values) = times.storage else { return }
        let day = dayStart..<dayStart + Int64(UTCDay.secondCount)
        outsideRowCount = values.withElements(of: Int64.self) { values in
            var outside = 0
            for value in values where !day.contains(value) { outside += 1 }
            return outside
        }
        guard needsRows, outsideRowCount == 0 else { return }
        values.withElements(of: Int64.self) { values in
            var row: Int32 = 0
            for value in values {
                // Within the day, so the quotient lies in 0...23.
                rows[Int((value - dayStart) / 3600)].append(row)
                row += 1
            }
        }
    }
}
