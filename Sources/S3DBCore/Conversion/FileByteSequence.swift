extension AsyncSequence where Element == RecordBatch {
    /// The bytes of a file of these batches, as they become ready. The memory used is that of one section.
    ///
    /// The sequence throws ``S3DBError`` for batches that do not fit, and whatever this one throws.
    public func file<Sink: ColumnarSink>(_ configuration: FileConfiguration<Sink>) -> FileByteSequence<Self, Sink> {
        FileByteSequence(base: self, configuration: configuration)
    }
}

/// The bytes of `chunks`, a stream of one format, as a file of another.
///
///     let format = FileConfiguration(Parquet(), schema: schema, codec: Zstandard(), level: 3)
///     for try await bytes in convert(request.body, from: CSV(), to: format) { try await response.write(bytes) }
///
/// Chunks are collections of bytes; those of NIO become such by `body.map(\.readableBytesView)`. Decoding, encoding
/// and compressing happen on the task that iterates: give it a ``WorkerPool`` by `withTaskExecutorPreference` where
/// the host's threads must stay free.
///
/// The sequence throws ``S3DBError``, and whatever the stream throws.
public func convert<Chunks: AsyncSequence, Source: RecordSource, Sink: ColumnarSink>(
    _ chunks: Chunks, from source: Source, to configuration: FileConfiguration<Sink>
) -> FileByteSequence<RecordSequence<Chunks, Source>, Sink>
where Chunks.Element: Collection, Chunks.Element.Element == UInt8 {
    let limits = RecordLimits(batchRowCount: configuration.limits.batchRowCount)
    return chunks.records(source, schema: configuration.schema, limits: limits).file(configuration)
}

/// The bytes of a file of record batches; see ``_Concurrency/AsyncSequence/file(_:)``.
public struct FileByteSequence<Base: AsyncSequence, Sink: ColumnarSink>: AsyncSequence
where Base.Element == RecordBatch {
    let base: Base
    let configuration: FileConfiguration<Sink>

    /// Starts to read the batches.
    public func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), configuration: configuration)
    }

    /// Reads batches until bytes are ready.
    public struct Iterator: AsyncIteratorProtocol {
        private var base: Base.AsyncIterator
        private let configuration: FileConfiguration<Sink>
        private var file: SharedFileWriter<Sink>?
        private var isFinished = false

        init(base: Base.AsyncIterator, configuration: FileConfiguration<Sink>) {
            self.base = base
            self.configuration = configuration
        }

        /// The next bytes, never none; nil behind the end of the file.
        public mutating func next() async throws -> Buffer? {
            let file = try file ?? SharedFileWriter(try FileWriter(configuration))
            self.file = file
            while true {
                let bytes = file.writer.takeBytes()
                if !bytes.isEmpty { return bytes }
                if isFinished { return nil }
                if let batch = try await base.next() {
                    try file.writer.append(batch)
                } else {
                    isFinished = true
                    try file.writer.finish()
                }
            }
        }
    }
}

/// A writer that an iterator, which can be copied, refers to.
final class SharedFileWriter<Sink: ColumnarSink> {
    var writer: FileWriter<Sink>

    init(_ writer: consuming FileWriter<Sink>) {
        self.writer = writer
    }
}
