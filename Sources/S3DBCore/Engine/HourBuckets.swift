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
        let length = UInt64(UTCDay.secondCount)
        values.withElements(of: Int64.self) { values in
            guard needsRows else {
                // Without branches, so that several are compared at a time.
                var count = 0
                for value in values { count &+= UInt64(bitPattern: value &- dayStart) < length ? 0 : 1 }
                outsideRowCount = count
                return
            }
            var row = 0
            // Rows come in runs of one start.
            while row < values.count {
                let value = values[row]
                var end = row + 1
                while end < values.count && values[end] == value { end += 1 }
                if UInt64(bitPattern: value &- dayStart) >= length {
                    outsideRowCount += end - row
                } else {
                    // Within the day, so the quotient lies in 0...23.
                    rows[Int((value - dayStart) / 3600)].append(
                        contentsOf: Int32(truncatingIfNeeded: row)..<Int32(truncatingIfNeeded: end))
                }
                row = end
            }
        }
    }
}
