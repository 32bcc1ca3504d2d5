/// Runs one job: reads its sources, encodes their sections in parallel, places them in order, publishes.
///
/// A job begins anew when a source or an output changes underneath, as often as the limits allow.
struct JobRunner: Sendable {
    let source: any ObjectStore
    let destination: any ObjectStore
    let spec: ValidatedSpec
    let limits: EngineLimits
    let planner: Planner
    let budget: ByteBudget
    let progress: ProgressCounter

    /// Runs a job; a failure is a result.
    func run(_ planned: ConversionJob) async -> [OutputResult] {
        var job = planned
        var results: [OutputResult] = []
        var attempt = 1
        while true {
            do throws(S3DBError) {
                try await runOnce(job, sink: spec.sink, into: &results)
                return results
            } catch {
                let isRace = [.preconditionFailed, .conflict, .sourceChanged].contains(error.code)
                guard isRace, attempt < limits.attemptCount, !Task.isCancelled else {
                    return results + failures(of: job, isRace ? lostRace(error) : error, but: results)
                }
                attempt += 1
                do throws(S3DBError) {
                    job = try await planner.replanned(job)
                } catch {
                    return results + failures(of: job, error, but: results)
                }
                if job.outputs.isEmpty { return results + unchanged(planned, but: results) }
            }
        }
    }

    private func lostRace(_ error: S3DBError) -> S3DBError {
        S3DBError(
            .sourceChanged, "a source or output changed under each of \(limits.attemptCount) attempts",
            remedy: "Run the same command again when the writers are done", at: error.location, cause: error)
    }

    private func failures(of job: ConversionJob, _ error: S3DBError, but done: [OutputResult]) -> [OutputResult] {
        let left = outputs(of: job, but: done)
        // An hour job that failed before its rows were counted fails as one: its day.
        let outputs = spec.spec.size == .hour ? Array(left.prefix(1)) : left
        return outputs.map { output in
            OutputResult(
                dataset: job.dataset, partition: spec.spec.size == .hour ? job.span : output.partition,
                key: output.key.text, outcome: .failed(error.located(in: .init(key: output.key.text))))
        }
    }

    /// The outputs of a job that have no result yet.
    private func outputs(of job: ConversionJob, but done: [OutputResult]) -> [PlannedOutput] {
        let keys = Set(done.map(\.key))
        return job.outputs.filter { !keys.contains($0.key.text) }
    }

    private func unchanged(_ job: ConversionJob, but done: [OutputResult]) -> [OutputResult] {
        outputs(of: job, but: done).map {
            OutputResult(dataset: job.dataset, partition: $0.partition, key: $0.key.text, outcome: .unchanged)
        }
    }

    /// Makes one attempt, and adds a result for each output as it ends.
    private func runOnce<Sink: ColumnarSink>(
        _ job: ConversionJob, sink: Sink, into results: inout [OutputResult]
    ) async throws(S3DBError) {
        if planner.policy != .always { try refuseForeign(job) }
        let needs = MemoryNeeds(spec: spec, limits: limits, destination: destination)
        let reserved = needs.jobByteCount + (job.sources.map { needs.producerByteCount(of: $0.info) }.max() ?? 0)
        try await budget.acquire(reserved)
        defer { budget.release(reserved) }
        let schema = try await schema(of: job)
        let target = SinkTarget(
            schema: schema.schema, innerCodec: spec.innerCodec, innerLevel: spec.spec.level,
            isInsideOuterCodec: spec.outerCodec != nil, rowLimitDivisor: spec.spec.size == .hour ? 24 : 1)
        var assembly = JobAssembly(
            runner: self, job: job, sink: sink, target: target, schema: schema)
        do throws(S3DBError) {
            try await place(job, sink: sink, target: target, schema: schema, into: &assembly)
        } catch {
            await assembly.abort()
            throw error
        }
        try await assembly.publish(into: &results)
    }

