import S3DBCore

/// Apache Parquet (https://parquet.apache.org/docs/file-format/).
///
/// Files are made of what every reader reads: data pages V1, RLE_DICTIONARY falling back to PLAIN, RLE levels,
/// statistics, page index and page checksums. A section is one or more whole row groups: all offsets of a file
/// stand in its footer and page index, so row groups can be copied byte for byte.
public struct Parquet: ColumnarSink {
    /// What shapes the file.
    public var options: ParquetOptions

    /// Makes a sink.
    public init(_ options: ParquetOptions = ParquetOptions()) {
        self.options = options
    }

    /// `parquet`.
    public var name: String { "parquet" }

    /// `parquet`.
    public var fileExtension: String { "parquet" }

    /// The limits of row groups, pages, dictionaries and statistics.
    public var optionNames: [String] { ParquetOptions.names }

    /// ``ParquetOptions/canonical``.
    public var canonicalOptions: String { options.canonical }

    /// Whether Parquet has a number for `codec`.
    public func supportsInnerCodec(_ codec: any Codec) -> Bool { codec.parquetCode != nil }

    /// A copy of this sink with options set from text, see ``ParquetOptions/set(_:to:)``.
    public func configured(_ options: [String: String]) throws(S3DBError) -> Parquet {
        var copy = self
        for (name, value) in options.sorted(by: { $0.key < $1.key }) { try copy.options.set(name, to: value) }
        return copy
    }

    /// Encodings beyond PLAIN and dictionaries, and pages of the second form, are for readers that are said to know them.
    /// Bloom filters are for all: who does not know them passes over them.
    public func check(for reader: ReaderProfile?) throws(S3DBError) -> [String] {
        let isSplit = options.integerEncoding == .split || options.floatEncoding == .split
        let isDelta = options.integerEncoding == .delta || options.bytesEncoding != .plain
        let isSecondForm = options.pageVersion == 2
        let isReadable =
            switch reader {
            case .modern: true
            case .spark: !isSplit
            case .athena, .julia, nil: !isSplit && !isDelta && !isSecondForm
            }
        guard isReadable else {
            throw S3DBError(
                .invalidSpec,
                "the options ask for encodings or pages that \(reader?.rawValue ?? "some reader") does not read",
                remedy:
                    "Take the defaults of integers, floats, strings and page-version, or make files for reader modern")
        }
        return []
    }

    /// Makes an encoder for one section. Throws ``S3DBError/Code/invalidSpec`` for a codec that pages cannot have, and
    /// ``S3DBError/Code/unsupported`` for types that Parquet does not have.
    public func makeEncoder(_ target: SinkTarget) throws(S3DBError) -> ParquetSectionEncoder {
        try ParquetSectionEncoder(target, options)
    }

    /// Makes an assembler for one file. Throws like ``makeEncoder(_:)``.
    public func makeAssembler(_ target: SinkTarget) throws(S3DBError) -> ParquetAssembler {
        try ParquetAssembler(target)
    }

    /// Finds the key-value metadata in the footer, or where only the head can be had behind the leading `PAR1`.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, ``S3DBError/Code/unsupported`` for an encrypted footer, or
    ///   ``S3DBError/Code/limitExceeded`` for metadata of more than 256 MiB.
    public func findMetadata(
        head: RawSpan, tail: RawSpan, fileByteCount: Int?
    ) throws(S3DBError) -> MetadataLookup {
        guard let fileByteCount else { return try ParquetFile.findMetadata(inHead: head) }
        return try ParquetFile.findMetadata(inTail: tail, fileByteCount: fileByteCount)
    }

    /// Readers go by the offsets in the footer.
    public var padsPrologues: Bool { true }

    /// `PAR1`.
    public var prologueByteCount: Int? { ParquetFile.magic.count }

    /// `PAR1`, inside an outer codec with a block of `metadata` behind it, and zero bytes up to `byteCount`.
    public func prologue(
        _ metadata: KeyValueMetadata, hasNulls: [Bool], byteCount: Int, of target: SinkTarget
    ) throws(S3DBError) -> Buffer {
        try ParquetFile.prologue(target.isInsideOuterCodec ? metadata : nil, byteCount: byteCount)
    }

    /// Reads the row groups of sections from page index and footer. O(pages).
    public func layouts(
        of sections: [SectionExtent], inEpilogue epilogue: RawSpan, of target: SinkTarget
    ) throws(S3DBError) -> [ParquetSectionLayout] {
        try PlacedSections.layouts(
            of: sections, epilogue: epilogue, columnCount: try WrittenSchema(target.schema).leaves.count)
    }

    /// Finds the row groups in the footer.
    ///
    /// - Throws: ``S3DBError/Code/corruptFile``, also where they do not lie in the file or have other rows than the
    ///   file, ``S3DBError/Code/unsupported`` for an encrypted footer, or ``S3DBError/Code/limitExceeded``.
    public func findRows(tail: RawSpan, fileByteCount: Int) throws(S3DBError) -> RowLookup {
        try ParquetFile.findRows(inTail: tail, fileByteCount: fileByteCount)
    }

    /// Makes what keeps a file's last bytes and reads the footer in them.
    public func makeRowCounter() -> (any RowCounter)? { ParquetRowCounter() }

    /// Reads files back, of this library and of others.
    public var tableReader: (any TableReader)? { ParquetTableReader() }
}
