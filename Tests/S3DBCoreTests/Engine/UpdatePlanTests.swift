import Testing

@testable import S3DBCore

@Suite struct UpdatePlanTests {
    private static func source(_ key: String, _ token: Int = 1) -> Provenance.Source {
        .init(key: key, token: VersionToken("\(token)"))
    }

    /// A file of days a, b (in two sections), c (without rows) and d.
    private static func standing(isPacked: Bool = false) -> Provenance {
        let digest = isPacked ? PieceDigest(contentByteCount: 10) : nil
        func section(_ key: String, rows: Int = 5) -> Provenance.Section {
            .init(sources: [source(key)], rowCount: rows, byteCount: rows, digest: rows > 0 ? digest : nil)
        }
        return Provenance(
            tool: "", spec: "", schemaHash: "", extraColumns: [],
            sections: [section("a"), section("b"), section("b"), section("c", rows: 0), section("d")])
    }

    @Test(arguments: [false, true])
    func saysWhatBecomesOfEachDay(isPacked: Bool) {
        let spans = [[Self.source("a")], [Self.source("b", 2)], [Self.source("c")], [Self.source("e")]]
        let plan = UpdatePlan(from: Self.standing(isPacked: isPacked), to: spans, isPacked: isPacked)
        #expect(plan.steps == [.keep(sections: 0..<1), .replace, .keep(sections: 3..<4), .add])
        #expect(plan.removed == [Self.source("d")])
        #expect(plan.keepsAny)
    }

    @Test func sectionsThatAreNoPiecesAreNotKept() {
        let spans = [[Self.source("a")], [Self.source("b")]]
        #expect(!UpdatePlan(from: Self.standing(), to: spans, isPacked: true).keepsAny)
        var streamed = Self.standing()
        for index in streamed.sections.indices { streamed.sections[index].rowCount = nil }
        #expect(!UpdatePlan(from: streamed, to: spans, isPacked: false).keepsAny)
    }

    @Test func aFileOfOneSectionIsPackedWhole() {
        let packed = Self.standing(isPacked: true)
        #expect(!UpdatePlan(from: packed, to: [[Self.source("a")]], isPacked: true).keepsAny)
        #expect(UpdatePlan(from: packed, to: [[Self.source("b")]], isPacked: true).keepsAny)
        #expect(UpdatePlan(from: Self.standing(), to: [[Self.source("a")]], isPacked: false).keepsAny)
    }

    @Test func spansOfOtherSourcesAreReplaced() {
        let standing = Provenance(
            tool: "", spec: "", schemaHash: "", extraColumns: [],
            sections: [.init(sources: [Self.source("a"), Self.source("b")], rowCount: 5, byteCount: 5)])
        for span in [[Self.source("a")], [Self.source("a"), Self.source("b"), Self.source("c")]] {
            let plan = UpdatePlan(from: standing, to: [span], isPacked: false)
            #expect(plan.steps == [.replace])
        }
        let same = [[Self.source("a"), Self.source("b")]]
        #expect(UpdatePlan(from: standing, to: same, isPacked: false).steps == [.keep(sections: 0..<1)])
    }

    @Test func runsAreJoinedAndTheShortestSentAgain() {
        var sections: [Provenance.Section] = []
        for (index, key) in ["a", "b", "c", "d", "e", "f"].enumerated() {
            sections.append(.init(sources: [Self.source(key)], rowCount: 1, byteCount: 10 + index))
        }
        let standing = Provenance(tool: "", spec: "", schemaHash: "", extraColumns: [], sections: sections)
        let ranges = [0..<10, 10..<21, 21..<33, 33..<46, 46..<60, 60..<75]
        let spans = [("a", 1), ("b", 1), ("c", 2), ("d", 1), ("e", 3), ("f", 1)].map { [Self.source($0, $1)] }
        let plan = UpdatePlan(from: standing, to: spans, isPacked: false)
        let all = KeptRuns(of: plan, in: ranges, limit: 9)
        #expect(all.runs == [0..<21, 33..<46, 60..<75])
        #expect(all.contains(10..<21) && !all.contains(21..<33))
        let two = KeptRuns(of: plan, in: ranges, limit: 2)
        #expect(two.runs == [0..<21, 60..<75])
        #expect(!two.contains(33..<46))
    }
}
