import TestSupport
import Testing

@testable import S3DBCore

/// What is copied and what is sent, against a search through all choices.
@Suite struct CopyPlanTests {
    /// The fewest bytes of runs that can be sent, by trying every cut of every run.
    private static func fewest(newByteCounts: [Int], runs: [Range<Int>], minimum: Int) -> Int {
        var fewest = Int.max
        /// - Parameters:
        ///   - pending: Bytes that were sent since the last copy.
        ///   - sent: Bytes of runs that were sent.
        func search(_ index: Int, pending: Int, sent: Int) {
            let pending = pending + newByteCounts[index]
            guard index < runs.count else {
                fewest = min(fewest, sent)
                return
            }
            let count = runs[index].count
            search(index + 1, pending: pending + count, sent: sent + count)
            guard count >= minimum else { return }
            for lead in 0...count - minimum where pending + lead == 0 || pending + lead >= minimum {
                for trail in 0...count - minimum - lead { search(index + 1, pending: trail, sent: sent + lead + trail) }
            }
        }
        search(0, pending: 0, sent: 0)
        return fewest
    }

    @Test func nothingSendsLess() {
        var generator = SeededGenerator.fresh()
        for _ in 0..<3000 {
            let minimum = Int.random(in: 1...6, using: &generator)
            let runCount = Int.random(in: 0...4, using: &generator)
            var start = Int.random(in: 0...9, using: &generator)
            var runs: [Range<Int>] = []
            for _ in 0..<runCount {
                let count = Int.random(in: 1...2 * minimum + 3, using: &generator)
                runs.append(start..<start + count)
                start += count + Int.random(in: 0...5, using: &generator)
            }
            var new = (0...runCount).map { _ in max(0, Int.random(in: -3...minimum + 3, using: &generator)) }
            new[runCount] += 1
            let copies = CopyPlan.copies(newByteCounts: new, runs: runs, minimum: minimum)
            let sent = zip(runs, copies).reduce(0) { $0 + $1.0.count - ($1.1?.count ?? 0) }
            let fewest = Self.fewest(newByteCounts: new, runs: runs, minimum: minimum)
            #expect(sent == fewest, "seed \(generator.seed): \(new) \(runs) at least \(minimum): \(copies)")
            if sent != fewest { return }
        }
    }

    @Test func anEmptyFileHasNoCopies() {
        #expect(CopyPlan.copies(newByteCounts: [0], runs: [], minimum: 5) == [])
    }
}
