/// What the footer and the page index say of a section's row groups, with offsets relative to the section.
public struct ParquetSectionLayout: Sendable {
    var rowGroups: [RowGroupLayout]

    /// The number of row groups.
    public var rowGroupCount: Int { rowGroups.count }
}

/// What the footer says of a row group.
struct RowGroupLayout: Sendable {
    var rowCount: Int
    /// One chunk a leaf column, in schema order, one directly behind the other.
    var columns: [ColumnChunkLayout]
}
