import S3DBCore

/// Writes the rows of a batch as JSON, an object on each line (https://jsonlines.org).
///
/// Names and values are those of ``S3DBCore/ValueWriter``. Where a name stands twice in the schema it does so in the
/// objects.
public struct JSONLinesRows: Sendable {
    private let keys: [Buffer]
    private let columns: [ValueWriter]
    /// The number of rows.
    public let rowCount: Int

    /// Opens a batch.
    public init(_ batch: RecordBatch) {
        keys = batch.schema.fields.map { ValueWriter.jsonKey($0.name) }
        columns = batch.columns.map { ValueWriter($0) }
        rowCount = batch.rowCount
    }

    /// Appends a row and its line feed. Traps out of bounds.
    public func append(_ row: Int, to output: inout BufferBuilder) {
        output.append(UInt8(ascii: "{"))
        for (index, column) in columns.enumerated() {
            if index > 0 { output.append(UInt8(ascii: ",")) }
            let key = keys[index]
            output.append(key.bytes)
            column.appendJSON(row, to: &output)
        }
        output.append(UInt8(ascii: "}"))
        output.append(Byte.lineFeed)
    }
}
