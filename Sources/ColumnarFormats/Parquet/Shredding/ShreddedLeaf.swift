import S3DBCore

/// What a leaf column has in some rows: the levels of all its places, and the values of those that have one.
struct ShreddedLeaf {
    /// The definition levels.
    var definitions: [UInt16]
    /// The repetition levels; empty for columns in no list.
    var repetitions: [UInt16]
    /// The values as they are stored; none is null.
    var values: AnyColumn

    /// Where a row ends.
    struct RowEnd {
        /// Behind its last level.
        var level: Int
        /// Behind its last value.
        var value: Int
    }

    /// Where each row ends, for values that stand at the definition level `maximum`. O(levels).
    func rowEnds(maximum: UInt16) -> [RowEnd] {
        var ends: [RowEnd] = []
        ends.reserveCapacity(repetitions.isEmpty ? definitions.count : 64)
        var value = 0
        for level in definitions.indices {
            // A row ends where the next begins.
            if level > 0 && (repetitions.isEmpty || repetitions[level] == 0) {
                ends.append(RowEnd(level: level, value: value))
            }
            value &+= definitions[level] == maximum ? 1 : 0
        }
        if !definitions.isEmpty { ends.append(RowEnd(level: definitions.count, value: value)) }
        return ends
    }
}
