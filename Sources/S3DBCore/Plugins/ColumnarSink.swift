// The plugin protocols of file formats.
//
//   prologue | section | section | … | epilogue
//
// A section is what one stretch of rows contributes to a file: encoded, position-independent, and made by one
// encoder without knowledge of any other section. So sections are encoded in parallel, placed in order, kept byte
// for byte when a neighbour changes, and the file as a whole is never in memory. The prologue stands first and is
// known last: it may say what only all sections together know (which columns hold nulls, where rows came from).

/// A columnar file format that record batches are written in.
///
/// Implementations are small values that carry their own options.
public protocol ColumnarSink: Sendable {
    associatedtype Encoder: SectionEncoder
    associatedtype Assembler: FileAssembler where Assembler.Layout == Encoder.Layout

    /// The name in specs, command lines and registries, such as `parquet`.
    var name: String { get }

    /// What a file's name ends with, without the dot.
    var fileExtension: String { get }

    /// The options that ``configured(_:)`` knows.
    var optionNames: [String] { get }

    /// All that shapes the bytes of a file beside schema and codec, as one line of `name=value` pairs in a fixed
    /// order. Equal text means equal bytes.
    var canonicalOptions: String { get }

    /// Whether compression inside the file (pages, message bodies) can use `codec`.
    func supportsInnerCodec(_ codec: any Codec) -> Bool

    /// A copy of this sink with options set from text.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec`` for an unknown name or a value out of range.
    func configured(_ options: [String: String]) throws(S3DBError) -> Self

    /// Checks the options against a reader's abilities.
    ///
    /// - Parameter reader: Who the files are made for; nil for every reader.
    /// - Returns: What a user should know though it is allowed.
    /// - Throws: ``S3DBError/Code/invalidSpec`` for an option that the reader cannot read.
    func check(for reader: ReaderProfile?) throws(S3DBError) -> [String]

    /// Whether assemblers can make a prologue longer than it is; see ``FileAssembler/seal(_:prologueByteCount:)``.
    var padsPrologues: Bool { get }

    /// The bytes of every prologue outside of an outer codec, where all have as many.
    var prologueByteCount: Int? { get }

    /// Makes an encoder for one section of a file.
    func makeEncoder(_ target: SinkTarget) throws(S3DBError) -> Encoder

    /// Makes an assembler for one file.
    func makeAssembler(_ target: SinkTarget) throws(S3DBError) -> Assembler

    /// Finds the key-value metadata of a file of this format from its first and last bytes.
    ///
    /// - Parameters:
    ///   - head: The file's first bytes, at least as many as the last answer asked for.
    ///   - tail: The file's last bytes, likewise.
    ///   - fileByteCount: The file's size, or nil where only the head can be had (behind an outer codec).
    func findMetadata(head: RawSpan, tail: RawSpan, fileByteCount: Int?) throws(S3DBError) -> MetadataLookup

    /// The prologue of a file that one of this sink's assemblers sealed.
    ///
    /// - Parameters:
    ///   - hasNulls: For each column of the schema, whether any section holds a null in it.
    ///   - byteCount: The bytes that it was sealed to have at least.
    /// - Throws: ``S3DBError/Code/unsupported`` when the format's files cannot be updated in place.
    func prologue(
        _ metadata: KeyValueMetadata, hasNulls: [Bool], byteCount: Int, of target: SinkTarget
    ) throws(S3DBError) -> Buffer

    /// Reads back what an assembler was told of the sections of a file that it sealed, from the file's epilogue: with
    /// that, another assembler can place the same bytes in another file.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile`` for an epilogue that does not speak of these sections, and
    ///   ``S3DBError/Code/unsupported`` when the format's files cannot be updated in place.
    func layouts(
        of sections: [SectionExtent], inEpilogue epilogue: RawSpan, of target: SinkTarget
    ) throws(S3DBError) -> [Encoder.Layout]

    /// Finds out from a file's last bytes which rows stand where.
    ///
    /// - Parameters:
    ///   - tail: The file's last bytes, at least as many as the last answer asked for.
    ///   - fileByteCount: The file's size, before any outer codec.
    /// - Throws: ``S3DBError/Code/corruptFile`` for bytes that no such file ends with.
    func findRows(tail: RawSpan, fileByteCount: Int) throws(S3DBError) -> RowLookup

