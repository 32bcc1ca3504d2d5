import S3DBCore

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

    /// The rows of each row group that lie in a range of the file's rows.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` for more rows than can be counted.
    static func ranges(of rows: Range<Int>, inGroups rowCounts: [Int]) throws(S3DBError) -> [RowRanges] {
        var ranges: [RowRanges] = []
        var start = 0
        for count in rowCounts {
            let (end, isOverflow) = start.addingReportingOverflow(count)
            guard !isOverflow else { throw S3DBError(.corruptFile, "the file has more rows than can be counted") }
            var group = RowRanges()
            let wanted = (start..<end).clamped(to: rows)
            group.append(wanted.lowerBound - start..<wanted.upperBound - start)
            ranges.append(group)
            start = end
        }
        return ranges
    }
}
