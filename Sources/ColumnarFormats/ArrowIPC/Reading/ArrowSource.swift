import S3DBCore

/// Arrow streams and files as a source of record batches.
///
///     let batches = body.records(ArrowSource(codecs: [LZ4(), Zstandard()]), schema: schema)
///
/// A file is read from front to back, as the stream that it holds, and its end is checked to be there. Columns are matched
/// by name; other types than those of the schema are cast where no value changes (``S3DBCore/AnyColumn/cast(to:)``);
/// batches are cut and joined to the length that is asked for.
public struct ArrowSource: SelfDescribingSource {
    /// What bodies may be compressed with.
    public var codecs: [any Codec]
    /// What to take at most.
    public var readLimits: ArrowReadLimits

    /// Makes a source.
    public init(codecs: [any Codec] = [], readLimits: ArrowReadLimits = ArrowReadLimits()) {
        self.codecs = codecs
        self.readLimits = readLimits
    }

    /// `arrow`.
    public var name: String { "arrow" }

    /// The names in the schema message.
    ///
    /// - Throws: What ``ArrowStreamDecoder/decode(_:isLast:_:)`` throws.
    public func columnNames(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [String]? {
        try fields(inHead: head, isWhole: isWhole)?.map(\.name)
    }

    /// The fields in the schema message. Throws likewise.
    public func fields(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [Field]? {
        try ArrowSourceDecoder(self, Schema(anyNames: []), RecordLimits()).fields(inHead: head, isWhole: isWhole)
    }

    /// Makes a decoder that gives batches of `schema`.
    ///
    /// - Parameter emptyIsNull: Is not looked at: Arrow says itself what is null.
    /// - Throws: ``S3DBError/Code/invalidArgument`` for limits that make no sense.
    public func makeDecoder(
        schema: Schema, emptyIsNull: Set<String> = [], limits: RecordLimits = RecordLimits()
    ) throws(S3DBError) -> ArrowSourceDecoder {
        try BatchFitter.check(limits)
        return ArrowSourceDecoder(self, schema, limits)
    }
}

/// Reads one stream or file. One owner at a time.
public final class ArrowSourceDecoder: RecordDecoder {
    private let stream: ArrowStreamDecoder
    private let fitter: BatchFitter

    init(_ source: ArrowSource, _ schema: Schema, _ limits: RecordLimits) {
        stream = ArrowStreamDecoder(codecs: source.codecs, limits: source.readLimits, mayBeFile: true)
        fitter = BatchFitter(schema, limits)
    }

    /// Decodes what is complete of `input`; see ``S3DBCore/RecordDecoder/decode(_:isLast:_:)``.
    ///
    /// - Throws: What ``ArrowStreamDecoder/decode(_:isLast:_:)`` throws, ``S3DBError/Code/valueMisfit`` for a column of
    ///   another type, and ``S3DBError/Code/nullValue``.
    public func decode(
        _ input: RawSpan, isLast: Bool, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        let used = try stream.decode(input, isLast: isLast) { (batch) throws(S3DBError) in
            try fitter.take(batch, body)
        }
        if isLast { try fitter.finish(body) }
        return used
    }

    /// The stream's columns; nil where more bytes are needed.
    func fields(inHead head: RawSpan, isWhole: Bool) throws(S3DBError) -> [Field]? {
        try stream.open(head, isWhole: isWhole)
        return stream.schema?.fields
    }
}