    /// Makes what counts the rows of a file of this format; nil where the format has no such thing.
    func makeRowCounter() -> (any RowCounter)?

    /// What reads files of this format back; nil where nothing does.
    var tableReader: (any TableReader)? { get }
}

extension ColumnarSink {
    /// Every reader reads every option.
    public func check(for reader: ReaderProfile?) throws(S3DBError) -> [String] { [] }

    /// Prologues are as long as they are.
    public var padsPrologues: Bool { false }

    /// Prologues are known last.
    public var prologueByteCount: Int? { nil }

    /// The format's files are always made anew.
    public func prologue(
        _ metadata: KeyValueMetadata, hasNulls: [Bool], byteCount: Int, of target: SinkTarget
    ) throws(S3DBError) -> Buffer {
        throw isNotUpdatable
    }

    /// The format's files are always made anew.
    public func layouts(
        of sections: [SectionExtent], inEpilogue epilogue: RawSpan, of target: SinkTarget
    ) throws(S3DBError) -> [Encoder.Layout] {
        throw isNotUpdatable
    }

    /// Files tell nothing of their rows at their ends.
    public func findRows(tail: RawSpan, fileByteCount: Int) throws(S3DBError) -> RowLookup { .unknown }

    /// Rows cannot be counted.
    public func makeRowCounter() -> (any RowCounter)? { nil }

    /// Nothing reads such files back.
    public var tableReader: (any TableReader)? { nil }

    private var isNotUpdatable: S3DBError {
        S3DBError(.unsupported, "files of format \(name) cannot be updated in place", remedy: "Make them anew")
    }
}

/// Where the format's bytes of a section stand in a file, and how many rows they are.
public struct SectionExtent: Hashable, Sendable {
    /// The section's bytes, counted from the file's first one before any outer codec.
    public var content: Range<Int>
    /// The rows.
    public var rowCount: Int

    /// Makes an extent.
    public init(content: Range<Int>, rowCount: Int) {
        self.content = content
        self.rowCount = rowCount
    }
}

/// What the encoders and the assembler of one file must agree on.
public struct SinkTarget: Sendable {
    /// The columns of the file.
    public var schema: Schema
    /// What pages or bodies are compressed with inside the file; nil for nothing.
    public var innerCodec: (any Codec)?
    /// The level of the inner codec; nil for its default.
    public var innerLevel: Int?
    /// Whether the whole file will be compressed from outside; then metadata also stands in the prologue, so that
    /// it is found without inflating the file.
    public var isInsideOuterCodec: Bool
    /// What the row limits of the sink's options are divided by, for one source that feeds several files at once.
    public var rowLimitDivisor: Int
    /// The columns by which the rows are known to ascend, nulls none; empty where nothing is known.
    public var sortingColumns: [String]

    /// Makes a target.
    public init(
        schema: Schema, innerCodec: (any Codec)? = nil, innerLevel: Int? = nil, isInsideOuterCodec: Bool = false,
        rowLimitDivisor: Int = 1, sortingColumns: [String] = []
    ) {
        self.schema = schema
        self.innerCodec = innerCodec
        self.innerLevel = innerLevel
        self.isInsideOuterCodec = isInsideOuterCodec
        self.rowLimitDivisor = rowLimitDivisor
        self.sortingColumns = sortingColumns
    }
}

/// Encodes batches into one section. One owner at a time; any number may work in parallel.
public protocol SectionEncoder: AnyObject {
    /// What the assembler must know of a section beside its bytes.
    associatedtype Layout: Sendable

    /// The rows appended.
    var rowCount: Int { get }

    /// About how many bytes the section has so far; deterministic in what was appended.
    var byteCount: Int { get }

    /// Whether the rows so far are whole parts of the format, such as row groups, so that a section that ends here and one
    /// that goes on give the same parts. By default not known.
    var isBetweenParts: Bool { get }

    /// Encodes a batch of the target's schema.
    func append(_ batch: RecordBatch) throws(S3DBError)

