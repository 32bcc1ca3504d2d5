import S3DBCore

/// Makes batches of a schema and of a given length out of those that a file has. One owner at a time.
///
/// Columns are matched by name and cast where no value changes; one that the file lacks is all null.
final class BatchFitter {
    private let schema: Schema
    private let limits: RecordLimits
    private var pending: [RecordBatch] = []
    private var pendingRowCount = 0

    init(_ schema: Schema, _ limits: RecordLimits) {
        self.schema = schema
        self.limits = limits
    }

    /// Throws for limits that make no sense.
    static func check(_ limits: RecordLimits) throws(S3DBError) {
        guard (1...Int(Int32.max)).contains(limits.batchRowCount), limits.columnCount > 0 else {
            throw S3DBError(
                .invalidArgument, "record limits must be positive and a batch have less than 2^31 rows",
                remedy: "Start from RecordLimits() and change what must differ")
        }
    }

    /// Takes the next rows of the file, and hands out the batches that become full.
    ///
    /// - Throws: ``S3DBError/Code/valueMisfit``, ``S3DBError/Code/nullValue``, ``S3DBError/Code/limitExceeded``, and what
    ///   `body` throws.
    func take(_ batch: RecordBatch, _ body: (RecordBatch) throws(S3DBError) -> Void) throws(S3DBError) {
        // Rows that take no bytes may be very many, and columns that are not there are made for each.
        var start = 0
        while start < batch.rowCount {
            let count = min(batch.rowCount - start, limits.batchRowCount)
            pending.append(try chosen(count == batch.rowCount ? batch : batch.slice(start..<start + count)))
            pendingRowCount += count
            start += count
            while pendingRowCount >= limits.batchRowCount { try body(try first(limits.batchRowCount)) }
        }
    }

    /// Hands out the rows that fill no batch.
    func finish(_ body: (RecordBatch) throws(S3DBError) -> Void) throws(S3DBError) {
        if pendingRowCount > 0 { try body(try first(pendingRowCount)) }
    }

    /// The columns of the schema, in its order.
    private func chosen(_ batch: RecordBatch) throws(S3DBError) -> RecordBatch {
        guard batch.columns.count <= limits.columnCount else {
            throw S3DBError(
                .limitExceeded, "a file of \(batch.columns.count) columns",
                remedy: "If the data is genuine, raise the column limit")
        }
        return try batch.cast(to: schema)
    }

    /// Takes the first `rowCount` of the pending rows.
    private func first(_ rowCount: Int) throws(S3DBError) -> RecordBatch {
        var parts: [RecordBatch] = []
        var left = rowCount
        var usedCount = 0
        while left > 0, usedCount < pending.count {
            let next = pending[usedCount]
            if next.rowCount <= left {
                parts.append(next)
                usedCount += 1
                left -= next.rowCount
            } else {
                parts.append(next.slice(0..<left))
                pending[usedCount] = next.slice(left..<next.rowCount)
                left = 0
            }
        }
        pending.removeFirst(usedCount)
        pendingRowCount -= rowCount
        if parts.count == 1, let part = parts.first { return part }
        var columns: [AnyColumn] = []
        for index in schema.fields.indices {
            columns.append(try .concatenated(parts.map { $0.columns[index] }))
        }
        return try RecordBatch(schema: schema, columns: columns, rowCount: rowCount)
    }
}
