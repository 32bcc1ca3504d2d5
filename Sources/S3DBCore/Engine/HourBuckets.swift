/// The rows of a batch by the hour of their day, in arrays that serve batch after batch.
struct HourBuckets {
    /// For each hour, the positions of its rows in ascending order; empty when they were not asked for.
    private(set) var rows = [[Int32]](repeating: [], count: 24)
    /// Rows before or behind the day.
    private(set) var outsideRowCount = 0

    /// Sorts the rows of a batch by their start in unix seconds. O(rows).
    mutating func sort(_ times: AnyColumn, dayStart: Int64, needsRows: Bool) {
        for hour in rows.indices { rows[hour].removeAll(keepingCapacity: true) }
        outsideRowCount = 0
        guard case .fixedWidth(let values) = times.storage else { return }
        let day = dayStart..<dayStart + Int64(UTCDay.secondCount)
        values.withElements(of: Int64.self) { values in
            var row = 0
            // Rows come in runs of one start.
            while row < values.count {
                let value = values[row]
                var end = row + 1
                while end < values.count && values[end] == value { end += 1 }
                if !day.contains(value) {
                    outsideRowCount += end - row
                } else if needsRows {
                    // Within the day, so the quotient lies in 0...23.
                    rows[Int((value - dayStart) / 3600)].append(
                        contentsOf: Int32(truncatingIfNeeded: row)..<Int32(truncatingIfNeeded: end))
                }
                row = end
            }
        }
    }
}
