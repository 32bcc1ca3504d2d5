import S3DBCore

/// Adds up the rows of the record batches of a stream or file.
final class ArrowRowCounter: RowCounter {
    /// Slots of `table RecordBatch` (Message.fbs).
    private enum Slot {
        static let rowCount = 0
    }

    private let scanner = ArrowMessageScanner()
    private var rowCount = 0

    var passableByteCount: Int { scanner.passableByteCount }

    func take(_ bytes: RawSpan) throws(S3DBError) {
        try scanner.take(bytes) { (message) throws(S3DBError) in try add(message.metadata) }
    }

    func pass(_ byteCount: Int) { scanner.pass(byteCount) }

    func finish() throws(S3DBError) -> Int? {
        try scanner.finish()
        return rowCount
    }

    private func add(_ metadata: FlatBufferReader) throws(S3DBError) {
        let message = try metadata.root()
        let type: Int8 = try message.integer(ArrowMessage.Slot.headerType, standard: 0)
        guard type == ArrowMessage.Header.recordBatch.rawValue else { return }
        guard let batch = try message.table(ArrowMessage.Slot.header) else {
            throw metadata.corrupt("a record batch has no header", at: message.position)
        }
        let rows: Int64 = try batch.integer(Slot.rowCount, standard: 0)
        let (sum, isOverflow) = rowCount.addingReportingOverflow(Int(clamping: rows))
        guard rows >= 0, !isOverflow else {
            throw metadata.corrupt("a record batch would have \(rows) rows", at: batch.position)
        }
        rowCount = sum
    }
}
