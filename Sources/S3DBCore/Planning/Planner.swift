/// Compares sources with outputs: what there is, what it was made from, what is to be done.
struct Planner: Sendable {
    let source: any ObjectStore
    let destination: any ObjectStore
    let spec: ValidatedSpec
    let policy: OverwritePolicy
    let prunes: Bool

    /// How many outputs are looked into at a time.
    static let concurrency = 16

    /// How often a span is looked at while its outputs change.
    private static let attemptCount = 5

    /// Adds a dataset to a plan.
    func plan(_ dataset: DatasetID, days: DaySelection, into plan: inout ConversionPlan) async throws(S3DBError) {
        // First what stands, then what it is made from: an output of sources that appeared in between then fails its
        // condition, where the other order would take them out again.
        let existing = try await existingOutputs(of: dataset)
        let sources = try await sources(of: dataset, prefix: "\(dataset)/", into: &plan)
        let chosen = days.chosen(of: sources.map(\.day))
        let metadata: DatasetMetadata?
        do throws(S3DBError) {
            metadata = try await self.metadata(of: dataset)
        } catch {
            plan.failures.append(error.located(in: .init(key: "\(dataset)/\(SourceKey.metadataName)")))
            return
        }
        let spans = spans(of: sources)
        let states = try await states(
            of: spans.filter { holdsAny(of: chosen, $0.sources) }, dataset: dataset, metadata: metadata,
            existing: existing)
        for job in states {
            plan.outputs += job.outputs
            let toWrite = job.outputs.filter { isToBeWritten($0.state) }
            if !toWrite.isEmpty {
                var reduced = job
                reduced.outputs = toWrite
                plan.jobs.append(reduced)
            }
        }
        let advice = SpanAdvice.warning(
            spec.spec, dataset: dataset, standing: states.flatMap(\.outputs).compactMap(\.standing), sources: sources)
        if let advice { plan.warnings.append(advice) }
        if days.latest == nil {
            let orphans = try await orphans(
                of: dataset, days: days, spans: Set(spans.map(\.partition)), existing: existing)
            plan.outputs += orphans
            if prunes { plan.removals += orphans }
        }
        if spec.scheme.copiesMetadata && metadata != nil && !chosen.isEmpty { plan.metadataCopies.append(dataset) }
        if let newest = chosen.last.flatMap({ day in sources.last { $0.day == day } }) {
            plan.undeclaredColumns += try await undeclaredColumns(in: newest, of: dataset, metadata: metadata, &plan)
        }
    }

    /// Adds what the days of one span make now. Asks only for that span's sources and outputs.
    ///
    /// A span without sources adds nothing: what stands there is left to a plan of the whole dataset.
    func plan(_ dataset: DatasetID, containing day: UTCDay, into plan: inout ConversionPlan) async throws(S3DBError) {
        let span = Partition(size: spanSize, containing: day)
        do throws(S3DBError) {
            var job = try await settledJob(of: span, in: dataset, into: &plan)
            guard !job.sources.isEmpty else { return }
            plan.outputs += job.outputs
            job.outputs = job.outputs.filter { isToBeWritten($0.state) }
            if !job.outputs.isEmpty { plan.jobs.append(job) }
            if spec.scheme.copiesMetadata && job.metadata != nil { plan.metadataCopies.append(dataset) }
        } catch  where error.code == .missingMetadata || error.code == .invalidMetadata {
            plan.failures.append(error.located(in: .init(key: "\(dataset)/\(SourceKey.metadataName)")))
        }
    }

    /// What the outputs of one job are now: the current sources of its span, their states, none left out.
    func replanned(_ job: ConversionJob) async throws(S3DBError) -> ConversionJob {
        var scratch = ConversionPlan(spec: spec)
        var again = try await settledJob(of: job.span, in: job.dataset, into: &scratch)
        again.outputs = again.outputs.filter { isToBeWritten($0.state) }
        return again
    }

