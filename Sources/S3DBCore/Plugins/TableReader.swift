/// Reads files of a format back: what a ``ColumnarSink`` wrote, or what others did in its format.
public protocol TableReader: Sendable {
    /// Whether files are read in any order, so that those in an outer codec must be in memory whole.
    var needsRandomAccess: Bool { get }

    /// Reads all rows of a file, in their order.
    ///
    /// - Parameters:
    ///   - codecs: What pages or bodies within the file may be compressed with.
    ///   - consumer: What takes the schema, once, and then each batch.
    /// - Throws: What is wrong with the file, what reading it throws, and what `consumer` throws.
    func read(
        _ file: TableFile, codecs: Registry.Plugins<any Codec>, into consumer: some TableConsumer
    ) async throws(S3DBError)
}

/// Takes the rows of a table. One owner at a time.
public protocol TableConsumer: AnyObject {
    /// Takes the columns, before any batch.
    func begin(_ schema: Schema) throws(S3DBError)

    /// Takes the next rows.
    func take(_ batch: RecordBatch) throws(S3DBError)
}
