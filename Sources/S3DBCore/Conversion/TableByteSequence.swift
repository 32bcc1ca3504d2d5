/// The bytes of `chunks`, a stream of a format that says itself of which columns it is, as a file of another.
///
///     for try await bytes in convert(body, from: ArrowSource(), to: { FileConfiguration(Parquet(), schema: $0) }) { … }
///
/// Of Parquet, whose directory stands at its end, the stream is held whole.
///
/// - Parameter configuration: Says what the file is to be, given the columns of the stream; others may be asked for, which
///   are matched by name and cast where no value changes.
public func convert<Chunks: AsyncSequence, Source: SelfDescribingSource, Sink: ColumnarSink>(
    _ chunks: Chunks, from source: Source,
    to configuration: @escaping @Sendable (Schema) throws(S3DBError) -> FileConfiguration<Sink>
) -> TableByteSequence<Chunks, Source, Sink>
where Chunks.Element: Collection, Chunks.Element.Element == UInt8 {
    TableByteSequence(base: chunks, source: source, configuration: configuration)
}

/// The bytes of a file that a stream of another format becomes; see ``convert(_:from:to:)``.
public struct TableByteSequence<Base: AsyncSequence, Source: SelfDescribingSource, Sink: ColumnarSink>: AsyncSequence
where Base.Element: Collection, Base.Element.Element == UInt8 {
    let base: Base
    let source: Source
    let configuration: @Sendable (Schema) throws(S3DBError) -> FileConfiguration<Sink>

    /// Starts to read the stream.
    public func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), sequence: self)
    }

    /// Reads chunks until bytes are ready.
    public struct Iterator: AsyncIteratorProtocol {
        private var base: Base.AsyncIterator
        private let sequence: TableByteSequence
        private var parts: Parts?
        private var isFinished = false

        /// What works once the columns are known.
        private struct Parts {
            let feed: RecordFeed<Source.Decoder>
            let file: SharedFileWriter<Sink>
        }

        init(base: Base.AsyncIterator, sequence: TableByteSequence) {
            self.base = base
            self.sequence = sequence
        }

        /// The next bytes, never none; nil behind the end of the file.
        public mutating func next() async throws -> Buffer? {
            let parts = if let parts { parts } else { try await begin() }
            self.parts = parts
            while true {
                let bytes = parts.file.writer.takeBytes()
                if !bytes.isEmpty { return bytes }
                if isFinished { return nil }
                if let batch = parts.feed.takeBatch() {
                    try parts.file.writer.append(batch)
                } else if parts.feed.isAtEnd {
                    isFinished = true
                    try parts.file.writer.finish()
                } else if let chunk = try await base.next() {
                    try parts.feed.append(chunk)
                } else {
                    try parts.feed.finish()
                }
            }
        }

        /// Reads as much of the stream as tells its columns.
        private mutating func begin() async throws -> Parts {
            var head = BufferBuilder()
            var isWhole = false
            while true {
                if let fields = try sequence.source.fields(inHead: head.bytes, isWhole: isWhole) {
                    return try begin(fields, head.freeze(), isWhole: isWhole)
                }
                guard !isWhole else {
                    throw S3DBError(.truncatedStream, "the stream ends before it tells its columns")
                }
                if let chunk = try await base.next() { head.append(contentsOf: chunk) } else { isWhole = true }
            }
        }

        private func begin(_ fields: [Field], _ head: Buffer, isWhole: Bool) throws(S3DBError) -> Parts {
            let configuration = try sequence.configuration(try Schema(fields))
            let feed = RecordFeed(
                try sequence.source.makeDecoder(
                    schema: configuration.schema, emptyIsNull: [],
                    limits: RecordLimits(batchRowCount: configuration.limits.batchRowCount)))
            let file = SharedFileWriter(try FileWriter(configuration))
            try feed.append(head)
            if isWhole { try feed.finish() }
            return Parts(feed: feed, file: file)
        }
    }
}
