import S3DBCore

/// Puts row groups in order and writes the page index and the footer.
///
///     PAR1 | metadata block, inside an outer codec | sections
///          | column indexes | offset indexes | footer | its length (UInt32) | PAR1
public final class ParquetAssembler: FileAssembler {
    private let target: SinkTarget
    private let schema: WrittenSchema
    private let codecCode: Int32
    private let sortingColumns: [Int]

    /// What was placed, with bases that count from the first section.
    private var rowGroups: [PlacedRowGroup] = []
    /// The column indexes of all chunks; kept as one run, for a long file has thousands.
    private var columnIndexes = BufferBuilder()
    private var contentByteCount = 0
    private var opened: Buffer?

    /// - Throws: ``S3DBError/Code/invalidSpec`` for a codec that pages cannot have,
    ///   ``S3DBError/Code/missingColumn`` for a sorting column that the schema lacks, and ``S3DBError/Code/unsupported``
    ///   for types that Parquet does not have.
    init(_ target: SinkTarget) throws(S3DBError) {
        self.target = target
        schema = try WrittenSchema(target.schema)
        codecCode = try PageCompression.code(of: target.innerCodec)
        var sortingColumns: [Int] = []
        for name in target.sortingColumns {
            guard let index = target.schema.index(of: name) else {
                throw S3DBError(.missingColumn, "the sorting column \(S3DBError.quoted(name)) is not in the schema")
            }
            let leaf = schema.firstLeaves[index]
            guard schema.leaves[leaf].isFlat else {
                throw S3DBError(.invalidSpec, "the sorting column \(S3DBError.quoted(name)) has columns within")
            }
            sortingColumns.append(leaf)
        }
        self.sortingColumns = sortingColumns
    }

    /// `PAR1`, inside an outer codec with a block of `metadata` behind it; the footer has what ``seal(_:)`` is given.
    public func open(_ metadata: KeyValueMetadata) throws(S3DBError) -> Buffer {
        try open(metadata, byteCount: 0)
    }

    private func open(_ metadata: KeyValueMetadata, byteCount: Int) throws(S3DBError) -> Buffer {
        let prologue = try ParquetFile.prologue(target.isInsideOuterCodec ? metadata : nil, byteCount: byteCount)
        opened = prologue
        return prologue
    }

    /// Takes the next section's row groups into account. O(columns).
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument`` for a section whose columns are not the file's.
    public func place(_ section: EncodedSection<ParquetSectionLayout>) throws(S3DBError) {
        for group in section.layout.rowGroups where group.columns.count != schema.leaves.count {
            throw S3DBError(
                .invalidArgument,
                "a section of \(group.columns.count) columns for a file of \(schema.leaves.count)")
        }
        for var group in section.layout.rowGroups {
            var byteCounts: [Int] = []
            byteCounts.reserveCapacity(group.columns.count)
            for column in group.columns.indices {
                let index = group.columns[column].columnIndex.take() ?? Buffer()
                byteCounts.append(index.count)
                columnIndexes.append(index.bytes)
            }
            rowGroups.append(
                PlacedRowGroup(layout: group, base: contentByteCount, columnIndexByteCounts: byteCounts))
        }
        contentByteCount += section.contentByteCount
    }

    /// Closes the file. O(pages).
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` for a footer of 2 GiB.
    public func seal(_ metadata: KeyValueMetadata) throws(S3DBError) -> FileEnds {
        try seal(metadata, prologueByteCount: 0)
    }

    /// Closes the file, with zero bytes behind a prologue that is shorter than `prologueByteCount`; see ``seal(_:)``.
    public func seal(_ metadata: KeyValueMetadata, prologueByteCount: Int) throws(S3DBError) -> FileEnds {
        let prologue = if let opened { opened } else { try open(metadata, byteCount: prologueByteCount) }
        for group in rowGroups.indices { rowGroups[group].base += prologue.count }
        var epilogue = BufferBuilder()
        swap(&epilogue, &columnIndexes)
        PageIndex.place(&rowGroups, start: prologue.count + contentByteCount, offsetIndexesTo: &epilogue)
        let footer = FileMetadata(
            schema: schema, rowGroups: rowGroups, codecCode: codecCode, sortingColumns: sortingColumns,
            keyValues: metadata
        ).serialized()
        guard let footerByteCount = Int32(exactly: footer.count) else {
            throw S3DBError(
                .limitExceeded, "a footer of \(footer.count) bytes is too large for Parquet",
                remedy: "Make row groups larger, or partitions smaller")
        }
        epilogue.append(footer.bytes)
        epilogue.appendLittleEndian(footerByteCount)
        epilogue.append(contentsOf: ParquetFile.magic)
        return FileEnds(prologue: prologue, epilogue: epilogue.freeze())
    }
}
