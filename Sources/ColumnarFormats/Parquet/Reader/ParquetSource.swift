import S3DBCore

/// Parquet files as a source of record batches.
///
///     let batches = body.records(ParquetSource(codecs: registry.codecs), schema: schema)
///
/// The directory of a Parquet file stands at its end: a stream of one is held in memory until it is complete, up to
/// ``fileByteLimit``. Where the file can be read in any order, ``ParquetReader`` needs no more than a row group. Columns
/// are matched by name and cast where no value changes (``S3DBCore/AnyColumn/cast(to:)``).
public struct ParquetSource: SelfDescribingSource {
    /// What pages may be compressed with.
    public var codecs: Registry.Plugins<any Codec>
    /// How the file is read; its columns, row groups and predicates choose among its rows.
    public var options: ParquetReadOptions
    /// The bytes of the largest file.
    public var fileByteLimit: Int

    /// Makes a source.
    public init(
        codecs: Registry.Plugins<any Codec>, options: ParquetReadOptions = ParquetReadOptions(),
        fileByteLimit: Int = 1 << 30
    ) {
        self.codecs = codecs
        self.options = options
        self.fileByteLimit = fileByteLimit
    }

    /// `parquet`.
    public var name: String { "parquet" }

    /// The names in the footer: nil before all of the file is there.
    ///
    /// - Throws: What ``ParquetReader/init(inMemory:codecs:options:)`` throws.
    public func columnNames(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [String]? {
        try fields(inHead: head, isWhole: isWhole)?.map(\.name)
    }

    /// The columns in the footer: nil before all of the file is there. Throws likewise.
    public func fields(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [Field]? {
        guard head.byteCount <= fileByteLimit else { throw isTooLarge }
        guard isWhole else { return nil }
        return try ParquetReader(inMemory: Buffer(copying: head), codecs: codecs, options: options).schema.fields
    }

    var isTooLarge: S3DBError {
        S3DBError(
            .limitExceeded, "a Parquet file of more than \(fileByteLimit) bytes cannot be read as a stream",
            remedy: "Read it in any order with ParquetReader, or raise fileByteLimit")
    }

    /// Makes a decoder that gives batches of `schema` once the file is complete.
    ///
    /// - Parameter emptyIsNull: Is not looked at: Parquet says itself what is null.
    /// - Throws: ``S3DBError/Code/invalidArgument`` for limits that make no sense.
    public func makeDecoder(
        schema: Schema, emptyIsNull: Set<String> = [], limits: RecordLimits = RecordLimits()
    ) throws(S3DBError) -> ParquetSourceDecoder {
        try BatchFitter.check(limits)
        return ParquetSourceDecoder(self, BatchFitter(schema, limits))
    }
}

/// Reads one file once it is complete. One owner at a time.
///
/// Unlike other decoders it holds its input, which is never shown again.
public final class ParquetSourceDecoder: RecordDecoder {
    private let source: ParquetSource
    private let fitter: BatchFitter
    private var content = BufferBuilder()

    init(_ source: ParquetSource, _ fitter: BatchFitter) {
        self.source = source
        self.fitter = fitter
    }

    /// Takes all of `input`, and decodes the file where it is the last.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` beyond ``ParquetSource/fileByteLimit``, ``S3DBError/Code/emptyObject``,
    ///   what ``ParquetReader`` throws, ``S3DBError/Code/valueMisfit`` for a column of another type, and
    ///   ``S3DBError/Code/nullValue``.
    public func decode(
        _ input: RawSpan, isLast: Bool, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        guard input.byteCount <= source.fileByteLimit - content.count else {
            throw source.isTooLarge
        }
        content.append(input)
        guard isLast else { return input.byteCount }
        if content.isEmpty { throw S3DBError(.emptyObject, "the file has no bytes", remedy: "Fetch it again") }
        let reader = try ParquetReader(inMemory: content.freeze(), codecs: source.codecs, options: source.options)
        try reader.forEachBatch { (batch) throws(S3DBError) in try fitter.take(batch, body) }
        try fitter.finish(body)
        return input.byteCount
    }
}
