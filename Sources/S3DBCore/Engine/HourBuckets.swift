/// The rows of a batch by the hour of their day, in arrays that serve batch after batch.
struct HourBuckets {
    /// For each hour, the positions of its rows in ascending order; empty when rows were not asked for.
    private(set) var rows = [[Int32]](repeating: [], count: 24)
    /// Rows before or behind the day.
    private(set) var outsideRowCount = 0

    /// Sorts the rows of a batch by their start in unix seconds. O(rows).
    mutating func sort(_ times: AnyColumn, dayStart: Int64, needsRows: Bool) {
        for hour in rows.indices { rows[hour].removeAll(keepingCapacity: true) }
        outsideRowCount = 0
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
