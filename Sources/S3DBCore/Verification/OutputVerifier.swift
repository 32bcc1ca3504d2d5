/// Verifies one file that stands: by what it says it was made from, and by its structure.
struct OutputVerifier: Sendable {
    let store: any ObjectStore
    let spec: ValidatedSpec
    let limits: EngineLimits

    /// What was found of a file.
    struct Found: Sendable {
        /// What holds and what does not.
        var verification: OutputVerification
        /// What it was made from; nil where the spec did not make it.
        var provenance: Provenance?
        /// Its columns; nil where they are not those that a new one would have.
        var schema: OutputSchema?
        /// Whether the file's structure is whole.
        var isSound = false
    }

    /// Verifies a file.
    ///
    /// - Parameters:
    ///   - output: The output that should stand there.
    ///   - spans: The sources by the sections that they belong to, in order.
    /// - Throws: Failures of the store alone, ``S3DBError/Code/preconditionFailed`` when the file changes.
    func verify(
        _ output: PlannedOutput, at info: ObjectInfo, spans: [[ConversionJob.Source]], metadata: DatasetMetadata?
    ) async throws(S3DBError) -> Found {
        var found = Found(verification: OutputVerification(output, state: .foreign(spec: nil)))
        switch try await OutputInspector(store: store, spec: spec).content(of: info) {
        case .damaged(let error): found.verification.add(.damagedFile, error.finding, .overwrite)
        case .unmarked:
            found.verification.add(.noProvenance, "the file does not say what it was made from", .overwrite)
        case .made(let provenance) where provenance.spec != spec.text:
            found.verification.state = .foreign(spec: provenance.spec)
            found.verification.add(.foreign, "made under the spec \(provenance.spec)", .overwrite)
        case .made(let provenance):
            found.provenance = provenance
            try await verify(&found, provenance, at: info, spans: spans, metadata: metadata)
        }
        return found
    }

    private func verify(
        _ found: inout Found, _ provenance: Provenance, at info: ObjectInfo, spans: [[ConversionJob.Source]],
        metadata: DatasetMetadata?
    ) async throws(S3DBError) {
        found.schema = schema(of: provenance, metadata)
        let standing = StandingSections(of: provenance, beside: spans, hasSchema: found.schema != nil)
        found.verification.sections = standing.sections
        found.verification.rowCount = standing.rowCount
        standing.addFindings(to: &found.verification)
        found.verification.state = found.verification.findings.isEmpty ? .current : .stale
        do throws(S3DBError) {
            let reader = FileRowsReader(store: store, spec: spec, limits: limits)
            let rows = try await reader.rows(of: info, provenance, schema: found.schema)
            found.verification.rowCount = rows.count ?? standing.rowCount
            if let problem = rows.problem(with: provenance.sections) ?? hourProblem(of: found.verification, provenance)
            {
                found.verification.add(.wrongRowCount, problem, .overwrite)
            } else {
                found.isSound = true
            }
        } catch  where OutputInspector.isAboutContent(error.code) {
            found.verification.add(.damagedFile, error.finding, .overwrite)
        }
    }

    /// The columns of a file; nil where a new one would have others.
    private func schema(of provenance: Provenance, _ metadata: DatasetMetadata?) -> OutputSchema? {
        let schema = try? OutputSchema(
            metadata: metadata, overrides: spec.spec.types, sourceColumns: Set(provenance.extraColumns))
        return schema.flatMap { $0.hash == provenance.schemaHash ? $0 : nil }
    }

    /// What speaks against the rows of a file of an hour, whose provenance also has the source's rows in that hour.
    private func hourProblem(of output: OutputVerification, _ provenance: Provenance) -> String? {
        guard let recorded = provenance.hourRowCounts?[output.partition.hour], let count = output.rowCount,
            count != recorded
        else { return nil }
        return "the file has \(count) rows, its source \(recorded) in that hour"
    }
}

extension S3DBError {
    /// The error in the sentence of a finding.
    var finding: String {
        "\(message) (\(code))" + (location.byteOffset.map { ", at byte \($0)" } ?? "")
    }
}
