import S3DBCore

/// A predicate on a leaf column of a file.
struct LeafPredicate: Sendable {
    /// The number of the leaf column.
    let leaf: Int
    let node: ParquetSchema.Node
    let condition: ParquetPredicate.Condition
    /// Whether the file says that bounds compare as the type defines.
    let hasOrder: Bool

    /// What is known of some values.
    struct Knowledge {
        var valueCount: Int
        var nullCount: Int?
        var minimum: [UInt8]?
        var maximum: [UInt8]?
    }

    /// - Throws: ``S3DBError/Code/missingColumn``, or ``S3DBError/Code/invalidArgument`` for a column within a list.
    init(_ predicate: ParquetPredicate, _ metadata: ParquetMetadata, _ leaves: [ParquetSchema.Leaf]) throws(S3DBError) {
        guard let leaf = leaves.firstIndex(where: { $0.isAt(predicate.column, orBelow: false) }) else {
            throw S3DBError(
                .missingColumn,
                "a predicate names the column \(S3DBError.quoted(predicate.column)), which is not there",
                remedy: "There are: " + leaves.prefix(100).map(\.name).joined(separator: ", "))
        }
        guard leaves[leaf].maximumRepetitionLevel == 0 else {
            throw S3DBError(
                .invalidArgument, "a predicate names a column within a list", at: .init(column: predicate.column))
        }
        self.leaf = leaf
        node = leaves[leaf].node
        condition = predicate.condition
        hasOrder = metadata.columnOrders.indices.contains(leaf) && metadata.columnOrders[leaf] != .unknown
    }

    /// Whether some of the values may be wanted.
    func mayHold(_ known: Knowledge) -> Bool {
        let isAllNull = known.nullCount == known.valueCount
        switch condition {
        case .isNull: return known.nullCount != 0
        case .isNotNull, .isNot: return !isAllNull
        case .isIn(let constants):
            return !isAllNull
                && constants.contains { constant in
                    mayReach(known.maximum, above: constant, orEqual: true)
                        && mayReach(known.minimum, below: constant, orEqual: true)
                }
        case .isBelow(let constant, let orEqual):
            return !isAllNull && mayReach(known.minimum, below: constant, orEqual: orEqual)
        case .isAbove(let constant, let orEqual):
            return !isAllNull && mayReach(known.maximum, above: constant, orEqual: orEqual)
        }
    }

    /// Whether a lower bound leaves room for values below a constant.
    private func mayReach(
        _ minimum: [UInt8]?, below constant: ParquetPredicate.Constant, orEqual: Bool
    ) -> Bool {
        guard let (bound, constant) = pair(minimum, constant) else { return true }
        if orEqual { return !(ComparableBound.precedes(constant, bound) ?? false) }
        return ComparableBound.precedes(bound, constant) ?? true
    }

    /// Whether an upper bound leaves room for values above a constant.
    private func mayReach(
        _ maximum: [UInt8]?, above constant: ParquetPredicate.Constant, orEqual: Bool
    ) -> Bool {
        guard let (bound, constant) = pair(maximum, constant) else { return true }
        if orEqual { return !(ComparableBound.precedes(bound, constant) ?? false) }
        return ComparableBound.precedes(constant, bound) ?? true
    }

    private func pair(
        _ bound: [UInt8]?, _ constant: ParquetPredicate.Constant
    ) -> (ComparableBound, ComparableBound)? {
        guard let bound, let order = LeafOrder(node), let stored = order.bound(bound, node),
            let wanted = order.bound(constant)
        else { return nil }
        return (stored, wanted)
    }

    /// What a chunk's statistics tell. Deprecated bounds count only where their order was never in doubt.
    func knowledge(_ chunk: ParquetMetadata.ColumnChunk) -> Knowledge {
        let statistics = chunk.statistics
        var known = Knowledge(valueCount: chunk.valueCount, nullCount: statistics.nullCount)
        let order = LeafOrder(node)
        if hasOrder || order == .signed || order == .floatingPoint {
            known.minimum = statistics.minimum
            known.maximum = statistics.maximum
        }
        if order == .signed || order == .floatingPoint {
            known.minimum = known.minimum ?? statistics.deprecatedMinimum
            known.maximum = known.maximum ?? statistics.deprecatedMaximum
        }
        return known
    }

    /// What a column index tells of a page of `rowCount` rows.
    func knowledge(_ index: ParquetColumnIndex, page: Int, rowCount: Int) -> Knowledge {
        if index.nullPages[page] { return Knowledge(valueCount: rowCount, nullCount: rowCount) }
        var known = Knowledge(valueCount: rowCount)
        if index.nullCounts.indices.contains(page) { known.nullCount = Int(index.nullCounts[page]) }
        if hasOrder {
            known.minimum = index.minimums[page]
            known.maximum = index.maximums[page]
        }
        return known
    }

    /// The constants of which one must be a value, as they are hashed by Bloom filters; nil where there are none such.
    var filteredValues: [[UInt8]]? {
        guard case .isIn(let constants) = condition, let order = LeafOrder(node), node.physicalType != .boolean
        else { return nil }
        var values: [[UInt8]] = []
        for constant in constants {
            guard let bound = order.bound(constant), let bytes = plainBytes(bound) else { return nil }
            values.append(bytes)
        }
        return values
    }

    /// A value in PLAIN encoding, byte arrays without their length; nil where the column does not hold it exactly.
    private func plainBytes(_ bound: ComparableBound) -> [UInt8]? {
        func bytes<Integer: FixedWidthInteger>(_ value: Integer) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian) { Array($0) }
        }
        let isNarrow = node.valueByteCount == 4
        switch bound {
        case .integer(let value):
            return isNarrow ? Int32(exactly: value).map(bytes) : bytes(value)
        case .unsigned(let value): return isNarrow ? UInt32(exactly: value).map(bytes) : bytes(value)
        case .number(let value):
            // Zeros are equal whatever their sign, but are hashed by their bits.
            if value.isZero { return nil }
            guard isNarrow else { return bytes(value.bitPattern) }
            return Float(exactly: value).map { bytes($0.bitPattern) }
        case .bytes(let value): return value
        }
    }
}
