import S3DBCore

/// A row group where it stands in its file.
struct PlacedRowGroup {
    var layout: RowGroupLayout
    /// What relative offsets are relative to.
    var base: Int
    /// The bytes of the column indexes, by column; 0 where a column has none.
    var columnIndexByteCounts: [Int]
    /// Where the column indexes stand, by column; empty where a column has none.
    var columnIndexes: [Range<Int>] = []
    /// Where the offset indexes stand, by column.
    var offsetIndexes: [Range<Int>] = []
}

/// The page index of a file: all column indexes, then all offset indexes
/// (https://github.com/apache/parquet-format/blob/master/PageIndex.md).
enum PageIndex {
    /// Appends the offset indexes to `output`, which holds the column indexes and is written from byte `start` of the
    /// file, and notes in `rowGroups` where all of them are.
    static func place(_ rowGroups: inout [PlacedRowGroup], start: Int, offsetIndexesTo output: inout BufferBuilder) {
        var end = start
        for group in rowGroups.indices {
            rowGroups[group].columnIndexes = rowGroups[group].columnIndexByteCounts.map { byteCount in
                defer { end += byteCount }
                return end..<end + byteCount
            }
        }
        for group in rowGroups.indices {
            let base = rowGroups[group].base
            rowGroups[group].offsetIndexes = rowGroups[group].layout.columns.map { column in
                append(offsetIndex(of: column, base: base), start: start, to: &output)
            }
        }
    }

    private static func append(_ bytes: Buffer, start: Int, to output: inout BufferBuilder) -> Range<Int> {
        let lower = start + output.count
        output.append(bytes.bytes)
        return lower..<start + output.count
    }

    /// Where a chunk's data pages stand (parquet.thrift, `OffsetIndex`).
    private static func offsetIndex(of column: ColumnChunkLayout, base: Int) -> Buffer {
        var writer = CompactWriter()
        var offset = base + column.offset + column.dictionaryByteCount
        var row = 0
        writer.field(1, structures: column.pages) { location, page in
            location.field(1, i64: offset)
            location.field(2, i32: Int32(truncatingIfNeeded: page.byteCount))
            location.field(3, i64: row)
            offset += Int(page.byteCount)
            row += Int(page.rowCount)
        }
        writer.stop()
        return writer.freeze()
    }
}
