import S3DBCore

/// Reads Parquet files for ``S3DBCore/TableReader``: from where they stand, or from memory where they are packed.
struct ParquetTableReader: TableReader {
    var needsRandomAccess: Bool { true }

    func open(_ file: TableFile, codecs: Registry.Plugins<any Codec>) async throws(S3DBError) -> any OpenTable {
        var options = ParquetReadOptions()
        options.parallelism = 1
        options.batchRowCount = RecordLimits().batchRowCount
        return ParquetTable(
            reader: try await ParquetReader(try await file.randomAccess(), codecs: codecs, options: options))
    }
}

/// A file whose footer is known; of its row groups those are read that have wanted rows.
private struct ParquetTable: OpenTable {
    let reader: ParquetReader<TableBytes>

    var schema: Schema { reader.schema }

    func cursor(rows: Range<Int>?, columns: [String]?) async throws(S3DBError) -> any TableCursor {
        var options = reader.options
        options.columns = columns
        options.rows = rows
        return ParquetCursor(try reader.with(options).batches.makeAsyncIterator())
    }

    func bounds(ofColumn name: String) -> [RowBounds]? {
        guard let leaf = reader.metadata.schema.leaves.firstIndex(where: { $0.name == name }) else { return nil }
        let isInteger = reader.schema.index(of: name).map { reader.schema.fields[$0].type } == .int64
        var bounds: [RowBounds] = []
        var start = 0
        for group in reader.metadata.rowGroups {
            let (end, isOverflow) = start.addingReportingOverflow(group.rowCount)
            guard !isOverflow, group.columns.indices.contains(leaf) else { return nil }
            let values = isInteger ? Self.values(group.columns[leaf].statistics) : nil
            bounds.append(RowBounds(rows: start..<end, values: values))
            start = end
        }
        return bounds
    }

    private static func values(_ statistics: ParquetStatistics) -> ClosedRange<Int64>? {
        guard statistics.nullCount == 0, let least = statistics.minimum.flatMap(integer),
            let greatest = statistics.maximum.flatMap(integer), least <= greatest
        else { return nil }
        return least...greatest
    }

    /// A bound of 64 bits in PLAIN encoding.
    private static func integer(_ bytes: [UInt8]) -> Int64? {
        guard bytes.count == 8 else { return nil }
        return bytes.reversed().reduce(into: Int64(0)) { $0 = $0 << 8 | Int64($1) }
    }
}

private final class ParquetCursor: TableCursor {
    private var batches: ParquetBatches<TableBytes>.Iterator

    init(_ batches: ParquetBatches<TableBytes>.Iterator) {
        self.batches = batches
    }

    func next() async throws(S3DBError) -> RecordBatch? {
        if Task.isCancelled { throw S3DBError(.cancelled, "cancelled while reading") }
        var iterator = batches
        let batch = try await iterator.next(isolation: nil)
        batches = iterator
        return batch
    }
}
