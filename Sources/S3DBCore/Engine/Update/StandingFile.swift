/// A file that stands and of which sections can be kept: where they are and what an assembler must know of them.
struct StandingFile<Layout: Sendable>: Sendable {
    /// The object.
    let info: ObjectInfo
    /// What it was made from.
    let provenance: Provenance
    /// For each section, the bytes that it takes in the object.
    let ranges: [Range<Int>]
    /// For each section, what an assembler is told of it.
    let sections: [EncodedSection<Layout>]
}

/// Reads the ends of a standing file.
struct StandingFileReader<Sink: ColumnarSink> {
    let store: any ObjectStore
    let spec: ValidatedSpec
    let sink: Sink
    let target: SinkTarget

    /// The most that is read of a file's end.
    static var epilogueByteLimit: Int { 256 << 20 }

    /// Reads a file's ends, and makes them again from what they say: only where the same bytes come out, down to the
    /// outer codec's, is a new file with the sections' bytes the one that would be made from their sources.
    ///
    /// - Returns: nil where they do not, or where the file says too little.
    /// - Throws: Failures of the store; ``S3DBError/Code/preconditionFailed`` when another version stands there.
    func read(_ info: ObjectInfo, _ provenance: Provenance) async throws(S3DBError) -> StandingFile<
        Sink.Encoder.Layout
    >? {
        try await readEnds(of: info, provenance)?.file
    }

    /// Reads a file's ends likewise, and gives what leads to its sections; nil where ``read(_:_:)`` gives nil.
    func content(of info: ObjectInfo, _ provenance: Provenance) async throws(S3DBError) -> SectionedContent? {
        try await readEnds(of: info, provenance)?.content
    }

    /// A standing file, and its sections to be read.
    private typealias Ends = (file: StandingFile<Sink.Encoder.Layout>, content: SectionedContent)

    private func readEnds(of info: ObjectInfo, _ provenance: Provenance) async throws(S3DBError) -> Ends? {
        do throws(S3DBError) {
            return try await checkedEnds(of: info, provenance)
        } catch  where OutputInspector.isAboutContent(error.code) {
            return nil
        }
    }

    private func checkedEnds(of info: ObjectInfo, _ provenance: Provenance) async throws(S3DBError) -> Ends? {
        let metadata = [(key: Provenance.metadataKey, value: provenance.json)]
        let hasNulls = provenance.sections.map { section in
            target.schema.fields.map { section.nullColumns.contains($0.name) }
        }
        let anyNulls = target.schema.fields.indices.map { column in hasNulls.contains { $0[column] } }
        let room = PrologueRoom(spec, sink)
        let headByteCount = room.paddedByteCount(provenance.sections)
        let prologue = try sink.prologue(metadata, hasNulls: anyNulls, byteCount: headByteCount, of: target)
        let compressor = try spec.outerCodec?.makeCompressor(level: spec.spec.level)
        let head = try room.packed(prologue, before: provenance.sections, by: compressor)
        guard let ranges = storedRanges(of: provenance, from: head.bytes.count),
            let extents = extents(of: provenance, from: prologue.count)
        else { return nil }
        let end = ranges.last?.upperBound ?? head.bytes.count
        guard end < info.byteCount, info.byteCount - end <= Self.epilogueByteLimit,
            try await store.read(info.key, range: 0..<head.bytes.count, version: info.version)?.bytes == head.bytes,
            let tail = try await store.read(
                info.key, range: end..<info.byteCount, version: info.version, limit: Self.epilogueByteLimit)?.bytes,
            let epilogue = try unpacked(tail, behind: head.bytes, of: prologue, by: compressor)
        else { return nil }
        let layouts = try sink.layouts(of: extents, inEpilogue: epilogue.bytes, of: target)
        guard layouts.count == extents.count else { return nil }
        let sections = extents.indices.map { index in
            EncodedSection(
                contentByteCount: extents[index].content.count, rowCount: extents[index].rowCount,
                hasNulls: hasNulls[index], layout: layouts[index])
        }
        let assembler = try sink.makeAssembler(target)
        for section in sections where section.rowCount > 0 { try assembler.place(section) }
        let ends = try assembler.seal(metadata, prologueByteCount: headByteCount)
        guard ends.prologue == prologue, ends.epilogue == epilogue,
            try isEnd(tail, of: epilogue, behind: [head.digest] + provenance.sections.compactMap(\.digest), compressor)
        else { return nil }
        return (
            StandingFile(info: info, provenance: provenance, ranges: ranges, sections: sections),
            SectionedContent(
                info, in: store, codec: spec.outerCodec, head: head.bytes, prologue: prologue, epilogue: epilogue,
                ranges: ranges, extents: extents.map(\.content))
        )
    }

