import S3DBCore

/// Puts the sections of an Arrow stream or file between its schema message and its end.
public final class ArrowFileAssembler: FileAssembler {
    private let schema: Schema
    private let fields: [ArrowField]
    private let container: ArrowContainer
    private var hasNulls: [Bool]
    private var prologue: Buffer?
    private var isSealed = false
    private var epilogue = ArrowEpilogue()

    init(_ target: SinkTarget, _ options: ArrowOptions) {
        schema = target.schema
        hasNulls = target.schema.fields.map { _ in false }
        fields = ArrowField.fields(writing: target.schema, options.strings)
        container = options.container
    }

    /// Fixes the schema message: columns nullable as declared, all of the metadata.
    public func open(_ metadata: KeyValueMetadata) throws(S3DBError) -> Buffer {
        guard prologue == nil, !isSealed else { throw Self.misuse("a stream is opened once, before anything else") }
        let prologue = prologue(metadata, byteCount: 0) { _, isNullable in isNullable }
        self.prologue = prologue
        return prologue
    }

    /// Notes which columns of the section hold nulls, and in a file where its messages stand.
    ///
    /// - Throws: ``S3DBError/Code/nullValue`` where the schema allows none, ``S3DBError/Code/unsupported`` for a second
    ///   section with dictionaries of a file.
    public func place(_ section: EncodedSection<ArrowSectionLayout>) throws(S3DBError) {
        guard !isSealed else { throw Self.misuse("nothing follows the end of a stream") }
        guard section.hasNulls.count == hasNulls.count else { throw Self.misuse("the section is of another schema") }
        for (index, sectionHasNulls) in section.hasNulls.enumerated() where sectionHasNulls {
            guard schema.fields[index].isNullable else {
                throw S3DBError(
                    .nullValue, "a section has nulls in a column that allows none",
                    at: .init(column: schema.fields[index].name))
            }
            hasNulls[index] = true
        }
        if container == .file { try epilogue.place(section) }
    }

    /// Closes the stream.
    ///
    /// The prologue has `metadata` and says nullable of the columns that hold nulls, unless the stream was opened
    /// early: then it stays as it was, and `metadata` is dropped.
    public func seal(_ metadata: KeyValueMetadata) throws(S3DBError) -> FileEnds {
        try seal(metadata, prologueByteCount: 0)
    }

    /// Closes the stream, the schema message padded to `prologueByteCount` bytes at least; see ``seal(_:)``.
    public func seal(_ metadata: KeyValueMetadata, prologueByteCount: Int) throws(S3DBError) -> FileEnds {
        guard !isSealed else { throw Self.misuse("a stream ends once") }
        isSealed = true
        let prologue =
            prologue ?? self.prologue(metadata, byteCount: prologueByteCount) { index, _ in hasNulls[index] }
        guard container == .file else { return FileEnds(prologue: prologue, epilogue: ArrowMessage.endOfStream) }
        let isOpen = self.prologue != nil
        let fields = nullable { index, isNullable in isOpen ? isNullable : hasNulls[index] }
        return FileEnds(
            prologue: prologue,
            epilogue: epilogue.bytes(ArrowSchemaMessage.table(fields, metadata), behind: prologue.count))
    }

    /// What stands in front of the sections: the schema message, padded to `byteCount` bytes at least, in a file behind
    /// its magic.
    func prologue(_ metadata: KeyValueMetadata, byteCount: Int, isNullable: (Int, Bool) -> Bool) -> Buffer {
        let fields = nullable(isNullable)
        guard container == .file else { return ArrowSchemaMessage.bytes(fields, metadata, byteCount: byteCount) }
        var output = BufferBuilder()
        output.append(contentsOf: ArrowFooter.magic)
        output.pad(to: ArrowFooter.headByteCount)
        let message = ArrowSchemaMessage.bytes(
            fields, metadata, byteCount: max(0, byteCount - output.count), at: output.count)
        output.append(message.bytes)
        return output.freeze()
    }

    private func nullable(_ isNullable: (Int, Bool) -> Bool) -> [ArrowField] {
        fields.enumerated().map { index, field in
            var field = field
            field.field.isNullable = isNullable(index, field.field.isNullable)
            return field
        }
    }

    private static func misuse(_ problem: String) -> S3DBError {
        S3DBError(.invalidArgument, problem)
    }
}
