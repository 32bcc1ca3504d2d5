extension AsyncSequence where Element: Collection, Element.Element == UInt8 {
    /// The record batches in a stream of bytes, decoded as they arrive.
    ///
    ///     for try await batch in request.body.records(CSV(), schema: schema) { try file.append(batch) }
    ///
    /// In the text columns that `emptyIsNull` names an empty field is null. The chunks may be cut anywhere. The
    /// sequence throws ``S3DBError`` for what the bytes do wrong, and whatever the stream throws.
    public func records<Source: RecordSource>(
        _ source: Source, schema: Schema, emptyIsNull: Set<String> = [], limits: RecordLimits = RecordLimits()
    ) -> RecordSequence<Self, Source> {
        RecordSequence(base: self, source: source, schema: schema, emptyIsNull: emptyIsNull, limits: limits)
    }
}

/// The record batches in a stream of bytes; see ``_Concurrency/AsyncSequence/records(_:schema:emptyIsNull:limits:)``.
public struct RecordSequence<Base: AsyncSequence, Source: RecordSource>: AsyncSequence
where Base.Element: Collection, Base.Element.Element == UInt8 {
    let base: Base
    let source: Source
    let schema: Schema
    let emptyIsNull: Set<String>
    let limits: RecordLimits

    /// Starts to read the stream.
    public func makeAsyncIterator() -> Iterator {
        Iterator(base: base.makeAsyncIterator(), sequence: self)
    }

    /// Reads chunks until a batch is complete.
    public struct Iterator: AsyncIteratorProtocol {
        private var base: Base.AsyncIterator
        private let sequence: RecordSequence
        private var feed: RecordFeed<Source.Decoder>?

        init(base: Base.AsyncIterator, sequence: RecordSequence) {
            self.base = base
            self.sequence = sequence
        }

        /// The next batch; nil at the end of the stream.
        public mutating func next() async throws -> RecordBatch? {
            let feed = try feed ?? makeFeed()
            self.feed = feed
            while true {
                if let batch = feed.takeBatch() { return batch }
                if feed.isAtEnd { return nil }
                if let chunk = try await base.next() {
                    try feed.append(chunk)
                } else {
                    try feed.finish()
                }
            }
        }

        private func makeFeed() throws(S3DBError) -> RecordFeed<Source.Decoder> {
            RecordFeed(
                try sequence.source.makeDecoder(
                    schema: sequence.schema, emptyIsNull: sequence.emptyIsNull, limits: sequence.limits))
        }
    }
}

/// A decoder with the bytes that it has not used yet and the batches that nobody has taken yet. One owner at a time.
final class RecordFeed<Decoder: RecordDecoder> {
    private let decoder: Decoder
    private var input = BufferBuilder()
    private var batches: [RecordBatch] = []
    private var taken = 0

    /// Whether the stream has ended.
    private(set) var isAtEnd = false

    init(_ decoder: Decoder) {
        self.decoder = decoder
    }

    func append(_ bytes: some Collection<UInt8>) throws(S3DBError) {
        input.append(contentsOf: bytes)
        try Self.decode(&input, decoder, isLast: false, into: &batches)
    }

    func finish() throws(S3DBError) {
        isAtEnd = true
        try Self.decode(&input, decoder, isLast: true, into: &batches)
    }

    func takeBatch() -> RecordBatch? {
        guard taken < batches.count else {
            batches.removeAll(keepingCapacity: true)
            taken = 0
            return nil
        }
        defer { taken += 1 }
        return batches[taken]
    }

    private static func decode(
        _ input: inout BufferBuilder, _ decoder: Decoder, isLast: Bool, into batches: inout [RecordBatch]
    ) throws(S3DBError) {
        let used = try decoder.decode(input.bytes, isLast: isLast) { (batch) throws(S3DBError) in
            batches.append(batch)
        }
        input.removeFirst(used)
    }
}
