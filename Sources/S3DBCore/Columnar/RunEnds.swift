/// The ends of runs, whose width the type of a run-end encoded column chooses.
public enum RunEnds {
    /// The ends as numbers. O(runs).
    public static func values(of ends: AnyColumn) -> [Int] {
        guard case .fixedWidth(let buffer) = ends.storage else { return [] }
        return switch ends.type {
        case .int16: buffer.withElements(of: Int16.self) { $0.map(Int.init) }
        case .int32: buffer.withElements(of: Int32.self) { $0.map(Int.init) }
        case .int64: buffer.withElements(of: Int64.self) { $0.map(Int.init) }
        default: []
        }
    }

    /// Ends as a column of int16, int32 or int64. They must fit the type. O(runs).
    package static func column(_ ends: [Int], as type: DataType) -> AnyColumn {
        switch type {
        case .int16: AnyColumn(ends.map { Int16(truncatingIfNeeded: $0) })
        case .int32: AnyColumn(ends.map { Int32(truncatingIfNeeded: $0) })
        default: AnyColumn(ends.map(Int64.init))
        }
    }

    /// Ends as a column of int16, int32 or int64; nil where the last one does not fit. O(runs).
    static func column(exactly ends: [Int], as type: DataType) -> AnyColumn? {
        let limit =
            switch type {
            case .int16: Int(Int16.max)
            case .int32: Int(Int32.max)
            default: Int.max
            }
        return ends.last ?? 0 <= limit ? column(ends, as: type) : nil
    }

    /// The run that holds a row. O(log runs).
    ///
    /// - Parameter ends: Ascending; the last one lies behind `row`.
    public static func run(of row: Int, in ends: [Int]) -> Int {
        var low = 0
        var high = ends.count
        while low < high {
            let middle = (low + high) / 2
            if ends[middle] <= row { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
