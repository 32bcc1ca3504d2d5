/// Reads a source as record batches.
enum BatchReader {
    /// Decodes a source to its end, one batch ahead of who takes them; a child task inflates ahead of that.
    ///
    /// - Parameter isWhole: Whether it may be inflated in one call.
    static func read(
        _ info: ObjectInfo, in store: any ObjectStore, isWhole: Bool, spec: ValidatedSpec, schema: OutputSchema,
        limits: EngineLimits, into batches: Handoff<RecordBatch>
    ) async {
        let blocks = Handoff<Buffer>()
        async let inflating: Void = InflatingReader.inflate(
            info, in: store, codec: spec.sourceCodec, isWhole: isWhole, limits: limits, into: blocks)
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
        var rest = BufferBuilder()
        var isLast = false
        while !isLast {
            var block = try await blocks.next() ?? Buffer()
            isLast = block.isEmpty
            if !rest.isEmpty {
                rest.append(block.bytes)
                block = rest.freeze()
            }
            // In steps, so that who takes the batches need not wait for all of a large block.
            var used = 0
            var shown = 0
            repeat {
                shown = min(block.count, shown + InflatingReader.blockByteCount(limits))
                var decoded: [RecordBatch] = []
                used += try decoder.decode(
                    block.bytes.extracting(used..<shown), isLast: isLast && shown == block.count
                ) { (batch) throws(S3DBError) in decoded.append(batch) }
                for batch in decoded { try await batches.send(batch) }
            } while shown < block.count
            rest.append(block.bytes.extracting(droppingFirst: used))
        }
    }
}
