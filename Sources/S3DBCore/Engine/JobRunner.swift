/// Runs one job: reads its sources, encodes their sections in parallel, places them in order, publishes.
///
/// A job begins anew when a source or an output changes underneath, as often as the limits allow, and once more when the
/// bytes of a source turn out to be damaged: that may have happened on their way.
struct JobRunner: Sendable {
    let source: any ObjectStore
    let destination: any ObjectStore
    let spec: ValidatedSpec
    let limits: EngineLimits
    let planner: Planner
    let budget: ByteBudget
    let progress: ProgressCounter
    /// What the jobs use in turn.
    var tools = JobTools()

    /// Runs a job; a failure is a result.
    func run(_ planned: ConversionJob) async -> [OutputResult] {
        var job = planned
        var results: [OutputResult] = []
        var attempt = 1
        var wasDamaged = false
        while true {
            do throws(S3DBError) {
                try await runOnce(job, sink: spec.sink, into: &results)
                return results
            } catch {
                let isRace = [.preconditionFailed, .conflict, .sourceChanged].contains(error.code)
                let isDamage = !wasDamaged && ReadRules.canComeFromDamage(error.code)
                guard isRace || isDamage, attempt < limits.attemptCount, !Task.isCancelled else {
                    return results + failures(of: job, isRace ? lostRace(error) : error, but: results)
                }
                attempt += 1
                wasDamaged = wasDamaged || isDamage
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
        let meter = TransferMeter()
        let first = results.count
        do throws(S3DBError) {
            try await metered(by: meter).attempt(job, sink: sink, into: &results)
        } catch {
            if first < results.count { results[first].cost = meter.total }
            throw error
        }
        if first < results.count { results[first].cost = meter.total }
    }

    /// This runner on stores that count what passes.
    private func metered(by meter: TransferMeter) -> JobRunner {
        JobRunner(
            source: MeteredStore(source, meter), destination: MeteredStore(destination, meter), spec: spec,
            limits: limits, planner: planner, budget: budget, progress: progress, tools: tools)
    }

    private func attempt<Sink: ColumnarSink>(
        _ job: ConversionJob, sink: Sink, into results: inout [OutputResult]
    ) async throws(S3DBError) {
        let spans = job.spans(by: spec.spec.span)
        var making = making(of: job, spans: spans)
        let needs = MemoryNeeds(spec: spec, limits: limits, destination: destination)
        let reserved = needs.byteCount(of: spans, making)
        try await budget.acquire(reserved)
        defer { budget.release(reserved) }
        let columns = try await columns(of: job, spans: spans, &making)
        let target = SinkTarget(of: columns.schema, under: spec)
        var base: UpdateBase<Sink.Encoder.Layout>?
        if let update = making.update {
            let reader = StandingFileReader(store: destination, spec: spec, sink: sink, target: target)
            if let file = try await reader.read(update.info, update.plan.standing) {
                base = UpdateBase(plan: update.plan, file: file, runLimit: needs.stretchLimit + 1)
            } else {
                making = .anew(because: "it is not as this tool would seal it")
            }
        }
        var assembly = JobAssembly(
            runner: self, job: job, spans: spans, sink: sink, target: target, columns: columns, base: base)
        if case .anew(let reason) = making { assembly.rebuildReason = reason }
        do throws(S3DBError) {
            try await place(job, spans: spans, sink: sink, target: target, schema: columns.schema, into: &assembly)
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
}
