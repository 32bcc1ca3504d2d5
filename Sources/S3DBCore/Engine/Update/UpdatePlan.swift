/// What an output that stands keeps when its sources have changed, and what is encoded anew.
///
/// A pure function of what the file was made from and of the sources as they are now.
struct UpdatePlan: Hashable, Sendable {
    /// What the file that stands was made from.
    let standing: Provenance
    /// What becomes of each span of the new file, in order.
    let steps: [Step]
    /// Sources of the standing file that no span of the new one has at any version.
    let removed: [Provenance.Source]

    /// What becomes of a span.
    enum Step: Hashable, Sendable {
        /// Its sections stay: these of the standing file.
        case keep(sections: Range<Int>)
        /// It replaces one of which a source has changed, appeared or gone.
        case replace
        /// None of its sources was in the file.
        case add

        /// The sections that stay; nil for none.
        var kept: Range<Int>? {
            if case .keep(let sections) = self { sections } else { nil }
        }
    }

    /// Compares a file with the sources of the spans that it is to have.
    ///
    /// - Parameter isPacked: Whether an outer codec packs sections as pieces.
    init(from standing: Provenance, to spans: [[Provenance.Source]], isPacked: Bool) {
        self.standing = standing
        let sections = Self.sectionRanges(of: standing)
        let keys = Set(standing.sources.map(\.key))
        steps = spans.map { span in
            if let range = sections[span], Self.canKeep(standing.sections[range], isPacked: isPacked, of: spans.count) {
                return .keep(sections: range)
            }
            return span.contains { keys.contains($0.key) } ? .replace : .add
        }
        let present = Set(spans.joined().map(\.key))
        removed = standing.sources.filter { !present.contains($0.key) }
    }

    /// Whether any section stays.
    var keepsAny: Bool { steps.contains { $0.kept != nil } }

    /// The sections of each span.
    private static func sectionRanges(of standing: Provenance) -> [[Provenance.Source]: Range<Int>] {
        var ranges: [[Provenance.Source]: Range<Int>] = [:]
        var start = 0
        for (index, section) in standing.sections.enumerated() {
            if section.sources != standing.sections[start].sources { start = index }
            ranges[section.sources] = start..<index + 1
        }
        return ranges
    }

    /// Whether sections stand in the file as they would in a new one: on their own, with all that is known of them.
    ///
    /// A file of one span and at most one section is packed whole as one frame, whatever its sections were before.
    private static func canKeep(
        _ sections: ArraySlice<Provenance.Section>, isPacked: Bool, of spanCount: Int
    ) -> Bool {
        if isPacked && spanCount == 1 && sections.count == 1 { return false }
        return sections.allSatisfy { section in
            guard let rowCount = section.rowCount, section.byteCount != nil else { return false }
            return !isPacked || rowCount == 0 || section.digest != nil
        }
    }
}
