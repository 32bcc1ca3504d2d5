import S3DBCore

/// Takes nested columns apart into leaves with levels (S. Melnik et al., "Dremel", 2010, section 4).
///
///     a: list<struct<x, y>>       place  definition  repetition      x and y are leaves with levels of their own,
///     [{1, "a"}, null]            x: 1       4           0           which agree on what lies above them
///                                 -          2           1
///     null                        -          0           0
///     []                          -          1           0
struct Shredder {
    /// The leaves of the column, as they are taken apart.
    private var leaves: [ShreddedLeaf] = []

    /// The leaves of a column, in the order of their chunks.
    ///
    /// - Throws: ``S3DBError/Code/nullValue`` for a null where the schema allows none, ``S3DBError/Code/valueMisfit`` for a
    ///   value that Parquet cannot hold, ``S3DBError/Code/limitExceeded`` for too many elements.
    static func leaves(of column: AnyColumn, _ written: WrittenColumn) throws(S3DBError) -> [ShreddedLeaf] {
        var shredder = Shredder()
        try shredder.shred(column, written, LevelSlots(rowCount: column.count), repetition: 0)
        return shredder.leaves
    }

    /// - Parameter repetition: How many lists lie above.
    private mutating func shred(
        _ column: AnyColumn, _ written: WrittenColumn, _ slots: LevelSlots, repetition: UInt16
    ) throws(S3DBError) {
        if case .runs(let inner) = written.shape {
            return try shred(try Self.plainRuns(column), inner, slots, repetition: repetition)
        }
        var slots = slots
        try settleNulls(column, written, &slots)
        switch written.shape {
        case .leaf(let stored):
            let values = try stored.column(Self.values(of: column, at: slots.positions))
            leaves.append(
                ShreddedLeaf(definitions: slots.definitions, repetitions: slots.repetitions, values: values))
        case .structure(let children):
            guard case .structure(let columns) = try column.plain().storage else { throw Self.unknown(column) }
            for (child, column) in zip(children, columns) {
                try shred(column, child, slots, repetition: repetition)
            }
        case .list(let element):
            let (elements, places) = try Self.elements(of: try column.plain(), slots, level: repetition + 1)
            try shred(elements, element, places, repetition: repetition + 1)
        case .runs: break
        }
    }

    private func settleNulls(
        _ column: AnyColumn, _ written: WrittenColumn, _ slots: inout LevelSlots
    ) throws(S3DBError) {
        if written.isNullable {
            slots.settleNulls(column.validity, isAllNull: column.type == .null)
        } else if let validity = column.validity, slots.firstNull(validity) != nil {
            throw S3DBError(
                .nullValue, "a null in \(S3DBError.quoted(written.node.name)), which allows none",
                remedy: "Let the schema say that it is nullable")
        }
    }

    // MARK: Values

    /// The values at the positions that there are; nulls are at none.
    private static func values(of column: AnyColumn, at positions: [Int]) throws(S3DBError) -> AnyColumn {
        var first = LevelSlots.absent
        var count = 0
        var isRange = true
        for position in positions where position >= 0 {
            if count == 0 { first = position }
            isRange = isRange && position == first &+ count
            count &+= 1
        }
        if count == 0 { return column.slice(0..<0) }
        if isRange { return column.slice(first..<first + count) }
        var rows: [Int32] = []
        rows.reserveCapacity(count)
        for position in positions where position >= 0 {
            guard let row = Int32(exactly: position) else {
                throw S3DBError(
                    .limitExceeded, "a batch has more than 2^31 elements in one column",
                    remedy: "Make batches of fewer rows")
            }
            rows.append(row)
        }
        return column.gather(rows)
    }

    /// A column of runs with each value as often as it stands there.
    static func plainRuns(_ column: AnyColumn) throws(S3DBError) -> AnyColumn {
        guard case .runs(let ends, let values) = try column.plain().storage else { throw unknown(column) }
        var rows: [Int32] = []
        rows.reserveCapacity(column.count)
        for (run, end) in RunEnds.values(of: ends).enumerated() {
            rows.append(contentsOf: repeatElement(Int32(truncatingIfNeeded: run), count: max(0, end - rows.count)))
        }
        return values.gather(rows)
    }

    private static func unknown(_ column: AnyColumn) -> S3DBError {
        S3DBError(.unsupported, "a column of \(column.type) in a storage that the Parquet writer does not read")
    }

    // MARK: Lists

    /// The elements of a column of lists, no more of them than its places refer to, and their places.
    private static func elements(
        of column: AnyColumn, _ slots: LevelSlots, level: UInt16
    ) throws(S3DBError) -> (AnyColumn, LevelSlots) {
        let elements: AnyColumn
        var places: LevelSlots
        switch column.storage {
        case .list(let offsets, let all):
            elements = all
            places =
                try column.type.layout == .list(offsetByteWidth: 4)
                ? Self.places(offsets, Int32.self, slots, level) : Self.places(offsets, Int64.self, slots, level)
        case .listView(let offsets, let sizes, let all):
            elements = all
            places =
                try column.type.layout == .listView(offsetByteWidth: 4)
                ? Self.places(offsets, sizes, Int32.self, slots, level)
                : Self.places(offsets, sizes, Int64.self, slots, level)
        case .fixedSizeList(let all):
            guard case .fixedSizeList(let size) = column.type.layout else { throw unknown(column) }
            elements = all
            places = try slots.elements(of: FixedRanges(size: size), level: level)
        default: throw unknown(column)
        }
        let extent = places.extent
        places.movePositions(by: extent.lowerBound)
        return (elements.slice(extent), places)
    }

    private static func places<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: Buffer, _ type: Offset.Type, _ slots: LevelSlots, _ level: UInt16
    ) throws(S3DBError) -> LevelSlots {
        try offsets.withElements(of: type) { (offsets) throws(S3DBError) in
            try slots.elements(of: OffsetRanges(offsets: offsets), level: level)
        }
    }

    private static func places<Offset: FixedWidthInteger & BitwiseCopyable>(
        _ offsets: Buffer, _ sizes: Buffer, _ type: Offset.Type, _ slots: LevelSlots, _ level: UInt16
    ) throws(S3DBError) -> LevelSlots {
        try offsets.withElements(of: type) { (offsets) throws(S3DBError) in
            try sizes.withElements(of: type) { (sizes) throws(S3DBError) in
                try slots.elements(of: ViewRanges(offsets: offsets, sizes: sizes), level: level)
            }
        }
    }
}
