import S3DB
import Testing

/// What plans say of an output's sections.
@Suite struct SectionStatesTests {
    private static func counts(_ test: UpdateLake) async throws -> [Int] {
        let converter = Converter(from: test.lake.store, to: test.destination)
        let plan = try await converter.plan(test.spec, datasets: [MemoryLake.dataset])
        try #require(plan.outputs.count == 1)
        return try #require(plan.outputs.first?.sections).counts.map(\.count)
    }

    private static func spec(_ span: SectionSpan) throws -> ValidatedSpec {
        try ConversionSpec(format: "parquet", codec: "sz", layout: "athena", size: .month, span: span)
            .validated(in: .standard)
    }

    @Test func daysAreCountedByWhatBecameOfTheirSources() async throws {
        let test = try await UpdateLake(try Self.spec(.day))
        for day in 1...6 { try await test.put(day, rows: 10, salt: day) }
        #expect(try await Self.counts(test) == [0, 0, 6, 0])
        try await test.convert()
        #expect(try await Self.counts(test) == [6, 0, 0, 0])
        try await test.put(2, rows: 10, salt: 9)
        try await test.put(9, rows: 10, salt: 9)
        try await test.remove(4)
        try await test.remove(5)
        #expect(try await Self.counts(test) == [3, 1, 1, 2])
        for day in [1, 2, 3, 6, 9] { try await test.remove(day) }
        #expect(try await Self.counts(test) == [0, 0, 0, 6], "the output is orphaned")
    }

    @Test func aSectionThatJoinsDaysChangesWithEachOfThem() async throws {
        let test = try await UpdateLake(try Self.spec(.week))
        // 2020-06-01 was a Monday.
        for day in 1...12 { try await test.put(day, rows: 10, salt: day) }
        try await test.convert()
        #expect(try await Self.counts(test) == [2, 0, 0, 0])
        try await test.put(13, rows: 10, salt: 1)
        try await test.put(20, rows: 10, salt: 1)
        #expect(try await Self.counts(test) == [1, 1, 1, 0])
    }

    @Test func otherColumnsMakeEverySectionStale() async throws {
        let test = try await UpdateLake(try Self.spec(.day))
        for day in 1...3 { try await test.put(day, rows: 10, salt: day) }
        try await test.convert()
        try await test.lake.put(
            "test/prices/METADATA.json",
            Array(#"{"type_map": {"target_start": "int", "node": "str", "lmp": "str", "ids": "list"}}"#.utf8))
        #expect(try await Self.counts(test) == [0, 3, 0, 0])
    }
}
