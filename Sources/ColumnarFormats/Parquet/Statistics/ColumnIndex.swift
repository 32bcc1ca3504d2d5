import S3DBCore

/// The bounds and null counts of a column chunk's pages
/// (https://github.com/apache/parquet-format/blob/master/PageIndex.md, parquet.thrift `ColumnIndex`).
///
/// It names no offsets, so it is serialised as soon as its chunk is complete.
enum ColumnIndex {
    /// The index of a chunk, or nil where a page has values but no bounds (all are NaN, or none can be cut to the
    /// limit): an index must bound every page that holds a value.
    static func serialize(_ pages: [DataPage], order: BoundOrder) -> Buffer? {
        if pages.contains(where: { $0.bounds == nil && !$0.isAllNull }) { return nil }
        var writer = CompactWriter()
        writer.field(1, list: pages, of: .booleanTrue) { $0.bool($1.bounds == nil) }
        writer.field(2, list: pages, of: .binary) { $0.binary($1.bounds?.minimum ?? []) }
        writer.field(3, list: pages, of: .binary) { $0.binary($1.bounds?.maximum ?? []) }
        writer.field(4, i32: boundaryOrder(of: pages.compactMap(\.bounds), by: order).rawValue)
        writer.field(5, list: pages, of: .i64) { $0.integer($1.nullCount) }
        write(pages.flatMap(\.levelCounts.repetitions), field: 6, to: &writer)
        write(pages.flatMap(\.levelCounts.definitions), field: 7, to: &writer)
        writer.stop()
        return writer.freeze()
    }

    /// Writes how often levels occur, page by page; nothing where that is not counted.
    private static func write(_ counts: [Int], field: Int16, to writer: inout CompactWriter) {
        if !counts.isEmpty { writer.field(field, list: counts, of: .i64) { $0.integer($1) } }
    }

    /// How the bounds of a chunk's pages go, pages of nulls left out.
    static func boundaryOrder(of bounds: [Bounds], by order: BoundOrder) -> BoundaryOrder {
        let pairs = zip(bounds, bounds.dropFirst())
        func never(_ isOutOfPlace: (Bounds, Bounds) -> Bool) -> Bool { !pairs.contains(where: isOutOfPlace) }
        if never({ order.precedes($1.minimum, $0.minimum) || order.precedes($1.maximum, $0.maximum) }) {
            return .ascending
        }
        if never({ order.precedes($0.minimum, $1.minimum) || order.precedes($0.maximum, $1.maximum) }) {
            return .descending
        }
        return .unordered
    }
}
