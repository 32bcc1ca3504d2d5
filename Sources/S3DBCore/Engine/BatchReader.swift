/// Reads a source as record batches.
enum BatchReader {
    /// Decodes a source to its end, one batch ahead of who takes them; a child task inflates ahead of that.
    static func read(
        _ info: ObjectInfo, in store: any ObjectStore, spec: ValidatedSpec, schema: OutputSchema, limits: EngineLimits,
        into batches: Handoff<RecordBatch>
    ) async {
        let blocks = Handoff<Buffer>()
        async let inflating: Void = InflatingReader.inflate(
            info, in: store, codec: spec.sourceCodec, limits: limits, into: blocks)
        do throws(S3DBError) {
            try await decode(blocks, spec: spec, schema: schema, limits: limits, into: batches)
            batches.finish(.success(()))
        } catch {
            blocks.abandon()
            batches.finish(.failure(error))
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
        var inflated = BufferBuilder(capacity: 2 * InflatingReader.blockByteCount(limits))
        var isLast = false
        while !isLast {
            if let block = try await blocks.next() { inflated.append(block.bytes) } else { isLast = true }
            var decoded: [RecordBatch] = []
            let used = try decoder.decode(inflated.bytes, isLast: isLast) { (batch) throws(S3DBError) in
                decoded.append(batch)
            }
            inflated.removeFirst(used)
            for batch in decoded { try await batches.send(batch) }
        }
    }
}
