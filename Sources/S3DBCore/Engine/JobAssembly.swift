/// The outputs of one job while their sections are placed.
struct JobAssembly<Sink: ColumnarSink> {
    private let runner: JobRunner
    private let job: ConversionJob
    private let sink: Sink
    private let target: SinkTarget
    private let schema: OutputSchema
    private var writers: [Int: OutputWriter<Sink>] = [:]
    private var summary = SourceSummary()
    private var endedCount = 0

    init(runner: JobRunner, job: ConversionJob, sink: Sink, target: SinkTarget, schema: OutputSchema) {
        self.runner = runner
        self.job = job
        self.sink = sink
        self.target = target
        self.schema = schema
    }

    private var isHourly: Bool { runner.spec.spec.size == .hour }

    /// The number under which a producer knows an output.
    private func number(of output: PlannedOutput) -> Int { isHourly ? output.partition.hour : 0 }

    /// Takes what a producer gave; sources come in order.
    mutating func take(_ element: ProducedElement<Sink.Encoder.Layout>) async throws(S3DBError) {
        switch element {
        case .section(let section):
            let writer = try writer(section.output)
            let early = { metadata(sections: earlySections, hours: nil) }
            try await writer.place(section, early: early)
        case .end(let ended):
            try await take(ended)
        }
    }

    /// Counts a source; one that gave an output no section is noted as having no rows for it.
    private mutating func take(_ ended: SourceSummary) async throws(S3DBError) {
        let source = job.sources[endedCount]
        endedCount += 1
        summary.rowCount += ended.rowCount
        summary.outsideRowCount += ended.outsideRowCount
        for hour in 0..<24 { summary.hourRowCounts[hour] += ended.hourRowCounts[hour] }
        for output in job.outputs {
            let number = number(of: output)
            // An hour without rows is written only where a file stands that must be replaced.
            if isHourly && ended.hourRowCounts[number] == 0 && output.version == nil { continue }
            try writer(number).noteEnd(of: Provenance.Source(key: source.info.key.text, token: source.info.version))
        }
    }

    private mutating func writer(_ number: Int) throws(S3DBError) -> OutputWriter<Sink> {
        if let writer = writers[number] { return writer }
        guard let output = job.outputs.first(where: { self.number(of: $0) == number }) else {
            throw S3DBError(.invalidArgument, "a section for an output that the job does not have")
        }
        let writer = try OutputWriter(
            spec: runner.spec, sink: sink, target: target, store: runner.destination, key: output.key,
            limits: runner.limits, budget: runner.budget)
        writers[number] = writer
        return writer
    }

    private var earlySections: [Provenance.Section] {
        job.sources.map { Provenance.Section(key: $0.info.key.text, token: $0.info.version) }
    }

    private func metadata(sections: [Provenance.Section], hours: [Int]?) -> KeyValueMetadata {
        let provenance = Provenance(
            tool: ToolVersion.createdBy, spec: runner.spec.text, schemaHash: schema.hash,
            extraColumns: schema.extraColumns, sections: sections, hourRowCounts: hours)
        return [(Provenance.metadataKey, provenance.json)]
    }

    /// Checks the rows and makes the outputs visible, one by one, adding a result for each.
    ///
    /// - Throws: When rows do not add up or an output changed underneath; failures of one output are its result.
    mutating func publish(into results: inout [OutputResult]) async throws(S3DBError) {
        do throws(S3DBError) {
            try checkRows()
            for output in job.outputs {
                results.append(try await publish(output))
            }
        } catch {
            await abort()
            throw error
        }
    }

    /// Rows in are rows out, in all and for each hour.
    private func checkRows() throws(S3DBError) {
        for output in job.outputs {
            let number = number(of: output)
            let read = isHourly ? summary.hourRowCounts[number] : summary.rowCount
            let written = writers[number]?.rowCount ?? 0
            guard read == written else {
                throw S3DBError(
                    .rowCountMismatch, "\(read) rows were read and \(written) would be written",
                    remedy: "This is a defect of the program; nothing was published", at: .init(key: output.key.text))
            }
        }
    }

    private mutating func publish(_ output: PlannedOutput) async throws(S3DBError) -> OutputResult {
        var result = OutputResult(
            dataset: job.dataset, partition: output.partition, key: output.key.text, outcome: .unchanged)
        guard let writer = writers[number(of: output)] else { return result }
        let metadata = metadata(sections: writer.sections, hours: isHourly ? summary.hourRowCounts : nil)
        do throws(S3DBError) {
            if Task.isCancelled { throw S3DBError(.cancelled, "cancelled before publishing") }
            let condition = output.version.map(WriteCondition.version) ?? .absent
            let info = try await writer.publish(metadata, if: condition)
            result.outcome = .written(
                .init(
                    rowCount: writer.rowCount, byteCount: info.byteCount, sectionCount: writer.sections.count,
                    outsideRowCount: summary.outsideRowCount))
        } catch {
            await writer.abort()
            if error.code == .preconditionFailed || error.code == .conflict { throw error }
            result.outcome = .failed(error.located(in: .init(key: output.key.text)))
        }
        writers[number(of: output)] = nil
        return result
    }

    /// Leaves nothing behind of what is not published.
    mutating func abort() async {
        for writer in writers.values { await writer.abort() }
        writers = [:]
    }
}
