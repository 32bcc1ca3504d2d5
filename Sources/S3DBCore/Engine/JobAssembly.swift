/// The outputs of one job while their sections are placed.
struct JobAssembly<Sink: ColumnarSink> {
    private let runner: JobRunner
    private let job: ConversionJob
    private let sink: Sink
    private let target: SinkTarget
    private let columns: JobColumns
    private let base: UpdateBase<Sink.Encoder.Layout>?
    /// For each span what sections of it note as their origin.
    private let origins: [Provenance.Section]
    private var writers: [Int: OutputWriter<Sink>] = [:]
    private var summary = SpanSummary()
    private var endedCount = 0
    /// Why nothing is kept of the file that stands; nil where something is, or nothing of this spec stands.
    var rebuildReason: String?

    init(
        runner: JobRunner, job: ConversionJob, spans: [[ConversionJob.Source]], sink: Sink, target: SinkTarget,
        columns: JobColumns, base: UpdateBase<Sink.Encoder.Layout>?
    ) {
        self.runner = runner
        self.job = job
        self.sink = sink
        self.target = target
        self.columns = columns
        self.base = base
        origins = zip(spans, columns.absent).map { span, absent in
            Provenance.Section(sources: span.map(Provenance.Source.init), absentColumns: absent)
        }
    }

    private var isHourly: Bool { runner.spec.spec.size == .hour }

    /// The number under which a producer knows an output.
    private func number(of output: PlannedOutput) -> Int { isHourly ? output.partition.hour : 0 }

    /// Takes what a producer gave; sources come in order.
    mutating func take(_ element: ProducedElement<Sink.Encoder.Layout>) async throws(S3DBError) {
        switch element {
        case .section(let section):
            let writer = try writer(section.output)
            let early = { metadata(sections: origins, hours: nil) }
            try await writer.place(section, of: origins[endedCount], early: early)
        case .end(let ended):
            try await take(ended)
        }
    }

    /// Whether the sections of a span stay as they are in the file that stands.
    func keeps(span: Int) -> Bool { base?.plan.steps[span].kept != nil }

    /// Keeps the sections of the span that is next; returns false where it must be encoded.
    mutating func keep(span: Int) async throws(S3DBError) -> Bool {
        guard let base, let sections = base.plan.steps[span].kept else { return false }
        let writer = try writer(0)
        for section in sections { try await writer.keep(section, of: base, absent: origins[span].absentColumns) }
        endedCount += 1
        return true
    }

    /// Counts a span; one that gave an output no section is noted as having no rows for it.
    private mutating func take(_ ended: SpanSummary) async throws(S3DBError) {
        let origin = origins[endedCount]
        endedCount += 1
        summary.rowCount += ended.rowCount
        summary.outsideRowCount += ended.outsideRowCount
        for hour in 0..<24 { summary.hourRowCounts[hour] += ended.hourRowCounts[hour] }
        for output in job.outputs {
            let number = number(of: output)
            // An hour without rows is written only where a file stands that must be replaced.
            if isHourly && ended.hourRowCounts[number] == 0 && output.version == nil { continue }
            try writer(number).noteEnd(of: origin)
        }
    }

    private mutating func writer(_ number: Int) throws(S3DBError) -> OutputWriter<Sink> {
        if let writer = writers[number] { return writer }
        guard let output = job.outputs.first(where: { self.number(of: $0) == number }) else {
            throw S3DBError(.invalidArgument, "a section for an output that the job does not have")
        }
        let writer = try OutputWriter(
            spec: runner.spec, sink: sink, target: target, sourceCount: job.sources.count,
            store: runner.destination, key: output.key, limits: runner.limits, budget: runner.budget, base: base)
        writers[number] = writer
        return writer
    }

    private func metadata(sections: [Provenance.Section], hours: [Int]?) -> KeyValueMetadata {
        let provenance = Provenance(
            tool: ToolVersion.createdBy, spec: runner.spec.text, schemaHash: columns.schema.hash,
            extraColumns: columns.schema.extraColumns, sections: sections, hourRowCounts: hours)
        return [(Provenance.metadataKey, provenance.json)]
    }

    /// Checks the rows and makes the outputs visible, some at a time, adding a result for each.
    ///
    /// - Throws: When rows do not add up or an output changed underneath; failures of one output are its result.
    mutating func publish(into results: inout [OutputResult]) async throws(S3DBError) {
        do throws(S3DBError) {
            try checkRows()
        } catch {
            await abort()
            throw error
        }
        let publications = job.outputs.map(publication)
        writers = [:]
        let ended = try await concurrently(publications, width: Self.parallelPublicationCount) { await $0.run() }
        var race: S3DBError?
        var unchanged: [OutputResult] = []
        for outcome in ended {
            switch outcome {
            case .success(let result) where result.outcome.isUnchanged: unchanged.append(result)
            case .success(let result): results.append(result)
            case .failure(let error): race = race ?? error
            }
        }
        // Of outputs that nothing was done for, the next attempt speaks.
        if let race { throw race }
        results += unchanged
    }

    /// How many files are completed at once: mostly they wait for a device or a server.
    private static var parallelPublicationCount: Int { 4 }

    /// Rows in are rows out, in all and for each hour; kept ones beside them.
    private func checkRows() throws(S3DBError) {
        for output in job.outputs {
            let number = number(of: output)
            let read = isHourly ? summary.hourRowCounts[number] : summary.rowCount
            let written = writers[number].map { $0.rowCount - $0.keptRowCount } ?? 0
            guard read == written else {
                throw S3DBError(
                    .rowCountMismatch, "\(read) rows were read and \(written) would be written",
                    remedy: "This is a defect of the program; nothing was published", at: .init(key: output.key.text))
            }
        }
    }

    private func publication(of output: PlannedOutput) -> Publication<Sink> {
        let writer = writers[number(of: output)]
        return Publication(
            writer: writer,
            metadata: metadata(sections: writer?.sections ?? [], hours: isHourly ? summary.hourRowCounts : nil),
            condition: output.version.map(WriteCondition.version) ?? .absent,
            planned: OutputResult(
                dataset: job.dataset, partition: output.partition, key: output.key.text, outcome: .unchanged),
            outsideRowCount: summary.outsideRowCount, rebuildReason: rebuildReason)
    }

    /// Leaves nothing behind of what is not published.
    mutating func abort() async {
        for writer in writers.values { await writer.abort() }
        writers = [:]
    }
}
