/// The sections of a file beside the spans of sources that it is to have.
struct StandingSections {
    private let spans: [[ConversionJob.Source]]
    private let standing: Provenance
    /// Whether the file's columns are those that a new one would have.
    private let hasSchema: Bool

    /// - Parameter spans: The sources by the sections that they belong to, in order.
    init(of standing: Provenance, beside spans: [[ConversionJob.Source]], hasSchema: Bool) {
        self.standing = standing
        self.spans = spans
        self.hasSchema = hasSchema
    }

    /// Each section once, however it is cut, and each that the file lacks, in the order of their days.
    var sections: [SectionVerification] {
        let wanted = Set(spans.map { $0.map(Provenance.Source.init) })
        let present = Set(spans.joined().map(\.info.key.text))
        let keys = Set(standing.sections.flatMap(\.sources).map(\.key))
        var sections: [SectionVerification] = []
        for run in runs {
            let sources = run.first?.sources ?? []
            let state: SectionVerification.State =
                if wanted.contains(sources) && hasSchema {
                    .current
                } else {
                    sources.contains { present.contains($0.key) } ? .stale : .gone
                }
            sections.append(
                SectionVerification(
                    days: sources.compactMap(\.day), state: state, rowCount: Self.sum(run.map(\.rowCount)),
                    byteCount: Self.sum(run.map(\.byteCount)), pieceCount: run.count))
        }
        for span in spans where !span.contains(where: { keys.contains($0.info.key.text) }) {
            sections.append(SectionVerification(days: span.map(\.day), state: .missing, pieceCount: 0))
        }
        return sections.enumerated().sorted { a, b in
            let (first, second) = (a.element.days.first, b.element.days.first)
            return first == second ? a.offset < b.offset : (first ?? .epoch) < (second ?? .epoch)
        }.map(\.element)
    }

    /// Neighbours that were made of the same sources.
    private var runs: [ArraySlice<Provenance.Section>] {
        var runs: [ArraySlice<Provenance.Section>] = []
        var start = 0
        for index in standing.sections.indices.dropFirst()
        where standing.sections[index].sources != standing.sections[start].sources {
            runs.append(standing.sections[start..<index])
            start = index
        }
        if !standing.sections.isEmpty { runs.append(standing.sections[start...]) }
        return runs
    }

    /// The sum of numbers that are all known and small enough to be true.
    private static func sum(_ numbers: [Int?]) -> Int? {
        var total = 0
        for number in numbers {
            guard let number else { return nil }
            let (sum, isOverflow) = total.addingReportingOverflow(number)
            guard !isOverflow else { return nil }
            total = sum
        }
        return total
    }

    /// The rows of all sections; nil where they are not known.
    var rowCount: Int? { Self.sum(standing.sections.map(\.rowCount)) }

    /// Adds what the sources say against the file.
    func addFindings(to output: inout OutputVerification) {
        var tokens: [String: VersionToken] = [:]
        for source in standing.sections.flatMap(\.sources) { tokens[source.key] = source.token }
        let sources = Array(spans.joined())
        let present = Set(sources.map(\.info.key.text))
        let missing = sources.filter { tokens[$0.info.key.text] == nil }.map(\.day)
        let stale = sources.filter { source in
            tokens[source.info.key.text].map { $0 != source.info.version } ?? false
        }.map(\.day)
        let gone = standing.sources.filter { !present.contains($0.key) }
        if !missing.isEmpty { output.add(.missingSource, days: missing, "not in the file", .run) }
        if !stale.isEmpty { output.add(.staleSource, days: stale, "changed since the file was made", .run) }
        if !gone.isEmpty { output.add(.sourceGone, days: gone.compactMap(\.day), "in the file without a source", .run) }
        let isSame = standing.sources == sources.map(Provenance.Source.init)
        if !isSame && missing.isEmpty && stale.isEmpty && gone.isEmpty {
            output.add(.damagedFile, "its sections are not in the order of their days, or stand twice", .run)
        }
        if !hasSchema { output.add(.otherColumns, "its columns are not those that a new file would have", .run) }
    }
}

extension Provenance.Source {
    /// The day that its key names; nil for a key that names none.
    var day: UTCDay? {
        if case .day(_, let day) = try? SourceKey(key) { day } else { nil }
    }
}
