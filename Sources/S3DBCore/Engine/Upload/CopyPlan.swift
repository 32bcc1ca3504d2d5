/// Which bytes of an object become copied parts of its successor, so that the fewest pass through this process.
///
///     new | run | new | run | run | new          the successor: bytes to send, and runs of the object's bytes
///     =======|---copy---|====|--copy--|=======    what is sent between two copies is one part or more
///
/// A store copies no part that is smaller than its smallest, and takes none but for the last. So a run that is too
/// short is read and sent again, and where too little is new between two copies, bytes of the runs beside it are
/// sent with it.
enum CopyPlan {
    /// For each run the bytes of it that are copied; nil where all of it is sent.
    ///
    /// No other choice sends fewer bytes. O(runs²) for runs that are long beside the smallest part.
    ///
    /// - Parameters:
    ///   - newByteCounts: The new bytes in front of each run and behind the last: one more than there are runs.
    ///   - runs: Ranges of the object.
    ///   - minimum: The bytes of the smallest part but for the last.
    static func copies(newByteCounts: [Int], runs: [Range<Int>], minimum: Int) -> [Range<Int>?] {
        let start = Choice(run: -1, sentByteCount: 0, spareByteCount: 0, lead: 0, trail: 0, previous: 0)
        var table = [start]
        // For each place, 0 before the first run, the choices in the table that end there and that none beats.
        var reached = [[0]]
        for target in runs.indices {
            var reaching: [Choice] = []
            for (from, choices) in reached.enumerated() {
                let skipped = runs[from..<target].reduce(0) { $0 + $1.count }
                let group = newByteCounts[from...target].reduce(skipped, +)
                let need = group == 0 ? 0 : max(0, minimum - group)
                for index in choices {
                    // What the run before can spare is of no other use.
                    let trail = min(need, table[index].spareByteCount)
                    let spare = runs[target].count - minimum - (need - trail)
                    guard spare >= 0 else { continue }
                    reaching.append(
                        Choice(
                            run: target, sentByteCount: table[index].sentByteCount + skipped + need,
                            spareByteCount: spare, lead: need - trail, trail: trail, previous: index))
                }
            }
            let kept = unbeaten(reaching)
            reached.append(Array(table.count..<table.count + kept.count))
            table += kept
        }
        // The last part may be of any size: nothing is needed behind the last copy.
        var best = (sentByteCount: Int.max, index: 0)
        for (from, choices) in reached.enumerated() {
            let skipped = runs[from...].reduce(0) { $0 + $1.count }
            for index in choices where table[index].sentByteCount + skipped < best.sentByteCount {
                best = (table[index].sentByteCount + skipped, index)
            }
        }
        return ranges(of: best.index, table: table, runs: runs)
    }

    /// A way to reach a run and copy it.
    private struct Choice {
        /// The run that is copied last; -1 before the first.
        var run: Int
        /// The bytes of runs that are sent.
        var sentByteCount: Int
        /// The bytes that the run can lose at its end and still be copied.
        var spareByteCount: Int
        /// The bytes that the run loses at its start.
        var lead: Int
        /// The bytes that the run copied before it loses at its end.
        var trail: Int
        /// The choice that this one goes on from, as its place in the table.
        var previous: Int
    }

    /// The choices than which no other sends as little and spares as much, cheapest first.
    private static func unbeaten(_ choices: [Choice]) -> [Choice] {
        var kept: [Choice] = []
        let sorted = choices.sorted { ($0.sentByteCount, -$0.spareByteCount) < ($1.sentByteCount, -$1.spareByteCount) }
        for choice in sorted where choice.spareByteCount > kept.last?.spareByteCount ?? -1 { kept.append(choice) }
        return kept
    }

    private static func ranges(of last: Int, table: [Choice], runs: [Range<Int>]) -> [Range<Int>?] {
        var ranges = [Range<Int>?](repeating: nil, count: runs.count)
        var choice = table[last]
        var trail = 0
        while choice.run >= 0 {
            let run = runs[choice.run]
            ranges[choice.run] = run.lowerBound + choice.lead..<run.upperBound - trail
            trail = choice.trail
            choice = table[choice.previous]
        }
        return ranges
    }
}
