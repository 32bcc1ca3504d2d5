/// Reads sources, and sums up the rows that they give an output.
struct SourceChecksums: Sendable {
    let source: any ObjectStore
    let spec: ValidatedSpec
    let schema: OutputSchema
    let limits: EngineLimits

    /// The checksums of the rows that some sources give.
    ///
    /// - Parameter hour: The hour of the day whose rows count; nil for all.
    func checksums(
        of sources: [ConversionJob.Source], hour: Int?
    ) async throws(S3DBError) -> TableChecksums {
        var checksums = TableChecksums(schema.schema)
        for source in sources {
            do throws(S3DBError) {
                try await add(source, hour: hour, to: &checksums)
            } catch {
                throw error.located(in: .init(key: source.info.key.text))
            }
        }
        return checksums
    }

    private func add(
        _ source: ConversionJob.Source, hour: Int?, to checksums: inout TableChecksums
    ) async throws(S3DBError) {
        let batches = Handoff<RecordBatch>()
        let (store, spec, schema, limits) = (self.source, spec, schema, limits)
        async let reading: Void = BatchReader.read(
            source.info, in: store, spec: spec, schema: schema, limits: limits, into: batches)
        let timeIndex = schema.schema.index(of: OutputSchema.timeColumn) ?? 0
        var buckets = HourBuckets()
        do throws(S3DBError) {
            while let batch = try await batches.next() {
                guard let hour else {
                    try checksums.add(batch)
                    continue
                }
                buckets.sort(batch.columns[timeIndex], dayStart: source.day.startSeconds, needsRows: true)
                try checksums.add(batch.gather(buckets.rows[hour]))
            }
        } catch {
            batches.abandon()
            await reading
            throw error
        }
        await reading
    }
}