    /// The job of a span, looked at again where an output changes while it is looked at.
    private func settledJob(
        of span: Partition, in dataset: DatasetID, into plan: inout ConversionPlan
    ) async throws(S3DBError) -> ConversionJob {
        var attempt = 1
        while true {
            var attempted = plan
            do throws(S3DBError) {
                let job = try await job(of: span, in: dataset, into: &attempted)
                plan = attempted
                return job
            } catch  where error.code == .preconditionFailed && attempt < Self.attemptCount {
                attempt += 1
            }
        }
    }

    /// The job of a span with the outputs in all states.
    private func job(
        of span: Partition, in dataset: DatasetID, into plan: inout ConversionPlan
    ) async throws(S3DBError) -> ConversionJob {
        // As in a plan of the whole dataset, the outputs are looked at before the sources.
        var existing: [Partition: ObjectInfo] = [:]
        for output in try partitions(of: span) {
            existing[output] = try await destination.head(try key(of: output, in: dataset))
        }
        // A span lies within one year, which has a prefix of its own.
        let sources = try await sources(
            of: dataset, prefix: SourceKey.yearPrefix(of: dataset, span.firstDay), into: &plan
        ).filter { Partition(size: spanSize, containing: $0.day) == span }
        let metadata = try await metadata(of: dataset)
        return try await settled(
            try missingJob(of: span, sources, dataset: dataset, metadata: metadata), existing: existing)
    }

    /// The partition that one job reads: for hours their day.
    var spanSize: PartitionSize { spec.spec.size.jobSize }

    private func isToBeWritten(_ state: PlannedOutput.State) -> Bool {
        switch (policy, state) {
        case (.always, .current), (.always, .stale), (.always, .missing), (.always, .foreign): true
        // Foreign outputs become jobs that are refused one by one, so that nobody overlooks them.
        case (.ifStale, .stale), (.ifStale, .missing), (.ifStale, .foreign): true
        case (.never, .missing): true
        default: false
        }
    }

    // MARK: Sources

    /// What one job reads: a stretch of time, and its days in order.
    typealias Span = (partition: Partition, sources: [ConversionJob.Source])

    /// The spans of sources that are in order: runs of neighbours.
    func spans(of sources: [ConversionJob.Source]) -> [Span] {
        var spans: [Span] = []
        for source in sources {
            let partition = Partition(size: spanSize, containing: source.day)
            if spans.last?.partition == partition {
                spans[spans.count - 1].sources.append(source)
            } else {
                spans.append((partition, [source]))
            }
        }
        return spans
    }

    /// Whether one of the chosen days, which are in order, is among some sources: a selection is a stretch of days.
    func holdsAny(of chosen: [UTCDay], _ sources: [ConversionJob.Source]) -> Bool {
        guard let first = chosen.first, let last = chosen.last else { return false }
        return sources.contains { first <= $0.day && $0.day <= last }
    }

    /// The dataset's days under a prefix, in order.
    func sources(
        of dataset: DatasetID, prefix: String, into plan: inout ConversionPlan
    ) async throws(S3DBError) -> [ConversionJob.Source] {
        var days: [ConversionJob.Source] = []
        var failures: [S3DBError] = []
        var ignored = 0
        try await source.list(prefix: prefix, after: nil) { (page) throws(S3DBError) in
            for info in page {
                do throws(S3DBError) {
                    switch try SourceKey(info.key.text) {
                    case .day(let owner, let day) where owner == dataset: days.append(.init(day: day, info: info))
                    case .metadata: break
                    case .day, .other: ignored += 1
                    }
                } catch {
                    failures.append(error)
                }
            }
        }
        plan.failures += failures
        plan.ignoredObjectCount += ignored
        return days.sorted { $0.day < $1.day }
    }

