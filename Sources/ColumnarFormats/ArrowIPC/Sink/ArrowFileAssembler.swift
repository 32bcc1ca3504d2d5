import S3DBCore

/// Puts the sections of an Arrow stream between its schema message and its end.
public final class ArrowFileAssembler: FileAssembler {
    private let schema: Schema
    private let dictionaryIDs: [Int?]
    private var hasNulls: [Bool]
    private var prologue: Buffer?
    private var isSealed = false

    init(_ target: SinkTarget, _ options: ArrowOptions) {
        schema = target.schema
        hasNulls = target.schema.fields.map { _ in false }
        var nextID = 0
        dictionaryIDs = target.schema.fields.map { field in
            guard options.strings == .dictionary, field.type == .utf8 else { return nil }
            defer { nextID += 1 }
            return nextID
        }
    }

    /// Fixes the schema message: columns nullable as declared, all of the metadata.
    public func open(_ metadata: KeyValueMetadata) throws(S3DBError) -> Buffer {
        guard prologue == nil, !isSealed else { throw Self.misuse("a stream is opened once, before anything else") }
        let prologue = schemaMessage(metadata, byteCount: 0) { $0.isNullable }
        self.prologue = prologue
        return prologue
    }

    /// Notes which columns of the section hold nulls.
    ///
    /// - Throws: ``S3DBError/Code/nullValue`` where the schema allows none.
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
        return FileEnds(
            prologue: prologue ?? schemaMessage(metadata, byteCount: prologueByteCount) { hasNulls[$0.index] },
            epilogue: ArrowMessage.endOfStream)
    }

    /// The schema message of a stream, padded to `byteCount` bytes at least.
    func schemaMessage(
        _ metadata: KeyValueMetadata, byteCount: Int, isNullable: ((index: Int, isNullable: Bool)) -> Bool
    ) -> Buffer {
        let fields = schema.fields.enumerated().map { index, field in
            Field(field.name, field.type, isNullable: isNullable((index, field.isNullable)))
        }
        return ArrowSchemaMessage.bytes(fields, dictionaryIDs: dictionaryIDs, metadata, byteCount: byteCount)
    }

    private static func misuse(_ problem: String) -> S3DBError {
        S3DBError(.invalidArgument, problem)
    }
}
