// Arrow Columnar Format, "IPC Streaming Format": https://arrow.apache.org/docs/format/Columnar.html
//
//   schema message | dictionary batches, record batches, section by section | end of stream
//
// and "IPC File Format":
//
//   ARROW1, padded | a stream | footer | its length | ARROW1

import S3DBCore

/// The Arrow IPC formats, stream and file: record batches as they lie in memory.
///
/// Metadata version 5; all types of ``S3DBCore/DataType``. A column is nullable where a placed section has nulls in it, or, in a file that is opened
/// early, as its schema says. Bodies and buffers stand at multiples of 64 bytes.
public struct ArrowStream: ColumnarSink {
    /// How streams are laid out.
    public var options: ArrowOptions

    /// Makes a sink.
    public init(_ options: ArrowOptions = ArrowOptions()) {
        self.options = options
    }

    /// `arrow`.
    public var name: String { "arrow" }

    /// `arrow`.
    public var fileExtension: String { "arrow" }

    /// `strings`, `batch-rows` and `container`.
    public var optionNames: [String] { ArrowOptions.Name.allCases.map(\.rawValue) }

    /// The options that shape a stream, such as `strings=plain batch-rows=262144`.
    public var canonicalOptions: String {
        "strings=\(options.strings.rawValue) batch-rows=\(options.recordBatchRowCount)"
            + (options.container == .stream ? "" : " container=\(options.container.rawValue)")
    }

    /// Whether Arrow has a body compression with `codec`.
    public func supportsInnerCodec(_ codec: any Codec) -> Bool {
        codec.arrowBodyCode != nil
    }

    /// A copy with options set from text: `strings` is `plain` or `dictionary`, `batch-rows` the rows of a record
    /// batch, `container` is `stream` or `file`.
    public func configured(_ options: [String: String]) throws(S3DBError) -> ArrowStream {
        var copy = self
        for (name, value) in options.sorted(by: { $0.key < $1.key }) { try copy.options.set(name, value) }
        return copy
    }

    /// Dictionary strings are refused for Julia, whose `Arrow.Table` takes the last dictionary of a column for all
    /// sections (apache/arrow-julia, issue 610), and come with a warning for all others.
    public func check(for reader: ReaderProfile?) throws(S3DBError) -> [String] {
        guard options.strings == .dictionary else { return [] }
        if reader == .julia {
            throw S3DBError(
                .invalidSpec, "reader julia takes the last section's dictionary for all sections of a stream",
                remedy: "Take strings=plain")
        }
        if options.container == .file {
            return ["dictionary strings in the file format are refused for files of more than one section"]
        }
        return ["Arrow.jl's Arrow.Table misreads dictionary strings in files of more than one section"]
    }

    /// Makes an encoder of dictionary and record batch messages.
    public func makeEncoder(_ target: SinkTarget) throws(S3DBError) -> ArrowSectionEncoder {
        try ArrowSectionEncoder(target, options)
    }

    /// Makes an assembler, which writes schema message and end of stream.
    public func makeAssembler(_ target: SinkTarget) throws(S3DBError) -> ArrowFileAssembler {
        ArrowFileAssembler(target, options)
    }

    /// Finds the key-value metadata of the schema message; only the head of a stream or file is looked at.
    public func findMetadata(
        head: RawSpan, tail: RawSpan, fileByteCount: Int?
    ) throws(S3DBError) -> MetadataLookup {
        try ArrowSchemaMessage.findMetadata(head: head, fileByteCount: fileByteCount)
    }

    /// The length of a message's metadata says where the next one begins.
    public var padsPrologues: Bool { true }

    /// The schema message, in a file behind its magic: columns that hold nulls are nullable.
    public func prologue(
        _ metadata: KeyValueMetadata, hasNulls: [Bool], byteCount: Int, of target: SinkTarget
    ) throws(S3DBError) -> Buffer {
        guard hasNulls.count == target.schema.fields.count else {
            throw S3DBError(.invalidArgument, "\(hasNulls.count) columns of a schema of \(target.schema.fields.count)")
        }
        let assembler = ArrowFileAssembler(target, options)
        return assembler.prologue(metadata, byteCount: byteCount) { index, _ in hasNulls[index] }
    }

    /// What an assembler must know of sections: in a stream nothing that its end says, in a file where messages stand.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` where the epilogue is not that of these sections.
    public func layouts(
        of sections: [SectionExtent], inEpilogue epilogue: RawSpan, of target: SinkTarget
    ) throws(S3DBError) -> [ArrowSectionLayout] {
        let bytes = Buffer(copying: epilogue)
        guard options.container == .file else {
            guard bytes == ArrowMessage.endOfStream else {
                throw S3DBError(.corruptFile, "the stream does not end where its sections do")
            }
            return sections.map { _ in ArrowSectionLayout(recordBatchCount: nil) }
        }
        return try ArrowEpilogue.layouts(of: sections, in: bytes)
    }

    /// Makes what goes from message to message and adds up the rows of the record batches.
    public func makeRowCounter() -> (any RowCounter)? { ArrowRowCounter() }

    /// Reads streams and files back, of this library and of others.
    public var tableReader: (any TableReader)? { ArrowTableReader() }
}

extension Registry {
    /// Adds the Arrow formats under their name, `arrow`, to write and to read; bodies that are read may be compressed
    /// with the codecs that are registered by then.
    ///
    /// - Throws: ``S3DBError/Code/duplicateName`` when the name is taken.
    public mutating func registerArrow() throws(S3DBError) {
        try register(ArrowStream())
        try register(ArrowSource(codecs: codecs.all.filter { $0.arrowBodyCode != nil }))
    }
}
