/// A format that tables are read from: bytes in, record batches out, no I/O.
public protocol RecordSource: Sendable {
    associatedtype Decoder: RecordDecoder

    /// The name in specs and registries, such as `csv`.
    var name: String { get }

    /// The names of the columns, read from the first bytes of a stream.
    ///
    /// - Parameters:
    ///   - head: The stream's first bytes.
    ///   - isWhole: Whether `head` is all of the stream.
    /// - Returns: nil when more bytes are needed.
    func columnNames(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [String]?

    /// The columns, read from the first bytes of a stream; text where the format says nothing of types.
    ///
    /// - Parameters:
    ///   - head: The stream's first bytes.
    ///   - isWhole: Whether `head` is all of the stream.
    /// - Returns: nil when more bytes are needed.
    func fields(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [Field]?

    /// Makes a decoder that gives batches of `schema`.
    ///
    /// Columns are matched by name. One that the stream lacks is all null; one that the schema lacks is skipped.
    ///
    /// - Parameter emptyIsNull: Text columns in which an empty field is null rather than an empty text.
    /// - Throws while decoding: ``S3DBError/Code/nullValue`` for a null in a column that allows none.
    func makeDecoder(
        schema: Schema, emptyIsNull: Set<String>, limits: RecordLimits
    ) throws(S3DBError) -> Decoder
}

extension RecordSource {
    /// All columns are text.
    public func fields(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [Field]? {
        try columnNames(inHead: head, isWhole: isWhole)?.map { Field($0, .utf8) }
    }
}

/// A format whose streams say themselves of which types their columns are: what ``RecordSource/fields(inHead:isWhole:)``
/// gives can be asked for as schema.
public protocol SelfDescribingSource: RecordSource {}

/// Reads one stream. One owner at a time.
///
/// The decoder holds no input: what it has not used, its caller shows again in front of the bytes that follow.
public protocol RecordDecoder: AnyObject {
    /// Decodes what is complete of `input`, hands each full batch to `body`, and returns how many bytes are used.
    ///
    /// Every batch but the last has exactly ``RecordLimits/batchRowCount`` rows, however the stream is chunked.
    ///
    /// - Parameters:
    ///   - input: The bytes from the first one that is not used yet.
    ///   - isLast: Whether the stream ends with `input`; then everything is used or an error thrown, and the last
    ///     batch, if it has rows, is handed out.
    func decode(
        _ input: RawSpan, isLast: Bool, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int
}

/// What a record decoder may be asked to take.
public struct RecordLimits: Hashable, Sendable {
    /// The rows of a batch.
    public var batchRowCount: Int
    /// The bytes of one field.
    public var fieldByteCount: Int
    /// The columns of a stream.
    public var columnCount: Int

    /// Makes limits.
    public init(batchRowCount: Int = 16_384, fieldByteCount: Int = 16 << 20, columnCount: Int = 10_000) {
        self.batchRowCount = batchRowCount
        self.fieldByteCount = fieldByteCount
        self.columnCount = columnCount
    }
}