    func metadata(of dataset: DatasetID) async throws(S3DBError) -> DatasetMetadata? {
        let key = try ObjectKey("\(dataset)/\(SourceKey.metadataName)")
        guard let (_, bytes) = try await source.read(key, limit: 16 << 20) else {
            if spec.spec.assumesStrings { return nil }
            throw S3DBError(
                .missingMetadata, "the dataset has no METADATA.json",
                remedy: "Add it, or pass --assume-strings to read every column as text")
        }
        do throws(S3DBError) {
            return try DatasetMetadata(parsing: bytes.bytes)
        } catch {
            if spec.spec.assumesStrings { return nil }
            throw error
        }
    }

    private func undeclaredColumns(
        in source: ConversionJob.Source, of dataset: DatasetID, metadata: DatasetMetadata?, _ plan: inout ConversionPlan
    ) async throws(S3DBError) -> [UndeclaredColumn] {
        do throws(S3DBError) {
            let head = try await SourceHead(of: source.info, in: self.source, spec: spec, needsRow: true)
            let schema = try OutputSchema(
                metadata: metadata, overrides: spec.spec.types, sourceColumns: Set(head.columns))
            let absent = schema.schema.fields.map(\.name).filter { !head.columns.contains($0) }
            if !absent.isEmpty {
                plan.warnings.append(
                    "\(dataset): declared columns that \(source.info.key) lacks: \(absent.joined(separator: ", "))")
            }
            return schema.undeclared.map {
                UndeclaredColumn(dataset: dataset, name: $0, sample: head.firstValues[$0])
            }
        } catch {
            plan.warnings.append("\(source.info.key): its columns cannot be read: \(error.message)")
            return []
        }
    }

    // MARK: Outputs

    private func partitions(of span: Partition) throws(S3DBError) -> [Partition] {
        guard spec.spec.size == .hour else { return [span] }
        return (0..<24).map { Partition(size: .hour, containing: span.firstDay, hour: $0) }
    }

    private func key(of partition: Partition, in dataset: DatasetID) throws(S3DBError) -> ObjectKey {
        try ObjectKey(spec.scheme.key(for: partition, of: dataset, suffix: spec.keySuffix))
    }

    /// The objects that stand where the dataset's outputs go.
    ///
    /// - Parameter other: Called with each object among them that is none.
    func existingOutputs(
        of dataset: DatasetID, other: (ObjectInfo) -> Void = { _ in }
    ) async throws(S3DBError) -> [Partition: ObjectInfo] {
        let size = spec.spec.size
        var found: [Partition: ObjectInfo] = [:]
        let prefix = spec.scheme.prefix(for: dataset, size: size)
        try await destination.list(prefix: prefix, after: nil) { (page) throws(S3DBError) in
            for info in page {
                let parsed = spec.scheme.partition(forKey: info.key.text, size: size, suffix: spec.keySuffix)
                if let (owner, partition) = parsed, owner == dataset { found[partition] = info } else { other(info) }
            }
        }
        return found
    }

    /// The jobs of some spans with the outputs in all states.
    private func states(
        of spans: [Span], dataset: DatasetID, metadata: DatasetMetadata?, existing: [Partition: ObjectInfo]
    ) async throws(S3DBError) -> [ConversionJob] {
        var jobs: [ConversionJob] = []
        jobs.reserveCapacity(spans.count)
        // Only what stands has to be looked into, which takes requests; most of a new conversion does not.
        var standing: [Int] = []
        for (index, span) in spans.enumerated() {
            let job = try missingJob(of: span.partition, span.sources, dataset: dataset, metadata: metadata)
            if job.outputs.contains(where: { existing[$0.partition] != nil }) { standing.append(index) }
            jobs.append(job)
        }
        let missing = jobs
        let looked = try await concurrently(standing, width: Self.concurrency) { (index) async throws(S3DBError) in
            do throws(S3DBError) {
                return try await settled(missing[index], existing: existing)
            } catch  where error.code == .preconditionFailed {
                var scratch = ConversionPlan(spec: spec)
                return try await settledJob(of: missing[index].span, in: dataset, into: &scratch)
            }
        }
        for (index, job) in zip(standing, looked) { jobs[index] = job }
        return jobs
    }

