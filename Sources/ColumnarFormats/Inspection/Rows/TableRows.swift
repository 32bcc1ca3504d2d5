import S3DBCore

/// The rows of a table that are wanted, batch by batch, as they are asked for. One owner at a time.
///
/// Its memory is that of a row group or record batch, however large the file.
public final class TableRows: TableCursor {
    /// Where batches come from.
    enum Source {
        case parquet(ParquetBatches<TableBytes>.Iterator)
        case other(any TableCursor)
    }

    /// The columns.
    public let schema: Schema
    private var source: Source
    private let filter: RowFilter
    private let indices: [Int]?
    private let batchRowCount: Int
    /// A batch that was longer, and how many of its rows are handed out.
    private var rest: (batch: RecordBatch, start: Int)?

    /// - Parameter schema: The columns that the source gives.
    /// - Throws: ``S3DBError/Code/missingColumn``, ``S3DBError/Code/invalidArgument``.
    init(_ source: Source, _ schema: Schema, _ options: TableReadOptions) throws(S3DBError) {
        self.source = source
        filter = try RowFilter(options.predicates, schema)
        batchRowCount = max(1, options.batchRowCount)
        indices = try options.columns.map { (names) throws(S3DBError) in try Self.indices(of: names, schema) }
        self.schema = indices.map { Schema(anyNames: $0.map { schema.fields[$0] }) } ?? schema
    }

    /// The columns with some names or, of nested ones, within which paths lead on.
    private static func indices(of names: [String], _ schema: Schema) throws(S3DBError) -> [Int] {
        var indices: [Int] = []
        for name in names {
            let found = schema.fields.indices.filter { index in
                schema.fields[index].name == name || name.hasPrefix(schema.fields[index].name + ".")
            }
            if found.isEmpty {
                throw S3DBError(
                    .missingColumn, "there is no column \(S3DBError.quoted(name))",
                    remedy: "There are: " + schema.fields.map(\.name).joined(separator: ", "))
            }
            indices += found.filter { !indices.contains($0) }
        }
        return indices
    }

    /// The next rows, never none; nil behind the last.
    ///
    /// - Throws: What is wrong with the file, with the place where it is, and what reading it throws.
    public func next() async throws(S3DBError) -> RecordBatch? {
        while true {
            guard let batch = try await nextPart() else { return nil }
            let kept = try filter.filtered(batch)
            if kept.rowCount > 0 { return try project(kept) }
        }
    }

    /// The next rows of the file, no more than a batch shall have.
    private func nextPart() async throws(S3DBError) -> RecordBatch? {
        var current = rest
        rest = nil
        if current == nil, let batch = try await nextBatch() { current = (batch, 0) }
        guard let (batch, start) = current else { return nil }
        let end = min(batch.rowCount, start + batchRowCount)
        if end < batch.rowCount { rest = (batch, end) }
        return end - start == batch.rowCount ? batch : batch.slice(start..<end)
    }

    private func nextBatch() async throws(S3DBError) -> RecordBatch? {
        switch source {
        case .other(let cursor): return try await cursor.next()
        case .parquet(var batches):
            let batch = try await batches.next(isolation: nil)
            source = .parquet(batches)
            return batch
        }
    }

    private func project(_ batch: RecordBatch) throws(S3DBError) -> RecordBatch {
        guard let indices else { return batch }
        return try RecordBatch(
            schema: schema, columns: indices.map { batch.columns[$0] }, rowCount: batch.rowCount)
    }
}
