extension JobRunner {
    /// Encodes spans side by side and places their sections in order, beside those that an update keeps.
    func place<Sink: ColumnarSink>(
        _ job: ConversionJob, spans: [[ConversionJob.Source]], sink: Sink, target: SinkTarget, schema: OutputSchema,
        into assembly: inout JobAssembly<Sink>
    ) async throws(S3DBError) {
        typealias Channel = Handoff<ProducedElement<Sink.Encoder.Layout>>
        let needs = MemoryNeeds(spec: spec, limits: limits, destination: destination)
        var channels: [Int: Channel] = [:]
        let tools = tools.tools(for: target.schema, of: Sink.Encoder.self)
        // The assembly is used by this task alone; the group's child tasks only fill channels.
        var local = assembly
        let outcome: Result<Void, S3DBError> = await withDiscardingTaskGroup { group in
            var started = 0
            var extra: [Int: Int] = [:]
            do throws(S3DBError) {
                for index in spans.indices {
                    if try await local.keep(span: index) { continue }
                    started = max(started, index)
                    while started < spans.count, started == index || hasRoom(behind: spans[(index + 1)..<started]) {
                        guard !local.keeps(span: started) else {
                            started += 1
                            continue
                        }
                        let span = spans[started]
                        // The first of those in flight lives on the job's own reservation.
                        if started > index {
                            let byteCount = needs.producerByteCount(of: span)
                            guard budget.tryAcquire(byteCount) else { break }
                            extra[started] = byteCount
                        }
                        let channel = Channel()
                        channels[started] = channel
                        group.addTask {
                            await produce(
                                span, isOnly: spans.count == 1, job: job, sink: sink, target: target, schema: schema,
                                tools: tools, into: channel)
                        }
                        started += 1
                    }
                    while let element = try await channels[index]?.next() {
                        try await local.take(element)
                        if case .end(let summary) = element {
                            progress.add(rows: summary.rowCount, sourceBytes: summary.sourceByteCount)
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

    /// Whether a further span should be begun behind those `ahead` of the one whose sections are placed.
    ///
    /// With a store that answers from afar one more is under way than there are workers: some wait. And a span of several
    /// sections waits with its first ones until its turn comes, so that further ones behind it would only wait too.
    private func hasRoom(behind ahead: ArraySlice<[ConversionJob.Source]>) -> Bool {
        let limit = max(1, source.isRemote ? limits.workerCount : limits.workerCount - 1)
        let byteCount = ahead.reduce(0) { $1.reduce($0) { $0 + $1.info.byteCount } }
        return ahead.count < limit && byteCount < limits.workerCount * Self.aheadByteCount
    }

    /// The stored bytes ahead for each worker that keep it busy.
    private static var aheadByteCount: Int { 2 << 20 }

    private func produce<Sink: ColumnarSink>(
        _ span: [ConversionJob.Source], isOnly: Bool, job: ConversionJob, sink: Sink, target: SinkTarget,
        schema: OutputSchema, tools: SectionTools<Sink.Encoder>,
        into channel: Handoff<ProducedElement<Sink.Encoder.Layout>>
    ) async {
        do throws(S3DBError) {
            let producer = try SectionProducer(
                spec: spec, sink: sink, target: target, schema: schema, job: job, isOnlySpan: isOnly, limits: limits,
                tools: tools)
            try await producer.run(span, from: source, into: channel)
            channel.finish(.success(()))
        } catch {
            channel.finish(.failure(error.located(in: .init(key: span.first?.info.key.text))))
        }
    }
}
