import S3DBCore

/// Goes through an Arrow stream or file from message to message and notes what they say.
final class ArrowDescriber {
    private let scanner = ArrowMessageScanner()
    private let limits = ArrowReadLimits()
    private var description: TableDescription
    private var fields: [ArrowField]?
    private var dictionaryFields: [Int64: ArrowField] = [:]
    /// The buffers whose sizes before compression are being read, of the last message.
    private var compressed: [Place] = []

    /// Where the pages of a message are.
    private struct Place {
        var chunk: Int
        var page: Int
    }

    private init(_ format: TableFormat) {
        description = TableDescription(format)
    }

    /// Describes a file: from block to block where it is packed, else by ranges.
    static func description(
        of file: TableFile, _ format: TableFormat
    ) async throws(S3DBError) -> TableDescription {
        let describer = ArrowDescriber(format)
        if file.codec == nil {
            try await describer.read(try await file.randomAccess())
        } else {
            try await file.forEachBlock { (block) throws(S3DBError) in try describer.take(block) }
        }
        return try describer.finish()
    }

    /// What is asked for first behind a stretch that is passed over, and what is worth passing over.
    private static let leastRangeByteCount = 64 << 10
    private static let mostRangeByteCount = 4 << 20

    private func read(_ bytes: TableBytes) async throws(S3DBError) {
        var position = 0
        var rangeByteCount = Self.leastRangeByteCount
        while position < bytes.byteCount {
            let passable = min(scanner.passableByteCount, bytes.byteCount - position)
            if passable >= Self.leastRangeByteCount {
                scanner.pass(passable)
                position += passable
                description.byteCount += passable
                rangeByteCount = Self.leastRangeByteCount
                continue
            }
            let range = position..<min(position + rangeByteCount, bytes.byteCount)
            try take(try await bytes.read(range))
            position = range.upperBound
            rangeByteCount = min(2 * rangeByteCount, Self.mostRangeByteCount)
        }
    }

    private func take(_ bytes: Buffer) throws(S3DBError) {
        description.byteCount += bytes.count
        try scanner.take(bytes.bytes) { (message) throws(S3DBError) in try note(message) }
    }

    private func finish() throws(S3DBError) -> TableDescription {
        noteContent()
        guard fields != nil else {
            throw S3DBError(.truncatedStream, "the stream ends before its schema", remedy: "Fetch it again")
        }
        // Readers take a stream without its end mark; a file that has none is cut off.
        if scanner.isFile { try scanner.finish() } else { try scanner.finishMessage() }
        description.rowCount = description.groups.map(\.rowCount).clampedSum
        return description
    }

    // MARK: Messages

    private func note(_ message: ArrowMessageScanner.Message) throws(S3DBError) {
        noteContent()
        let head = try ArrowMessageHead(message.metadata.bytes, byteOffset: message.metadata.byteOffset)
        switch head.kind {
        case .schema: try note(schema: head)
        case .dictionaryBatch: try note(dictionary: head, message)
        case .recordBatch: try note(batch: head, message)
        }
    }

    private func note(schema head: ArrowMessageHead) throws(S3DBError) {
        guard fields == nil else { throw head.table.reader.corrupt("a second schema", at: head.table.position) }
        let schema = try ArrowSchemaReader.schema(head.table)
        fields = schema.fields
        dictionaryFields = schema.dictionaries
        description.version = head.version == .v4 ? "V4" : "V5"
        description.schema = schema.schema
        description.metadata = schema.metadata.map { MetadataEntry($0.key, $0.value) }
        description.columns = schema.fields.map { field in
            let encoding = field.field.dictionary
            return TableDescription.Column(
                name: field.field.name, type: field.field.type,
                storedAs: field.dictionaryID.map { "dictionary \($0), \(encoding?.indexType ?? .int32)" } ?? "",
                isNullable: field.field.isNullable)
        }
    }

