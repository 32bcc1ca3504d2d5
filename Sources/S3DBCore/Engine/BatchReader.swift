/// Reads a source as record batches.
enum BatchReader {
    /// Decodes a source to its end, one batch ahead of who takes them; a child task inflates ahead of that.
    static func read(
        _ info: ObjectInfo, in store: any ObjectStore, spec: ValidatedSpec, schema: OutputSchema,
        limits: EngineLimits, into batches: Handoff<RecordBatch>
    ) async {
        let blocks = Handoff<Buffer>()
        async let inflating: Void = InflatingReader.inflate(
            info, in: store, codec: spec.sourceCodec, limits: limits, into: blocks)
        do throws(S3DBError) {
            try await decode(blocks, spec: spec, schema: schema, limits: limits, into: batches)
            batches.finish(.success(()))
        } catch {
            batches.finish(.failure(await blocks.cause(of: error)))
        }
        await inflating
    }

    private static func decode(
        _ blocks: Handoff<Buffer>, spec: ValidatedSpec, schema: OutputSchema, limits: EngineLimits,
        into batches: Handoff<RecordBatch>
    ) async throws(S3DBError) {
        let decoder = try spec.source.makeAnyDecoder(
            schema: schema.schema, emptyIsNull: schema.emptyIsNull,
            limits: RecordLimits(
                batchRowCount: spec.spec.cutting.batchRowCount, fieldByteCount: limits.fieldByteCount,
                columnCount: limits.columnCount))
        var joint = RecordJoint()
        while true {
            let block = try await blocks.next() ?? Buffer()
            var decoded: [RecordBatch] = []
            try joint.decode(block, with: decoder) { (batch) throws(S3DBError) in decoded.append(batch) }
            for batch in decoded { try await batches.send(batch) }
            if block.isEmpty { return }
        }
    }
}

/// Decodes blocks that follow one another: of records that go across two of them the bytes are joined, no others copied.
private struct RecordJoint: ~Copyable {
    /// What the blocks so far have behind their last whole record.
    private var rest = BufferBuilder()

    /// The bytes of a block that are first joined with the rest; most records need no more.
    private static let firstByteCount = 4 << 10

    /// Decodes the next block, or where it is empty the end.
    mutating func decode(
        _ block: Buffer, with decoder: any RecordDecoder, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) {
        guard !block.isEmpty else {
            _ = try decoder.decode(rest.bytes, isLast: true, body)
            return
        }
        let start = try decodeJoint(block, with: decoder, body)
        guard start < block.count else { return }
        let left = block.bytes.extracting(droppingFirst: start)
        let used = try decoder.decode(left, isLast: false, body)
        rest.append(left.extracting(droppingFirst: used))
    }

    /// Decodes the records that begin in the rest, and returns how many bytes of the block are used for that.
    private mutating func decodeJoint(
        _ block: Buffer, with decoder: any RecordDecoder, _ body: (RecordBatch) throws(S3DBError) -> Void
    ) throws(S3DBError) -> Int {
        var taken = 0
        var step = Self.firstByteCount
        while !rest.isEmpty {
            let next = min(block.count, taken + step)
            rest.append(block.bytes.extracting(taken..<next))
            taken = next
            let used = try decoder.decode(rest.bytes, isLast: false, body)
            let unused = rest.count - used
            if unused <= taken {
                rest.removeAll()
                return taken - unused
            }
            rest.removeFirst(used)
            if taken == block.count { return taken }
            step *= 2
        }
        return 0
    }
}
