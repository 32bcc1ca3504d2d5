/// Verifies what files hold: makes them again from their sources, and compares that with what stands.
///
/// Files are made the same to the byte from the same sources by the same build, so that most need not be read back. Of
/// those that differ, and of those of other versions of the tool, the values are compared.
struct DeepVerifier: Sendable {
    let source: any ObjectStore
    let destination: any ObjectStore
    let spec: ValidatedSpec
    let limits: EngineLimits
    let budget: ByteBudget

    /// An output that is current and whole.
    struct Candidate: Sendable {
        /// Where it stands among those of its span.
        var index: Int
        /// The output, at the version that was verified.
        var output: PlannedOutput
        /// The object.
        var info: ObjectInfo
        /// What it was made from.
        var provenance: Provenance
        /// Its columns.
        var schema: OutputSchema

        init(index: Int, output: PlannedOutput, at info: ObjectInfo, _ provenance: Provenance, _ schema: OutputSchema) {
            self.index = index
            self.output = output
            self.output.version = info.version
            self.output.byteCount = info.byteCount
            self.info = info
            self.provenance = provenance
            self.schema = schema
        }

        /// Whether this version of the tool made it.
        var isOwn: Bool { provenance.tool == ToolVersion.createdBy }
    }

    /// Verifies outputs of one job and adds what was found.
    func verify(_ job: ConversionJob, _ candidates: [Candidate], in span: inout SpanVerification) async {
        let own = candidates.filter(\.isOwn)
        for (candidate, result) in zip(own, await compare(job, own)) {
            switch result {
            case .success(.same): break
            case .success(.differs(let offset)):
                await verifyValues(job, candidate, differsAt: offset, in: &span)
            case .failure(let error): span.failures.append(error)
            }
        }
        for candidate in candidates where !candidate.isOwn {
            await verifyValues(job, candidate, differsAt: nil, in: &span)
        }
    }

    /// Makes outputs of one job again.
    ///
    /// - Returns: For each candidate how that compares with what stands, in their order.
    private func compare(
        _ job: ConversionJob, _ candidates: [Candidate]
    ) async -> [Result<ContentComparison, S3DBError>] {
        if candidates.isEmpty { return [] }
        let store = ComparingStore(destination)
        var job = job
        job.outputs = candidates.map(\.output)
        let planner = Planner(source: source, destination: store, spec: spec, policy: .always, prunes: false)
        let runner = JobRunner(
            source: source, destination: store, spec: spec, limits: limits, planner: planner, budget: budget,
            progress: ProgressCounter())
        let results = await runner.run(job)
        let failure = results.lazy.compactMap { result -> S3DBError? in
            if case .failed(let error) = result.outcome { error } else { nil }
        }.first
        return candidates.map { candidate in
            if let comparison = store.comparison(of: candidate.output.key) { return .success(comparison) }
            let key = candidate.output.key.text
            return .failure(
                failure?.located(in: .init(key: key))
                    ?? S3DBError(.ioFailure, "the output could not be compared", at: .init(key: key)))
        }
    }

    /// Compares the values of an output.
    ///
    /// - Parameter offset: From which byte on it is not what this build makes; nil where that is not known.
    private func verifyValues(
        _ job: ConversionJob, _ candidate: Candidate, differsAt offset: Int?, in span: inout SpanVerification
    ) async {
        let comparison = ValueComparison(
            source: source, destination: destination, spec: spec, limits: limits, budget: budget)
        do throws(S3DBError) {
            let differences = try await comparison.differences(
                job, candidate.info, candidate.output.partition, candidate.provenance, schema: candidate.schema)
            for difference in differences ?? [] {
                span.outputs[candidate.index].add(
                    .otherValues, days: difference.days, difference.kind.finding, .overwrite)
            }
            if let differences, !differences.isEmpty { return }
            if let offset {
                let what = differences == nil ? "" : "its values are those of its sources, but "
                span.outputs[candidate.index].add(
                    .otherBytes, "\(what)it is not what this build makes of them, from byte \(offset) on", .overwrite)
            } else if differences == nil {
                span.failures.append(
                    S3DBError(
                        .unsupported, "the file was made by \(candidate.provenance.tool), and nothing reads it back",
                        remedy: "Make it anew with --overwrite always", at: .init(key: candidate.info.key.text)))
            }
        } catch {
            let isOfFile = error.location.key == candidate.info.key.text
            if isOfFile && OutputInspector.isAboutContent(error.code) {
                span.outputs[candidate.index].add(.damagedFile, error.finding, .overwrite)
            } else {
                span.failures.append(error)
            }
        }
    }
}