    private func note(batch head: ArrowMessageHead, _ message: ArrowMessageScanner.Message) throws(S3DBError) {
        guard let fields else {
            throw head.table.reader.corrupt("a batch stands before the schema", at: head.table.position)
        }
        var walk = try ArrowBufferWalk(head, message, limits)
        var group = TableDescription.Group()
        group.rowCount = walk.header.rowCount
        group.byteOffset = message.byteOffset
        group.byteCount = [message.bodyOffset - message.byteOffset, message.bodyByteCount].clampedSum
        for (column, field) in fields.enumerated() {
            var chunk = try walk.chunk(field)
            chunk.column = column
            group.chunks.append(chunk)
        }
        if !walk.isCompressed { group.contentByteCount = group.byteCount }
        description.groups.append(group)
        if walk.isCompressed { look(at: group.chunks) }
    }

    private func note(dictionary head: ArrowMessageHead, _ message: ArrowMessageScanner.Message) throws(S3DBError) {
        let id: Int64 = try head.table.integer(0, standard: 0)
        guard let batch = try head.table.table(1) else {
            throw head.table.reader.corrupt("a dictionary has no values", at: head.table.position)
        }
        guard dictionaryFields[id] != nil else {
            throw head.table.reader.corrupt("no field has dictionary \(id)", at: head.table.position)
        }
        let header = try ArrowBatchHeader(batch, limits: limits)
        var dictionary = TableDescription.Dictionary(id: id, isDelta: try head.table.bool(2))
        dictionary.valueCount = header.rowCount
        dictionary.byteOffset = message.byteOffset
        dictionary.byteCount = [message.bodyOffset - message.byteOffset, message.bodyByteCount].clampedSum
        if header.compressionCode == nil { dictionary.contentByteCount = dictionary.byteCount }
        description.dictionaries.append(dictionary)
    }

    // MARK: Sizes before compression

    /// Asks for the sizes that stand in front of the compressed buffers of a message.
    private func look(at chunks: [TableDescription.Chunk]) {
        var places: [(offset: Int, place: Place)] = []
        for (chunk, content) in chunks.enumerated() {
            for (page, buffer) in content.pages.enumerated() where buffer.byteCount >= 8 {
                places.append((buffer.byteOffset, Place(chunk: chunk, page: page)))
            }
        }
        places.sort { $0.offset < $1.offset }
        // Buffers of files that lie overlap; such sizes are not looked for.
        var offsets: [Int] = []
        for (offset, place) in places where offset - (offsets.last ?? -8) >= 8 {
            offsets.append(offset)
            compressed.append(place)
        }
        scanner.look(at: offsets)
    }

    /// Takes over the sizes that have come since the last message.
    private func noteContent() {
        let sizes = scanner.takeIntegers()
        defer { compressed = [] }
        guard let group = description.groups.indices.last, !compressed.isEmpty, sizes.count == compressed.count else {
            return
        }
        for (place, size) in zip(compressed, sizes) {
            let chunk = place.chunk
            let stored = description.groups[group].chunks[chunk].pages[place.page].byteCount
            // -1 stands in front of a buffer that is not compressed.
            description.groups[group].chunks[chunk].pages[place.page].contentByteCount =
                size == -1 ? stored - 8 : size >= 0 ? Int(clamping: size) : nil
        }
        let chunks = description.groups[group].chunks.indices
        for chunk in chunks { description.groups[group].chunks[chunk].sumUpContent() }
        let contents = description.groups[group].chunks.compactMap(\.contentByteCount)
        if contents.count == chunks.count { description.groups[group].contentByteCount = contents.clampedSum }
    }
}

extension TableDescription.Chunk {
    /// Adds up what is known of the pages; an empty one has no content.
    fileprivate mutating func sumUpContent() {
        let contents = pages.compactMap { $0.byteCount == 0 ? 0 : $0.contentByteCount }
        contentByteCount = contents.count == pages.count ? contents.clampedSum : nil
    }
}
