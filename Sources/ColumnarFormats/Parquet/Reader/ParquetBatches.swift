import S3DBCore

/// The batches of a Parquet file, in the order of its rows.
///
/// A row group's bytes are in memory while its batches are handed out, and those of the next one only then.
public struct ParquetBatches<Source: RandomAccess>: AsyncSequence, Sendable {
    /// A batch.
    public typealias Element = RecordBatch
    /// What reading throws.
    public typealias Failure = S3DBError

    let reader: ParquetReader<Source>

    /// Begins at the first row.
    public func makeAsyncIterator() -> Iterator {
        Iterator(reader: reader, groups: reader.groups[...])
    }

    /// Reads batch by batch.
    public struct Iterator: AsyncIteratorProtocol {
        /// What reading throws.
        public typealias Failure = S3DBError

        let reader: ParquetReader<Source>
        var groups: ArraySlice<Int>
        var decoder: RowGroupDecoder?

        /// The next batch; nil behind the last.
        ///
        /// - Throws: ``S3DBError/Code/corruptFile`` and others, ``S3DBError/Code/cancelled``, and what reading throws.
        public mutating func next(
            isolation: isolated (any Actor)? = #isolation
        ) async throws(S3DBError) -> RecordBatch? {
            while true {
                if var current = decoder {
                    let batch = try await current.next(width: reader.options.parallelism)
                    decoder = batch == nil ? nil : current
                    if let batch { return batch }
                }
                guard let group = groups.popFirst() else { return nil }
                decoder = try await reader.decoder(group)
            }
        }
    }
}