    /// The job of a span where no output stands.
    func missingJob(
        of span: Partition, _ sources: [ConversionJob.Source], dataset: DatasetID, metadata: DatasetMetadata?
    ) throws(S3DBError) -> ConversionJob {
        var job = ConversionJob(dataset: dataset, span: span, sources: sources, outputs: [], metadata: metadata)
        var sections = SectionStates()
        sections.missingCount = job.spans(by: spec.spec.span).count
        for partition in try partitions(of: span) {
            var output = PlannedOutput(
                dataset: dataset, partition: partition, key: try key(of: partition, in: dataset), state: .missing)
            output.sections = sections
            job.outputs.append(output)
        }
        return job
    }

    /// A job of missing outputs with the states of those that stand.
    private func settled(
        _ job: ConversionJob, existing: [Partition: ObjectInfo]
    ) async throws(S3DBError) -> ConversionJob {
        var job = job
        let inspector = OutputInspector(store: destination, spec: spec)
        let spans = job.spans(by: spec.spec.span).map { $0.map(Provenance.Source.init) }
        var hourRowCounts: [Int]?
        for index in job.outputs.indices {
            guard let info = existing[job.outputs[index].partition] else { continue }
            let provenance = try await inspector.provenance(of: info)
            job.outputs[index].version = info.version
            job.outputs[index].byteCount = info.byteCount
            try judge(&job.outputs[index], madeFrom: provenance, spans: spans, metadata: job.metadata)
            if job.outputs[index].state == .current { hourRowCounts = hourRowCounts ?? provenance?.hourRowCounts }
        }
        // A current file of one hour says which of the others have rows; those without need no file.
        if let hourRowCounts {
            job.outputs.removeAll { $0.state == .missing && hourRowCounts[$0.partition.hour] == 0 }
        }
        return job
    }

    /// Says in which state an output is that stands, by what it was made from.
    private func judge(
        _ output: inout PlannedOutput, madeFrom provenance: Provenance?, spans: [[Provenance.Source]],
        metadata: DatasetMetadata?
    ) throws(S3DBError) {
        guard let provenance, provenance.spec == spec.text else {
            output.state = .foreign(spec: provenance?.spec)
            output.sections = nil
            return
        }
        let hasSources = provenance.sources == Array(spans.joined())
        // Whether the columns are still those matters even where a source has changed, but must be known only else.
        let hasSchema =
            hasSources
            ? try hasSchema(provenance, metadata) : (try? hasSchema(provenance, metadata)) ?? false
        output.sections = SectionStates(of: provenance, spans: spans, hasSchema: hasSchema)
        output.state = hasSources && hasSchema ? .current : .stale
        if output.state == .stale { output.standing = provenance }
    }

    /// Whether a file would have the schema of one that stands, with the columns that its sources have.
    func hasSchema(_ provenance: Provenance, _ metadata: DatasetMetadata?) throws(S3DBError) -> Bool {
        let schema = try OutputSchema(
            metadata: metadata, overrides: spec.spec.types, sourceColumns: Set(provenance.extraColumns))
        return schema.hash == provenance.schemaHash
    }

    private func orphans(
        of dataset: DatasetID, days: DaySelection, spans: Set<Partition>, existing: [Partition: ObjectInfo]
    ) async throws(S3DBError) -> [PlannedOutput] {
        let inspector = OutputInspector(store: destination, spec: spec)
        let candidates = existing.filter { partition, _ in
            !spans.contains(Partition(size: spanSize, containing: partition.firstDay))
                && (days.contains(partition.days.lowerBound) || days.contains(partition.days.upperBound))
        }
        var orphans: [PlannedOutput] = []
        for (partition, info) in candidates.sorted(by: { $0.key < $1.key }) {
            guard let provenance = try await inspector.provenance(of: info), provenance.spec == spec.text else {
                continue
            }
            var output = PlannedOutput(
                dataset: dataset, partition: partition, key: info.key, state: .orphaned, version: info.version)
            output.sections = SectionStates(of: provenance, spans: [], hasSchema: true)
            orphans.append(output)
        }
        return orphans
    }
}
