/// Compares the values of a file with those of its sources, section by section.
struct ValueComparison: Sendable {
    let source: any ObjectStore
    let destination: any ObjectStore
    let spec: ValidatedSpec
    let limits: EngineLimits
    let budget: ByteBudget

    /// What differs.
    struct Difference: Hashable, Sendable {
        /// The days of the section; all days of a file that does not tell its sections apart.
        var days: [UTCDay]
        /// In which way.
        var kind: TableDifference
    }

    /// Reads a file and its sources.
    ///
    /// - Parameters:
    ///   - provenance: What the file says of itself: that it was made from these sources.
    ///   - schema: Its columns.
    /// - Returns: What differs; nil where nothing reads such files.
    /// - Throws: What is wrong with the file, as its reader says it, with the file's key; what is wrong with a source,
    ///   with the source's; and failures of the stores.
    func differences(
        _ job: ConversionJob, _ info: ObjectInfo, _ partition: Partition, _ provenance: Provenance,
        schema: OutputSchema
    ) async throws(S3DBError) -> [Difference]? {
        guard let reader = spec.sink.tableReader else { return nil }
        let spans = job.spans(by: spec.spec.span)
        let sections = sections(of: spans, provenance)
        let standing = SectionChecksums(rowCounts: sections.map(\.rowCount))
        let file = TableFile(info, in: destination, packedIn: spec.outerCodec, limits: limits)
        try await file.read(by: reader, codecs: spec.codecs, budget: budget, into: standing)
        if let found = standing.schema, let difference = TableDifference.schemaDifference(found, schema.schema) {
            return [Difference(days: [], kind: .columns(difference))]
        }
        let sources = SourceChecksums(source: source, spec: spec, schema: schema, limits: limits)
        let hour = spec.spec.size == .hour ? partition.hour : nil
        var differences: [Difference] = []
        for (section, found) in zip(sections, standing.sections) {
            let expected = try await checksums(sources, of: section.sources, hour: hour)
            if let kind = TableDifference(found, expected) {
                differences.append(Difference(days: section.sources.map(\.day), kind: kind))
            }
        }
        if standing.extraRowCount > 0 {
            let total = standing.sections.reduce(0) { $0 + $1.rowCount }
            differences.append(Difference(days: [], kind: .rowCount(total + standing.extraRowCount, total)))
        }
        return differences
    }

    private func checksums(
        _ sources: SourceChecksums, of span: [ConversionJob.Source], hour: Int?
    ) async throws(S3DBError) -> TableChecksums {
        let byteCount = MemoryNeeds(spec: spec, limits: limits, destination: destination).producerByteCount(of: span)
        let reserved = min(byteCount, budget.total)
        try await budget.acquire(reserved)
        defer { budget.release(reserved) }
        return try await sources.checksums(of: span, hour: hour)
    }

    /// The spans of a file and the rows that it says they have; as one where it does not say.
    private func sections(
        of spans: [[ConversionJob.Source]], _ provenance: Provenance
    ) -> [(sources: [ConversionJob.Source], rowCount: Int)] {
        var rowCounts: [[Provenance.Source]: Int] = [:]
        for section in provenance.sections {
            guard let count = section.rowCount else { return [(Array(spans.joined()), Int.max)] }
            let (sum, isOverflow) = rowCounts[section.sources, default: 0].addingReportingOverflow(count)
            rowCounts[section.sources] = isOverflow ? Int.max : sum
        }
        return spans.map { span in (span, rowCounts[span.map(Provenance.Source.init)] ?? 0) }
    }
}

extension TableDifference {
    /// The difference of a file from its sources in the sentence of a finding.
    var finding: String {
        switch self {
        case .columns(let text): text
        case .rowCount(let here, let there): "\(here) rows, where the sources have \(there)"
        case .values(let names): "other values in \(names.joined(separator: ", "))"
        }
    }
}
