/// What was found of the outputs of one span of sources.
struct SpanVerification: Sendable {
    var outputs: [OutputVerification] = []
    /// What could not be looked at.
    var failures: [S3DBError] = []
}

/// Verifies the outputs of a dataset, whatever their number a few at a time.
struct DatasetVerifier: Sendable {
    let planner: Planner
    let limits: EngineLimits
    /// What compares values too; nil where that is not asked for.
    let deep: DeepVerifier?

    /// How often a span is looked at while its outputs change.
    private static let attemptCount = 5

    private var spec: ValidatedSpec { planner.spec }
    private var isHourly: Bool { spec.spec.size == .hour }

    /// Verifies the outputs of the partitions that hold the chosen days.
    ///
    /// - Throws: Failures of the stores that concern more than one object.
    func verify(_ dataset: DatasetID, days: DaySelection) async throws(S3DBError) -> DatasetVerification {
        var result = DatasetVerification(dataset: dataset)
        // As in a plan, what stands is listed before what it is made from.
        var others: [ObjectInfo] = []
        let standing = try await planner.existingOutputs(of: dataset) { others.append($0) }
        var plan = ConversionPlan(spec: spec)
        let sources = try await planner.sources(of: dataset, prefix: "\(dataset)/", into: &plan)
        result.failures = plan.failures
        let metadata: DatasetMetadata?
        do throws(S3DBError) {
            metadata = try await planner.metadata(of: dataset)
        } catch {
            result.failures.append(error.located(in: .init(key: "\(dataset)/\(SourceKey.metadataName)")))
            return result
        }
        let chosen = days.chosen(of: sources.map(\.day))
        let spans = planner.spans(of: sources)
        let verified = try await concurrently(
            spans.filter { planner.holdsAny(of: chosen, $0.sources) },
            // What is compared deeply is converted, which as many jobs may do at once as there are workers.
            width: deep == nil ? Planner.concurrency : max(1, limits.workerCount)
        ) { (span) async throws(S3DBError) in
            let job = try planner.missingJob(of: span.partition, span.sources, dataset: dataset, metadata: metadata)
            return try await settled(job, standing: standing)
        }
        for span in verified {
            result.outputs += span.outputs
            result.failures += span.failures
        }
        if days.latest == nil {
            let wanted = Set(spans.map(\.partition))
            let leftOver = standing.filter { partition, _ in
                let span = Partition(size: spec.spec.size.jobSize, containing: partition.firstDay)
                return !wanted.contains(span) && isChosen(partition, days)
            }
            try await addLeftOvers(leftOver, to: &result)
            for object in others where isAmongFiles(object) {
                result.otherFindings.append(
                    VerificationFinding(
                        .unexpectedObject, dataset: dataset, partition: nil, key: object.key.text,
                        detail: "no output of this spec has that name", repair: .none))
            }
        }
        if spec.scheme.copiesMetadata && metadata != nil && !chosen.isEmpty {
            result.otherFindings += try await metadataFindings(dataset)
        }
        return result
    }

    private func isChosen(_ partition: Partition, _ days: DaySelection) -> Bool {
        days.contains(partition.days.lowerBound) || days.contains(partition.days.upperBound)
    }

    /// Whether readers of the layout would take an object for a file of the dataset.
    private func isAmongFiles(_ object: ObjectInfo) -> Bool {
        // A layout where METADATA.json would do harm is one whose readers take all that there is.
        guard spec.scheme.copiesMetadata else { return true }
        return object.key.text.hasSuffix(".\(spec.keySuffix)")
    }

    // MARK: Spans

    /// Verifies the outputs of a span, once more from what stands then where one changes meanwhile.
    private func settled(
        _ job: ConversionJob, standing: [Partition: ObjectInfo]
    ) async throws(S3DBError) -> SpanVerification {
        var job = job
        var standing = standing
        var attempt = 1
        while true {
            do throws(S3DBError) {
                return try await verify(job, standing: standing)
            } catch  where error.code == .preconditionFailed && attempt < Self.attemptCount {
                attempt += 1
                standing = [:]
                for output in job.outputs {
                    standing[output.partition] = try await planner.destination.head(output.key)
                }
                var plan = ConversionPlan(spec: spec)
                let prefix = SourceKey.yearPrefix(of: job.dataset, job.span.firstDay)
                job.sources = try await planner.sources(of: job.dataset, prefix: prefix, into: &plan)
                    .filter { Partition(size: job.span.size, containing: $0.day) == job.span }
            }
        }
    }

