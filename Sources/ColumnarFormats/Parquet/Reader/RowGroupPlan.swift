import S3DBCore

/// What is read of a row group.
struct RowGroupPlan: Sendable {
    /// The number of the row group.
    var group: Int
    /// The rows.
    var rows: RowRanges
    /// For each leaf column that is read, in the order of the file, the stretches of the file that hold these rows.
    var chunks: [Chunk]

    /// What is read of a column chunk.
    struct Chunk: Sendable {
        /// The number of the leaf column.
        var leaf: Int
        var pieces: [Piece]
    }

    /// A stretch of the file.
    struct Piece: Sendable {
        var range: Range<Int>
        /// The number of the first row in it.
        var firstRow: Int
    }

    /// All stretches of the file, one column chunk after the other.
    var fileRanges: [Range<Int>] { chunks.flatMap { $0.pieces.map(\.range) } }

    /// The pieces of each chunk with their bytes, which are those of ``fileRanges``.
    func pieces(_ bytes: [Buffer]) -> [[ChunkPiece]] {
        var rest = bytes[...]
        return chunks.map { chunk in
            chunk.pieces.map { piece in
                ChunkPiece(
                    offset: piece.range.lowerBound, firstRow: piece.firstRow, bytes: rest.popFirst() ?? Buffer())
            }
        }
    }
}