    private func refuseForeign(_ job: ConversionJob) throws(S3DBError) {
        for output in job.outputs {
            guard case .foreign(let other) = output.state else { continue }
            throw S3DBError(
                .foreignOutput,
                other.map { "the output was made under another spec (\($0)) than this one (\(spec.text))" }
                    ?? "something of unknown origin stands where this spec (\(spec.text)) would write",
                remedy: "Choose another destination, or pass --overwrite always", at: .init(key: output.key.text))
        }
    }

    /// Reads the headers of all sources, so that a column that only one has is there from the first section on.
    private func schema(of job: ConversionJob) async throws(S3DBError) -> OutputSchema {
        let heads = try await concurrently(job.sources, width: Planner.concurrency) {
            (source) async throws(S3DBError) in
            try await SourceHead(of: source.info, in: self.source, spec: spec).columns
        }
        for (source, columns) in zip(job.sources, heads) where !columns.contains(OutputSchema.timeColumn) {
            throw S3DBError(
                .missingColumn, "the source has no column \(OutputSchema.timeColumn)",
                remedy: "Every S3DB row needs its start in unix seconds", at: .init(key: source.info.key.text))
        }
        var columns = Set<String>()
        for head in heads { columns.formUnion(head) }
        return try OutputSchema(metadata: job.metadata, overrides: spec.spec.types, sourceColumns: columns)
    }

    // MARK: Encoding and placing

    private func place<Sink: ColumnarSink>(
        _ job: ConversionJob, sink: Sink, target: SinkTarget, schema: OutputSchema,
        into assembly: inout JobAssembly<Sink>
    ) async throws(S3DBError) {
        typealias Channel = Handoff<ProducedElement<Sink.Encoder.Layout>>
        let needs = MemoryNeeds(spec: spec, limits: limits, destination: destination)
        var channels: [Int: Channel] = [:]
        let tools = SectionTools<Sink.Encoder>()
        // The assembly is used by this task alone; the group's child tasks only fill channels.
        var local = assembly
        let outcome: Result<Void, S3DBError> = await withDiscardingTaskGroup { group in
            var started = 0
            var extra: [Int: Int] = [:]
            do throws(S3DBError) {
                for index in job.sources.indices {
                    while started < job.sources.count, started <= index + limits.workerCount {
                        let source = job.sources[started]
                        // The first of those in flight lives on the job's own reservation.
                        if started > index {
                            let byteCount = needs.producerByteCount(of: source.info)
                            guard budget.tryAcquire(byteCount) else { break }
                            extra[started] = byteCount
                        }
                        let channel = Channel()
                        channels[started] = channel
                        group.addTask {
                            await produce(
                                source, job: job, sink: sink, target: target, schema: schema, tools: tools,
                                into: channel)
                        }
                        started += 1
                    }
                    while let element = try await channels[index]?.next() {
                        try await local.take(element)
                        if case .end(let summary) = element {
                            progress.add(rows: summary.rowCount, sourceBytes: job.sources[index].info.byteCount)
                        }
                    }
                    channels[index] = nil
                    if let byteCount = extra.removeValue(forKey: index) { budget.release(byteCount) }
                }
                return .success(())
            } catch {
                group.cancelAll()
                for channel in channels.values { channel.abandon() }
                for byteCount in extra.values { budget.release(byteCount) }
                return .failure(error)
            }
        }
        assembly = local
        try outcome.get()
    }

    private func produce<Sink: ColumnarSink>(
        _ source: ConversionJob.Source, job: ConversionJob, sink: Sink, target: SinkTarget, schema: OutputSchema,
        tools: SectionTools<Sink.Encoder>, into channel: Handoff<ProducedElement<Sink.Encoder.Layout>>
    ) async {
        do throws(S3DBError) {
            let producer = try SectionProducer(
                spec: spec, sink: sink, target: target, schema: schema, job: job, source: source, limits: limits,
                tools: tools)
            let needs = MemoryNeeds(spec: spec, limits: limits, destination: destination)
            try await producer.run(
                from: self.source, info: source.info, isWhole: needs.inflatesWhole(source.info), into: channel)
            channel.finish(.success(()))
        } catch {
            channel.finish(.failure(error.located(in: .init(key: source.info.key.text))))
        }
    }
}