    private func verify(
        _ job: ConversionJob, standing: [Partition: ObjectInfo]
    ) async throws(S3DBError) -> SpanVerification {
        let verifier = OutputVerifier(store: planner.destination, spec: spec, limits: limits)
        let spans = job.spans(by: spec.spec.span)
        var span = SpanVerification()
        var candidates: [DeepVerifier.Candidate] = []
        var hourRowCounts: [Int]?
        for output in job.outputs {
            guard let info = standing[output.partition] else {
                span.outputs.append(missing(output, spans))
                continue
            }
            let found = try await verifier.verify(output, at: info, spans: spans, metadata: job.metadata)
            if found.verification.state == .current {
                hourRowCounts = hourRowCounts ?? found.provenance?.hourRowCounts
                if deep != nil, found.isSound, let provenance = found.provenance, let schema = found.schema {
                    candidates.append(
                        .init(index: span.outputs.count, output: output, at: info, provenance, schema))
                }
            }
            span.outputs.append(found.verification)
        }
        if let deep, !candidates.isEmpty { await deep.verify(job, candidates, in: &span) }
        guard isHourly else { return span }
        // Hours without rows need no file. Where no file says which they are, a day may have none at all.
        if let hourRowCounts {
            span.outputs.removeAll { $0.state == .missing && hourRowCounts[$0.partition.hour] == 0 }
        } else if span.outputs.allSatisfy({ $0.state == .missing }), try await !hasRows(job) {
            span.outputs = []
        }
        return span
    }

    private func missing(_ output: PlannedOutput, _ spans: [[ConversionJob.Source]]) -> OutputVerification {
        var verification = OutputVerification(output, state: .missing)
        verification.sections = spans.map {
            SectionVerification(days: $0.map(\.day), state: .missing, pieceCount: 0)
        }
        verification.add(.missingPartition, days: spans.joined().map(\.day), "nothing stands there", .run)
        return verification
    }

    /// Whether a day has rows; true where that cannot be told.
    private func hasRows(_ job: ConversionJob) async throws(S3DBError) -> Bool {
        for source in job.sources {
            do throws(S3DBError) {
                let head = try await SourceHead(of: source.info, in: planner.source, spec: spec, needsRow: true)
                if !head.firstValues.isEmpty { return true }
            } catch {
                return true
            }
        }
        return false
    }

    // MARK: What is too much

    /// Adds what stands where the dataset has no sources.
    private func addLeftOvers(
        _ standing: [Partition: ObjectInfo], to result: inout DatasetVerification
    ) async throws(S3DBError) {
        let inspector = OutputInspector(store: planner.destination, spec: spec)
        for (partition, info) in standing.sorted(by: { $0.key < $1.key }) {
            let dataset = result.dataset
            let content: OutputInspector.Content
            do throws(S3DBError) {
                content = try await inspector.content(of: info)
            } catch  where error.code == .preconditionFailed || error.code == .notFound {
                // Whoever changes it meanwhile knows of it.
                continue
            }
            guard case .made(let provenance) = content, provenance.spec == spec.text else {
                result.otherFindings.append(
                    VerificationFinding(
                        .unexpectedObject, dataset: dataset, partition: partition, key: info.key.text,
                        detail: "no source asks for it, and this spec did not make it", repair: .none))
                continue
            }
            let output = PlannedOutput(dataset: dataset, partition: partition, key: info.key, state: .orphaned)
            var verification = OutputVerification(output, state: .orphaned)
            let standing = StandingSections(of: provenance, beside: [], hasSchema: true)
            verification.sections = standing.sections
            verification.rowCount = standing.rowCount
            verification.add(
                .orphaned, days: provenance.sources.compactMap(\.day), "all its sources are gone", .prune)
            result.outputs.append(verification)
        }
    }

    /// What does not hold of the copy of METADATA.json.
    private func metadataFindings(_ dataset: DatasetID) async throws(S3DBError) -> [VerificationFinding] {
        let key = try ObjectKey("\(dataset)/\(SourceKey.metadataName)")
        let original = try await planner.source.read(key)
        let copy = try await planner.destination.read(key)
        if original?.bytes == copy?.bytes { return [] }
        return [
            VerificationFinding(
                .otherMetadata, dataset: dataset, partition: nil, key: key.text,
                detail: copy == nil ? "nothing stands there" : "it is not the source's", repair: .run)
        ]
    }
}
