/// Some rows of a row group, as ranges that ascend and do not touch.
struct RowRanges: Equatable, Sendable {
    private(set) var ranges: [Range<Int>] = []

    init() {}

    /// All rows.
    init(all count: Int) {
        if count > 0 { ranges = [0..<count] }
    }

    var isEmpty: Bool { ranges.isEmpty }

    /// Adds rows behind those that are there.
    mutating func append(_ range: Range<Int>) {
        if range.isEmpty { return }
        if let last = ranges.last, last.upperBound >= range.lowerBound {
            ranges[ranges.count - 1] = last.lowerBound..<max(last.upperBound, range.upperBound)
        } else {
            ranges.append(range)
        }
    }

    /// The rows that both have.
    func intersection(_ other: RowRanges) -> RowRanges {
        var result = RowRanges()
        var (a, b) = (ranges[...], other.ranges[...])
        while let first = a.first, let second = b.first {
            let lower = max(first.lowerBound, second.lowerBound)
            let upper = min(first.upperBound, second.upperBound)
            if lower < upper { result.append(lower..<upper) }
            if first.upperBound < second.upperBound { a.removeFirst() } else { b.removeFirst() }
        }
        return result
    }

    /// Whether some of the rows lie in a range. O(log ranges).
    func overlaps(_ range: Range<Int>) -> Bool {
        var low = 0
        var high = ranges.count
        while low < high {
            let middle = (low + high) / 2
            if ranges[middle].upperBound <= range.lowerBound { low = middle + 1 } else { high = middle }
        }
        return low < ranges.count && ranges[low].lowerBound < range.upperBound
    }
}
