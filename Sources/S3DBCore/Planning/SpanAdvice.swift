/// Whether the sections of a dataset's files hold enough rows, and which span would be better where they do not.
///
/// Every section has a price of its own in each reader: a row group or record batch, its statistics, its dictionaries.
struct SpanAdvice {
    /// The rows that a section should have at least.
    static let rowCount = 50_000

    /// What stored bytes a row of S3DB data takes, about: 734 MB of gzip hold 59 million rows.
    static let storedRowByteCount = 12

    /// Text that names the better span; nil where the span is good or nothing is known.
    ///
    /// - Parameters:
    ///   - standing: What stale outputs were made from, which knows their rows.
    ///   - sources: The sources, by whose bytes rows are estimated where no output tells them.
    static func warning(
        _ spec: ConversionSpec, dataset: DatasetID, standing: [Provenance], sources: [ConversionJob.Source]
    ) -> String? {
        guard spec.size == .month || spec.size == .year else { return nil }
        let sections = standing.flatMap(\.sections)
        let known = sections.reduce(0) { $0 + ($1.rowCount ?? 0) }
        let dayCount = known > 0 ? standing.reduce(0) { $0 + $1.sources.count } : sources.count
        let rows = known > 0 ? known : sources.reduce(0) { $0 + $1.info.byteCount } / storedRowByteCount
        guard dayCount > 0 else { return nil }
        let daily = rows / dayCount
        let spans: [(span: SectionSpan, dayCount: Int)] = [(.day, 1), (.week, 7), (.month, 30)]
        guard let current = spans.first(where: { $0.span == spec.span }), daily * current.dayCount < rowCount,
            let better = spans.first(where: { daily * $0.dayCount >= rowCount }) ?? spans.last, better.span != spec.span
        else { return nil }
        return """
            \(dataset): a section that covers a \(spec.span) has about \(daily * current.dayCount) rows; \
            with --span \(better.span) readers have fewer and larger ones
            """
    }
}
