/// The stretches of a standing file that an update keeps one behind the other.
struct KeptRuns: Hashable {
    /// Those that may be copied, in the order of the new file.
    let runs: [Range<Int>]

    /// Joins the stored ranges of kept sections.
    ///
    /// - Parameters:
    ///   - ranges: For each section of the standing file its bytes.
    ///   - limit: How many runs there may be: where there are more, the shortest are sent again.
    init(of plan: UpdatePlan, in ranges: [Range<Int>], limit: Int) {
        // The run that each stretch of kept sections makes; nil between them for what is encoded.
        var stretches: [Range<Int>?] = []
        for step in plan.steps {
            guard let kept = step.kept else {
                if stretches.last != .some(nil) { stretches.append(nil) }
                continue
            }
            for section in kept where !ranges[section].isEmpty {
                if case .some(.some(let run)) = stretches.last, run.upperBound == ranges[section].lowerBound {
                    stretches[stretches.count - 1] = run.lowerBound..<ranges[section].upperBound
                } else {
                    stretches.append(ranges[section])
                }
            }
        }
        let longest = Set(stretches.compactMap(\.self).sorted { $0.count > $1.count }.prefix(limit))
        runs = stretches.compactMap(\.self).filter(longest.contains)
    }

    /// Whether a range of the file may be copied.
    func contains(_ range: Range<Int>) -> Bool {
        runs.contains { $0.contains(range.lowerBound) && range.upperBound <= $0.upperBound }
    }
}