    /// Where the sections stand in the object, from where the first one begins; nil where their sizes are not known.
    private func storedRanges(of provenance: Provenance, from start: Int) -> [Range<Int>]? {
        var start = start
        var ranges: [Range<Int>] = []
        for section in provenance.sections {
            guard let byteCount = section.byteCount, byteCount <= MultipartRules.objectByteLimit,
                start <= MultipartRules.objectByteLimit
            else { return nil }
            ranges.append(start..<start + byteCount)
            start += byteCount
        }
        return ranges
    }

    /// Where the format's bytes of the sections stand; nil where that is not known.
    private func extents(of provenance: Provenance, from start: Int) -> [SectionExtent]? {
        var start = start
        var extents: [SectionExtent] = []
        for section in provenance.sections {
            guard let rowCount = section.rowCount,
                let byteCount = section.digest?.contentByteCount ?? section.byteCount,
                byteCount <= MultipartRules.objectByteLimit, start <= MultipartRules.objectByteLimit
            else { return nil }
            extents.append(SectionExtent(content: start..<start + byteCount, rowCount: rowCount))
            start += byteCount
        }
        return extents
    }

    // MARK: The outer codec

    /// The content of the pieces that a file ends with; nil where they are none.
    ///
    /// - Parameters:
    ///   - head: What the file begins with, whose content is `prologue`.
    private func unpacked(
        _ tail: Buffer, behind head: Buffer, of prologue: Buffer, by compressor: (any Compressor)?
    ) throws(S3DBError) -> Buffer? {
        guard let compressor, let codec = spec.outerCodec else { return tail }
        var end = BufferBuilder()
        try compressor.end(after: [PieceDigest(contentByteCount: 1)], into: &end)
        guard tail.count >= end.count else { return nil }
        var stream = BufferBuilder()
        stream.append(head.bytes)
        stream.append(tail.slice(0..<tail.count - end.count).bytes)
        // The stream is not ended: a checksum over other pieces too could not be right. `isEnd` makes up for it.
        let decompressor = try codec.makeDecompressor(limits: InflateLimits())
        var content = BufferBuilder()
        var used = 0
        while true {
            let before = content.count
            used += try decompressor.decompress(
                stream.bytes.extracting(droppingFirst: used), into: &content, limit: 1 << 20)
            guard content.count - before == 1 << 20 else { break }
            guard content.count <= prologue.count + Self.epilogueByteLimit else { return nil }
        }
        let whole = content.freeze()
        return whole.count >= prologue.count ? whole.slice(prologue.count..<whole.count) : nil
    }

    /// Whether packing the epilogue behind the other pieces gives the file's last bytes.
    private func isEnd(
        _ tail: Buffer, of epilogue: Buffer, behind pieces: [PieceDigest], _ compressor: (any Compressor)?
    ) throws(S3DBError) -> Bool {
        guard let compressor else { return true }
        var output = BufferBuilder()
        let last = try compressor.piece(epilogue.bytes, into: &output)
        try compressor.end(after: pieces + [last], into: &output)
        return output.freeze() == tail
    }
}
