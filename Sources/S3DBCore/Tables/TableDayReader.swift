/// Reads a day of a tree of tables as the stream of a format, made as it is asked for: batch by batch, from piece to
/// piece.
///
/// Unchecked: one task at a time reads it, as every reader asks.
final class TableDayReader<Sink: ColumnarSink>: ObjectReader, @unchecked Sendable {
    let info: ObjectInfo

    private let day: TableDay
    private let sink: Sink
    private let opener: TableOpener
    private var writer: SharedFileWriter<Sink>?
    private var schema = Schema(anyNames: [])
    private var nextPiece = 0
    private var cursor: (any TableCursor)?
    private var opened: TableOpener.Opened?
    private var isFinished = false
    /// What is made and not read yet, of which the first `usedCount` bytes are.
    private var chunk = Buffer()
    private var usedCount = 0
    /// The bytes that a range leaves out at first, and those that it has.
    private var skippedCount: Int
    private var leftCount: Int

    init(_ day: TableDay, as sink: Sink, range: Range<Int>?, by opener: TableOpener) {
        self.day = day
        self.sink = sink
        self.opener = opener
        info = day.info
        skippedCount = range?.lowerBound ?? 0
        leftCount = range?.count ?? Int.max
    }

    func read(limit: Int) async throws(S3DBError) -> Buffer? {
        while leftCount > 0 {
            if usedCount < chunk.count {
                let skipped = min(skippedCount, chunk.count - usedCount)
                skippedCount -= skipped
                usedCount += skipped
                let end = usedCount + min(limit, leftCount, chunk.count - usedCount)
                if end > usedCount {
                    defer {
                        leftCount -= end - usedCount
                        usedCount = end
                    }
                    return chunk.slice(usedCount..<end)
                }
                continue
            }
            guard let next = try await nextChunk() else { return nil }
            chunk = next
            usedCount = 0
        }
        return nil
    }

    /// The next bytes of the stream; nil behind its end.
    private func nextChunk() async throws(S3DBError) -> Buffer? {
        while true {
            if Task.isCancelled { throw S3DBError(.cancelled, "cancelled while reading") }
            if let writer {
                let bytes = writer.writer.takeBytes()
                if !bytes.isEmpty { return bytes }
                if isFinished { return nil }
            }
            do throws(S3DBError) {
                try await advance()
            } catch {
                throw located(error)
            }
        }
    }

    /// Names the file that an error is about, beside the day that whoever reads names.
    private func located(_ error: S3DBError) -> S3DBError {
        guard nextPiece > 0, error.location.key == nil else { return error }
        return error.located(in: .init(key: day.pieces[nextPiece - 1].contents.key.info.key.text))
    }

    /// Reads a batch, or begins with the next piece.
    private func advance() async throws(S3DBError) {
        if let cursor, let writer {
            if let batch = try await cursor.next() {
                try writer.writer.append(try fitted(batch))
            } else {
                self.cursor = nil
                opened?.content?.forget()
                opened = nil
            }
            return
        }
        guard nextPiece < day.pieces.count else {
            isFinished = true
            try writer?.writer.finish()
            return
        }
        let piece = day.pieces[nextPiece]
        nextPiece += 1
        let opened = try await opener.table(of: piece.contents.key, piece.contents.provenance)
        if writer == nil { try begin(opened.table.schema, piece.part) }
        cursor = try await opener.cursor(piece.part, in: opened)
        self.opened = opened
    }

    /// Begins the stream with the columns of the first piece: those that the day has.
    private func begin(_ columns: Schema, _ part: TableContents.Part) throws(S3DBError) {
        let fields = columns.fields.filter { !part.absentColumns.contains($0.name) }
        schema = try Schema(fields.map { Field($0.name, $0.type) })
        // Each batch is handed on as it comes.
        let limits = CuttingLimits(sectionRowCount: 1)
        writer = SharedFileWriter(try FileWriter(FileConfiguration(sink, schema: schema, limits: limits)))
    }

    /// A batch with the columns of the stream.
    private func fitted(_ batch: RecordBatch) throws(S3DBError) -> RecordBatch {
        let fitted = try batch.cast(to: schema)
        let absent = day.pieces[nextPiece - 1].part.absentColumns
        for field in batch.schema.fields where schema.index(of: field.name) == nil && !absent.contains(field.name) {
            throw S3DBError(
                .valueMisfit, "the files of one day have other columns", remedy: "Make them anew, all under one spec",
                at: .init(column: field.name))
        }
        return fitted
    }
}

/// Reads bytes that are in memory. One task at a time.
final class BufferReader: ObjectReader, @unchecked Sendable {
    let info: ObjectInfo
    private let bytes: Buffer
    private var position: Int
    private let end: Int

    init(_ info: ObjectInfo, _ bytes: Buffer, range: Range<Int>?) {
        self.info = info
        self.bytes = bytes
        let range = ReadRules.clamp(range, toByteCount: bytes.count)
        position = range.lowerBound
        end = range.upperBound
    }

    func read(limit: Int) async throws(S3DBError) -> Buffer? {
        guard position < end else { return nil }
        let next = min(position + limit, end)
        defer { position = next }
        return bytes.slice(position..<next)
    }
}
