import S3DBCore

/// Turns the bounds in a Parquet file's statistics into values.
struct LeafBounds: Sendable {
    private let node: ParquetSchema.Node
    private let conversion: LeafConversion
    /// The type of the values.
    let type: DataType

    /// - Throws: ``S3DBError/Code/unsupported`` for a type that is not read.
    init(_ node: ParquetSchema.Node) throws(S3DBError) {
        self.node = node
        (type, conversion) = try LeafConversion.of(node, int96Unit: .nanosecond)
    }

    /// The bounds of a chunk or page; nil where it has none.
    ///
    /// Deprecated bounds count only where their order was never in doubt.
    func bounds(_ statistics: ParquetStatistics) -> TableDescription.Bounds? {
        let (minimum, maximum) = trusted(statistics)
        return bounds(
            minimum, maximum, isMinimumExact: statistics.isMinimumExact, isMaximumExact: statistics.isMaximumExact)
    }

    private func trusted(_ statistics: ParquetStatistics) -> (minimum: [UInt8]?, maximum: [UInt8]?) {
        let order = LeafOrder(node)
        guard order == .signed || order == .floatingPoint || node.physicalType == .boolean else {
            return (statistics.minimum, statistics.maximum)
        }
        return (
            statistics.minimum ?? statistics.deprecatedMinimum, statistics.maximum ?? statistics.deprecatedMaximum
        )
    }

    /// The bounds of all values of some chunks; nil where one of them has none, or they do not compare.
    func bounds(ofAll chunks: some Sequence<ParquetMetadata.ColumnChunk>) -> TableDescription.Bounds? {
        guard let order = LeafOrder(node) else { return nil }
        var low: (bound: ComparableBound, bytes: [UInt8])?
        var high: (bound: ComparableBound, bytes: [UInt8])?
        for chunk in chunks where chunk.valueCount != chunk.statistics.nullCount {
            let (minimum, maximum) = trusted(chunk.statistics)
            guard let minimum, let maximum, let lower = order.bound(minimum, node),
                let upper = order.bound(maximum, node)
            else { return nil }
            if low.map({ ComparableBound.precedes(lower, $0.bound) ?? false }) ?? true { low = (lower, minimum) }
            if high.map({ ComparableBound.precedes($0.bound, upper) ?? false }) ?? true { high = (upper, maximum) }
        }
        return bounds(low?.bytes, high?.bytes)
    }

    /// Bounds of which either may be absent or no value of the type.
    func bounds(
        _ minimum: [UInt8]?, _ maximum: [UInt8]?, isMinimumExact: Bool? = nil, isMaximumExact: Bool? = nil
    ) -> TableDescription.Bounds? {
        let bounds = TableDescription.Bounds(
            minimum: minimum.flatMap(json), maximum: maximum.flatMap(json), isMinimumExact: isMinimumExact,
            isMaximumExact: isMaximumExact)
        return bounds.minimum == nil && bounds.maximum == nil ? nil : bounds
    }

    /// A value in PLAIN encoding, byte arrays without their length, as JSON; nil where it is none.
    private func json(_ bytes: [UInt8]) -> JSONValue? {
        // Bounds of text may have been cut within a letter.
        if type.isText { return .string(String(decoding: bytes, as: UTF8.self)) }
        do throws(S3DBError) {
            return ValueWriter(try column(bytes)).json(0)
        } catch {
            return nil
        }
    }

    private func column(_ bytes: [UInt8]) throws(S3DBError) -> AnyColumn {
        var content = BufferBuilder()
        if node.physicalType == .byteArray { content.appendLittleEndian(UInt32(truncatingIfNeeded: bytes.count)) }
        content.append(contentsOf: bytes)
        let collector = makeValueCollector(
            node, type: conversion.collectedType(type), keepsDictionary: false,
            byteLimit: ParquetReadLimits().batchByteCount)
        var page = try PageValueRules(node, ParquetReadLimits()).values(content.freeze(), .plain, count: 1)
        try collector.append(1, of: &page, nil)
        return try conversion.column(
            try collector.finish(nil, count: 1), type: type, validity: nil, count: 1,
            storedWidth: node.valueByteCount)
    }
}