    /// Completes the section; the encoder can then be used for the next one.
    func finish() throws(S3DBError) -> EncodedSection<Layout>
}

extension SectionEncoder {
    /// Not known.
    public var isBetweenParts: Bool { false }

    /// Whether the section is to end here: where the limits say, and where that costs nothing, as it does where no outer
    /// codec makes a frame of each section. What is in memory of a long day is then no more than a part.
    func isFull(_ limits: CuttingLimits, isPacked: Bool) -> Bool {
        rowCount >= limits.sectionRowCount || byteCount >= limits.sectionByteCount || (!isPacked && isBetweenParts)
    }
}

/// A section as its encoder made it.
public struct EncodedSection<Layout: Sendable>: Sendable {
    /// The format's bytes, before any outer codec; emptied once they are compressed or sent.
    public var content: Buffer
    /// The number of the format's bytes: what an assembler counts offsets with.
    public var contentByteCount: Int
    /// The rows.
    public var rowCount: Int
    /// For each column of the schema, whether it holds a null.
    public var hasNulls: [Bool]
    /// What the assembler must know.
    public var layout: Layout

    /// Makes a section.
    public init(content: Buffer, rowCount: Int, hasNulls: [Bool], layout: Layout) {
        self.content = content
        contentByteCount = content.count
        self.rowCount = rowCount
        self.hasNulls = hasNulls
        self.layout = layout
    }

    /// Makes a section whose content stands elsewhere.
    public init(contentByteCount: Int, rowCount: Int, hasNulls: [Bool], layout: Layout) {
        content = Buffer()
        self.contentByteCount = contentByteCount
        self.rowCount = rowCount
        self.hasNulls = hasNulls
        self.layout = layout
    }
}

/// Puts sections in order and closes the file. One owner at a time.
///
/// Either `place` all, then `seal`, and write prologue, sections, epilogue; or, for outputs that can only be appended
/// to, `open`, write the prologue, then `place` and write each section, then `seal` and write the epilogue.
public protocol FileAssembler: AnyObject {
    associatedtype Layout: Sendable

    /// Fixes the prologue before anything is placed: columns nullable as the schema says, and `metadata` where the
    /// format puts it first.
    func open(_ metadata: KeyValueMetadata) throws(S3DBError) -> Buffer

    /// Takes the next section into account; its content follows what was placed before.
    func place(_ section: EncodedSection<Layout>) throws(S3DBError)

    /// Closes the file.
    func seal(_ metadata: KeyValueMetadata) throws(S3DBError) -> FileEnds

    /// Closes a file that was not opened early, its prologue padded to `prologueByteCount` bytes at least, where readers
    /// do not mind.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` where ``ColumnarSink/padsPrologues`` is false and that is more than it has.
    func seal(_ metadata: KeyValueMetadata, prologueByteCount: Int) throws(S3DBError) -> FileEnds
}

extension FileAssembler {
    /// Closes a file whose prologue is as long as it is.
    public func seal(_ metadata: KeyValueMetadata, prologueByteCount: Int) throws(S3DBError) -> FileEnds {
        let ends = try seal(metadata)
        guard ends.prologue.count >= prologueByteCount else {
            throw S3DBError(.unsupported, "the format cannot have a prologue of \(prologueByteCount) bytes")
        }
        return ends
    }
}

/// The key-value pairs that a file carries, in order.
public typealias KeyValueMetadata = [(key: String, value: String)]

/// What stands around the sections of a file.
public struct FileEnds: Sendable {
    /// The bytes before the first section; what `open` gave where the file was opened early.
    public var prologue: Buffer
    /// The bytes behind the last section.
    public var epilogue: Buffer

    /// Makes the ends of a file.
    public init(prologue: Buffer, epilogue: Buffer) {
        self.prologue = prologue
        self.epilogue = epilogue
    }
}

/// Whether a file's metadata was found in the bytes at hand.
public enum MetadataLookup: Sendable {
    /// Here it is; empty where the file has none.
    case found(KeyValueMetadata)
    /// So many of the file's first bytes are needed.
    case needsHead(Int)
    /// So many of the file's last bytes are needed.
    case needsTail(Int)
}
