/// How the sections of an output compare with its sources.
///
/// A section here is what one span of sources contributes, also where limits cut that further.
public struct SectionStates: Hashable, Sendable {
    /// Sections that were made of what their sources are now.
    public var currentCount = 0
    /// Sections of which a source has changed, appeared or gone since, or whose columns are others now.
    public var staleCount = 0
    /// Sections that the output lacks: none of their sources was in it.
    public var missingCount = 0
    /// Sections whose sources are all gone.
    public var goneCount = 0

    /// Begins without sections.
    public init() {}

    /// Compares an output with the spans that it is to have.
    ///
    /// - Parameters:
    ///   - standing: What the output was made from.
    ///   - hasSchema: Whether its columns are those that a new one would have.
    init(of standing: Provenance, spans: [[Provenance.Source]], hasSchema: Bool) {
        let sections = Set(standing.sections.map(\.sources))
        let keys = Set(sections.joined().map(\.key))
        for span in spans {
            if sections.contains(span), hasSchema {
                currentCount += 1
            } else if span.contains(where: { keys.contains($0.key) }) {
                staleCount += 1
            } else {
                missingCount += 1
            }
        }
        let present = Set(spans.joined().map(\.key))
        goneCount = sections.count { section in section.allSatisfy { !present.contains($0.key) } }
    }

    /// Adds the sections of another output.
    public static func += (a: inout SectionStates, b: SectionStates) {
        a.currentCount += b.currentCount
        a.staleCount += b.staleCount
        a.missingCount += b.missingCount
        a.goneCount += b.goneCount
    }

    /// The number in each state, in the order in which they are shown.
    public var counts: [(state: String, count: Int)] {
        [("current", currentCount), ("stale", staleCount), ("missing", missingCount), ("gone", goneCount)]
    }
}
