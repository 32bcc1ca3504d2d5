/// Places the sections of one output in order, packs them into its codec's stream, and publishes it.
final class OutputWriter<Sink: ColumnarSink> {
    private let spec: ValidatedSpec
    private let assembler: Sink.Assembler
    private let compressor: (any Compressor)?
    private let room: PrologueRoom
    private var upload: HeldUpload
    private var digests: [PieceDigest] = []
    private var alone: EncodedSection<Sink.Encoder.Layout>?
    private var isStreaming = false
    private let columnNames: [String]

    /// What was placed.
    private(set) var sections: [Provenance.Section] = []
    private(set) var rowCount = 0
    /// What of that was kept.
    private(set) var keptSectionCount = 0
    private(set) var keptRowCount = 0

    init(
        spec: ValidatedSpec, sink: Sink, target: SinkTarget, sourceCount: Int, store: any ObjectStore, key: ObjectKey,
        limits: EngineLimits, budget: ByteBudget, base: UpdateBase<Sink.Encoder.Layout>?
    ) throws(S3DBError) {
        self.spec = spec
        assembler = try sink.makeAssembler(target)
        compressor = try spec.outerCodec?.makeCompressor(level: spec.spec.level)
        room = PrologueRoom(spec, sink)
        upload = HeldUpload(
            store: store, key: key, partByteCount: limits.partByteCount, budget: budget, base: base?.file.info,
            groupLimit: (base?.runs.runs.count ?? 0) + 1,
            prologueByteCount: room.expectedByteCount(sourceCount: sourceCount))
        columnNames = target.schema.fields.map(\.name)
    }

    /// Takes the next section. `early` is the metadata for a stream whose prologue must be written first.
    func place(
        _ produced: ProducedSection<Sink.Encoder.Layout>, of origin: Provenance.Section, early: () -> KeyValueMetadata
    ) async throws(S3DBError) {
        let section = produced.section
        rowCount += section.rowCount
        var record = origin
        record.rowCount = section.rowCount
        record.nullColumns = zip(columnNames, section.hasNulls).filter(\.1).map(\.0)
        switch produced.packing {
        case .plain:
            record.byteCount = section.content.count
            try await upload.append(section.content)
        case .piece(let piece, let digest):
            record.byteCount = piece.count
            record.digest = digest
            digests.append(digest)
            try await upload.append(piece)
        case .alone: alone = section
        case .streamed: try await stream(section.content, early: early)
        }
        if section.rowCount > 0 { try assembler.place(section) }
        sections.append(record)
    }

    /// Keeps a section of the file that stands as the next one, byte for byte.
    ///
    /// - Parameter absent: The extra columns of the new file that the section's sources lack.
    func keep(
        _ index: Int, of base: UpdateBase<Sink.Encoder.Layout>, absent: [String]
    ) async throws(S3DBError) {
        var record = base.file.provenance.sections[index]
        record.absentColumns = absent
        let section = base.file.sections[index]
        let range = base.file.ranges[index]
        if base.runs.contains(range) { try upload.keep(range) } else { try await upload.appendKept(range) }
        if let digest = record.digest { digests.append(digest) }
        if section.rowCount > 0 { try assembler.place(section) }
        rowCount += section.rowCount
        keptRowCount += section.rowCount
        keptSectionCount += 1
        sections.append(record)
    }

    private func stream(_ content: Buffer, early: () -> KeyValueMetadata) async throws(S3DBError) {
        guard let compressor else { return }
        var packed = BufferBuilder()
        if !isStreaming {
            isStreaming = true
            let prologue = try assembler.open(early())
            try compressor.update(prologue.bytes, into: &packed)
        }
        try compressor.update(content.bytes, into: &packed)
        try await upload.append(packed.freeze())
    }

    /// Notes that a span is complete, and that it is part of the file though it may have had no rows.
    func noteEnd(of origin: Provenance.Section) {
        guard sections.last?.sources != origin.sources else { return }
        var record = origin
        record.rowCount = 0
        record.byteCount = 0
        sections.append(record)
    }

    /// Closes the file and makes it visible under `condition`.
    func publish(_ metadata: KeyValueMetadata, if condition: WriteCondition) async throws(S3DBError) -> ObjectInfo {
        let isPadded = !digests.isEmpty || compressor == nil
        let ends = try assembler.seal(
            metadata, prologueByteCount: isPadded ? room.paddedByteCount(sections) : 0)
        let packed = if let compressor { try pack(ends, compressor) } else { ends }
        return try await upload.complete(prologue: packed.prologue, epilogue: packed.epilogue, if: condition)
    }

    /// The ends of a file as they stand in its codec's stream.
    private func pack(_ ends: FileEnds, _ compressor: any Compressor) throws(S3DBError) -> FileEnds {
        var packed = ends
        var epilogue = BufferBuilder()
        if isStreaming {
            packed.prologue = Buffer()
            try compressor.update(ends.epilogue.bytes, into: &epilogue)
            try compressor.finish(into: &epilogue)
        } else if digests.isEmpty {
            packed.prologue = try packWhole(ends, compressor)
        } else {
            let first: PieceDigest
            (packed.prologue, first) = try room.packed(ends.prologue, before: sections, by: compressor)
            let last = try compressor.piece(ends.epilogue.bytes, into: &epilogue)
            try compressor.end(after: [first] + digests + [last], into: &epilogue)
        }
        packed.epilogue = epilogue.freeze()
        return packed
    }

    /// Packs a file of at most one section as one frame with its content size, so that one-shot decoders read it.
    private func packWhole(_ ends: FileEnds, _ compressor: any Compressor) throws(S3DBError) -> Buffer {
        let content = alone?.content ?? Buffer()
        var whole = BufferBuilder(capacity: ends.prologue.count + content.count + ends.epilogue.count)
        whole.append(ends.prologue.bytes)
        whole.append(content.bytes)
        whole.append(ends.epilogue.bytes)
        var packed = BufferBuilder()
        try compressor.compress(whole.bytes, into: &packed)
        alone = nil
        return packed.freeze()
    }

    /// Leaves nothing behind.
    func abort() async {
        await upload.abort()
    }
}
