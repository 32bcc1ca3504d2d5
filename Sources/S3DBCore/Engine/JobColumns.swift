/// The columns of a job's outputs, and which of the undeclared ones each span has.
struct JobColumns: Sendable {
    /// The columns of the outputs.
    let schema: OutputSchema
    /// For each span, those of the schema's extra columns that none of its sources has.
    let absent: [[String]]

    /// Settles the columns.
    ///
    /// - Parameter columns: For each span the columns that its sources have; of declared ones any may be left out.
    init(
        metadata: DatasetMetadata?, overrides: [String: S3DBType], columns: [Set<String>]
    ) throws(S3DBError) {
        let schema = try OutputSchema(
            metadata: metadata, overrides: overrides, sourceColumns: columns.reduce(into: []) { $0.formUnion($1) })
        self.schema = schema
        absent = columns.map { span in schema.extraColumns.filter { !span.contains($0) } }
    }
}

extension JobRunner {
    /// Reads the headers of the sources, so that a column that only one has is there from the first section on.
    ///
    /// Those of spans whose sections an update keeps are known from the file that stands.
    ///
    /// - Parameter making: Becomes anew where an update would keep sections that have other columns than the new file.
    func columns(
        of job: ConversionJob, spans: [[ConversionJob.Source]], _ making: inout Making
    ) async throws(S3DBError) -> JobColumns {
        if case .update(let update) = making {
            let standing = update.plan.standing
            let extra = Set(standing.extraColumns)
            let known = update.plan.steps.map { step in
                step.kept.map { extra.subtracting(standing.sections[$0.lowerBound].absentColumns) }
            }
            let columns = try await columns(of: job, spans: spans, known: known)
            // A column that was declared before is not noted as an extra one of the sources that have it.
            let areAllKnown = extra.isSuperset(of: columns.schema.extraColumns)
            if columns.schema.hash == standing.schemaHash && areAllKnown { return columns }
            making = .anew(because: "its columns are others now")
        }
        return try await columns(of: job, spans: spans, known: spans.map { _ in nil })
    }

    private func columns(
        of job: ConversionJob, spans: [[ConversionJob.Source]], known: [Set<String>?]
    ) async throws(S3DBError) -> JobColumns {
        let unknown = zip(spans, known).filter { $1 == nil }.flatMap(\.0)
        let heads = try await concurrently(unknown, width: Planner.concurrency) {
            (source) async throws(S3DBError) in
            try await SourceHead(of: source.info, in: self.source, spec: spec).columns
        }
        for (source, columns) in zip(unknown, heads) where !columns.contains(OutputSchema.timeColumn) {
            throw S3DBError(
                .missingColumn, "the source has no column \(OutputSchema.timeColumn)",
                remedy: "Every S3DB row needs its start in unix seconds", at: .init(key: source.info.key.text))
        }
        var read = heads[...]
        let columns = zip(spans, known).map { span, known in
            if let known { return known }
            defer { read.removeFirst(span.count) }
            return read.prefix(span.count).reduce(into: Set<String>()) { $0.formUnion($1) }
        }
        return try JobColumns(metadata: job.metadata, overrides: spec.spec.types, columns: columns)
    }
}
