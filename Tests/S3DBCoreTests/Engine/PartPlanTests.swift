import TestSupport
import Testing

@testable import S3DBCore

/// The parts of uploads against S3's limits.
@Suite struct PartPlanTests {
    static let minimum = 5 << 20
    static let partByteCount = 8 << 20

    private struct Layout {
        var groups: [PartPlan.Group] = []
        var runs: [Range<Int>] = []

        /// A layout of up to `runLimit` runs of sizes from bytes to more than a part can have.
        init(runLimit: Int, using generator: inout SeededGenerator) {
            func size() -> Int {
                let scale = Int.random(in: 0...34, using: &generator)
                return Int.random(in: 1...1 << scale, using: &generator)
            }
            var start = 0
            for index in 0...Int.random(in: 0...runLimit, using: &generator) {
                var group = PartPlan.Group(heldByteCount: Bool.random(using: &generator) ? min(size(), 18 << 20) : 0)
                if Int.random(in: 0...4, using: &generator) == 0 {
                    let head = minimum + Int.random(in: 0...1 << 20, using: &generator)
                    let tail = minimum + Int.random(in: 0...partByteCount, using: &generator)
                    group = .init(heldByteCount: head + tail, early: .init(offset: head, byteCount: size() + minimum))
                }
                // Prologue and epilogue.
                if index == 0 { group.heldByteCount += 4 }
                groups.append(group)
                runs.append(start..<start + size())
                start = (runs.last?.upperBound ?? 0) + Int.random(in: 0...1000, using: &generator)
            }
            runs.removeLast()
            groups[groups.count - 1].heldByteCount += 100
            if let early = groups[0].early { groups[0].early?.offset = early.offset + 4 }
        }
    }

    @Test func keepsToTheLimits() {
        var generator = SeededGenerator.fresh()
        for _ in 0..<4000 {
            let layout = Layout(runLimit: 9, using: &generator)
            let plan = PartPlan(
                groups: layout.groups, runs: layout.runs, minimum: Self.minimum, partByteCount: Self.partByteCount)
            let problem = Self.problem(of: plan, layout.groups, layout.runs)
            #expect(problem == nil, "seed \(generator.seed): \(layout): \(plan.parts)")
            if problem != nil { return }
        }
    }

    /// What is wrong with a plan: a part out of bounds, or other bytes than those of the file in order.
    private static func problem(of plan: PartPlan, _ groups: [PartPlan.Group], _ runs: [Range<Int>]) -> String? {
        var seen: [PartPlan.Piece] = []
        for (index, part) in plan.parts.enumerated() {
            let isLast = index == plan.parts.count - 1
            switch part {
            case .copy(let range):
                guard (minimum...5 << 30).contains(range.count) else { return "a copy of \(range.count) bytes" }
                seen.append(.kept(range))
            case .send(let pieces):
                let byteCount = pieces.reduce(0) { $0 + $1.byteCount }
                guard byteCount >= (isLast ? 1 : minimum) else { return "a part of \(byteCount) bytes" }
                guard byteCount < 2 * partByteCount else { return "a large part of \(byteCount) bytes" }
                seen += pieces
            case .sentEarly(let group):
                guard let early = groups[group].early else { return "early parts of a group without" }
                seen.append(.held(group: -1 - group, 0..<early.byteCount))
            }
        }
        guard plan.parts.count <= 10_000 else { return "\(plan.parts.count) parts" }
        var expected: [PartPlan.Piece] = []
        for (index, group) in groups.enumerated() {
            if let early = group.early {
                expected.append(.held(group: index, 0..<early.offset))
                expected.append(.held(group: -1 - index, 0..<early.byteCount))
                expected.append(.held(group: index, early.offset..<group.heldByteCount))
            } else {
                expected.append(.held(group: index, 0..<group.heldByteCount))
            }
            if index < runs.count { expected.append(.kept(runs[index])) }
        }
        return joined(seen) == joined(expected) ? nil : "other bytes"
    }

    /// Pieces that follow one another as one, empty ones left out.
    private static func joined(_ pieces: [PartPlan.Piece]) -> [PartPlan.Piece] {
        var joined: [PartPlan.Piece] = []
        for piece in pieces where piece.byteCount > 0 {
            switch (joined.last, piece) {
            case (.kept(let last)?, .kept(let next)) where last.upperBound == next.lowerBound:
                joined[joined.count - 1] = .kept(last.lowerBound..<next.upperBound)
            case (.held(let group, let last)?, .held(let other, let next))
            where group == other && last.upperBound == next.lowerBound:
                joined[joined.count - 1] = .held(group: group, last.lowerBound..<next.upperBound)
            default: joined.append(piece)
            }
        }
        return joined
    }
}
