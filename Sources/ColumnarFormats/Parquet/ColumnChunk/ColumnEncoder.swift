import S3DBCore

/// Encodes a column of the table into the chunks of its leaves.
///
/// A column without others in it goes straight to its chunk, as memory where that is what is stored; others are taken
/// apart first.
enum ColumnEncoder {
    case flat(any FlatChunkEncoder, WrittenColumn, StoredType)
    case nested([any NestedChunkEncoder], WrittenColumn)

    init(
        _ column: WrittenColumn, _ leaves: ArraySlice<WrittenLeaf>, _ options: ParquetOptions,
        _ compression: PageCompression
    ) {
        if let leaf = leaves.first, leaf.isFlat {
            self = .flat(makeChunkEncoder(FlatChunks.self, leaf, options, compression), column, leaf.stored)
        } else {
            self = .nested(leaves.map { makeChunkEncoder(NestedChunks.self, $0, options, compression) }, column)
        }
    }

    /// The encoders of the leaves.
    var chunks: [any ColumnChunkEncoder] {
        switch self {
        case .flat(let chunk, _, _): [chunk]
        case .nested(let chunks, _): chunks
        }
    }

    /// About how many bytes the chunks have so far.
    var byteCount: Int {
        switch self {
        case .flat(let chunk, _, _): chunk.byteCount
        case .nested(let chunks, _): chunks.reduce(0) { $0 + $1.byteCount }
        }
    }

    /// Encodes the rows `rows` of a column.
    ///
    /// - Throws: ``S3DBError/Code/nullValue`` for a null where the schema allows none, ``S3DBError/Code/valueMisfit`` for a
    ///   value that Parquet cannot hold, ``S3DBError/Code/limitExceeded``, and what the codec throws.
    func append(_ column: AnyColumn, _ rows: Range<Int>) throws(S3DBError) {
        switch self {
        case .flat(let chunk, let written, let stored):
            if case .leaf = written.shape, stored.conversion == .none { return try chunk.append(column, rows) }
            let values = try Self.plain(column.slice(rows), written.shape)
            if !written.isNullable, values.nullCount > 0 { throw Self.nullRefusal }
            try chunk.append(try stored.column(values), 0..<rows.count)
        case .nested(let chunks, let written):
            let leaves = try Shredder.leaves(of: column.slice(rows), written)
            for (chunk, leaf) in zip(chunks, leaves) { try chunk.append(leaf) }
        }
    }

    /// Values as often as they stand in the table.
    private static func plain(_ column: AnyColumn, _ shape: WrittenColumn.Shape) throws(S3DBError) -> AnyColumn {
        guard case .runs(let inner) = shape else { return column }
        return try plain(try Shredder.plainRuns(column), inner.shape)
    }

    private static let nullRefusal = S3DBError(
        .nullValue, "a null in a column that allows none", remedy: "Let the schema say that it is nullable")
}
