import S3DBCore

/// Reads Arrow streams for ``S3DBCore/TableReader`` in the memory of a message, and files as the streams that they hold.
struct ArrowTableReader: TableReader {
    var needsRandomAccess: Bool { false }

    func open(_ file: TableFile, codecs: Registry.Plugins<any Codec>) async throws(S3DBError) -> any OpenTable {
        let cursor = ArrowCursor(try await file.blocks(), codecs.all, RowWindow(nil), columns: nil)
        return ArrowTable(schema: try await cursor.readSchema(), file: file, codecs: codecs.all)
    }
}

/// A stream whose schema is known; each time that it is asked for rows it is read from its beginning.
private struct ArrowTable: OpenTable {
    let schema: Schema
    let file: TableFile
    let codecs: [any Codec]

    func cursor(rows: Range<Int>?, columns: [String]?) async throws(S3DBError) -> any TableCursor {
        for name in columns ?? [] where schema.index(of: name) == nil {
            throw S3DBError(
                .missingColumn, "there is no column \(S3DBError.quoted(name))",
                remedy: "There are: " + schema.fields.map(\.name).joined(separator: ", "))
        }
        return ArrowCursor(try await file.blocks(), codecs, RowWindow(rows), columns: columns.map(Set.init))
    }
}

/// Decodes the messages of a stream as its blocks come.
private final class ArrowCursor: TableCursor {
    private let blocks: TableBlocks
    private let columns: Set<String>?
    private var window: RowWindow
    private let decoder: ArrowStreamDecoder
    private var isAtEnd = false
    /// What the blocks so far have behind their last whole message.
    private var rest = BufferBuilder()
    /// Batches that were decoded with others.
    private var ready: [RecordBatch] = []
    private var readyIndex = 0

    init(_ blocks: TableBlocks, _ codecs: [any Codec], _ window: RowWindow, columns: Set<String>?) {
        self.blocks = blocks
        decoder = ArrowStreamDecoder(codecs: codecs, limits: ArrowReadLimits(), mayBeFile: true)
        self.window = window
        self.columns = columns
    }

    /// The schema, which a stream has before its first batch.
    func readSchema() async throws(S3DBError) -> Schema {
        while decoder.schema == nil, !isAtEnd { try await readBlock() }
        guard let schema = decoder.schema else {
            throw S3DBError(.emptyObject, "the file has no bytes", remedy: "Make it anew")
        }
        return schema
    }

    func next() async throws(S3DBError) -> RecordBatch? {
        while true {
            if readyIndex < ready.count {
                defer { readyIndex += 1 }
                guard let batch = window.take(ready[readyIndex]) else { continue }
                return try chosen(batch)
            }
            ready.removeAll(keepingCapacity: true)
            readyIndex = 0
            if isAtEnd || window.isBehind { return nil }
            try await readBlock()
        }
    }

    private func chosen(_ batch: RecordBatch) throws(S3DBError) -> RecordBatch {
        guard let columns else { return batch }
        let indices = batch.schema.fields.indices.filter { columns.contains(batch.schema.fields[$0].name) }
        return try RecordBatch(
            schema: Schema(anyNames: indices.map { batch.schema.fields[$0] }),
            columns: indices.map { batch.columns[$0] }, rowCount: batch.rowCount)
    }

    private func readBlock() async throws(S3DBError) {
        if Task.isCancelled { throw S3DBError(.cancelled, "cancelled while reading") }
        let block = try await blocks.next()
        try decode(block ?? Buffer(), isLast: block == nil)
        isAtEnd = block == nil
    }

    private func decode(_ block: Buffer, isLast: Bool) throws(S3DBError) {
        rest.append(block.bytes)
        guard rest.count >= decoder.wantedByteCount || isLast else { return }
        let input = rest.freeze()
        let used = try decoder.decode(input, isLast: isLast) { ready.append($0) }
        rest.append(input.slice(used..<input.count).bytes)
    }
}
