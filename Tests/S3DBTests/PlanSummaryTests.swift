import S3DB
import Testing

@Suite struct PlanSummaryTests {
    @Test func plansOfSingleDatasetsAddUpToThatOfAll() async throws {
        let lake = try await MemoryLake()
        for day in ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-05"] { try await lake.put(day: day, rows: 9) }
        let other = try #require(DatasetID("test/offers"))
        for name in ["METADATA.json", "year=2020/1577836800.csv.gz"] {
            let bytes = try #require(try await lake.store.read(try ObjectKey("test/prices/\(name)"))).bytes
            try await lake.put("\(other)/\(name)", Array(bytes))
        }
        try await lake.put("test/prices/notes.txt", [1])
        let destination = MemoryStore()
        let backfill = try Backfill(
            BackfillConfiguration(
                source: "s3://lake/in/", destination: "s3://lake/out/",
                spec: ConversionSpec(format: "parquet", codec: "sz", layout: "athena", size: .day),
                datasets: .matching(["test/prices"])),
            from: lake.store, to: destination)
        await backfill.run(try await backfill.plan()) { _ in }
        // One of each state: changed, gone, replaced by something else, and a dataset without outputs.
        try await lake.put(day: "2020-01-01", rows: 9, salt: 1)
        let gone = SourceKey.day(MemoryLake.dataset, try #require(UTCDay("2020-01-05"))).key
        try await lake.store.delete(try ObjectKey(gone), if: .none)
        let replaced = try ObjectKey("test/prices/day_partition=2020-01-02/1577923200.parquet")
        _ = try await destination.put(replaced, [Buffer([7])], if: .none)

        var configuration = backfill.configuration
        configuration.datasets = .all
        let all = try Backfill(configuration, from: lake.store, to: destination)
        let (summary, whole) = (try await all.summary(), PlanSummary(try await all.plan()))
        #expect(summary.figures == whole.figures)
        #expect(summary.jobCount == whole.jobCount && summary.foreign == whole.foreign)
        #expect(summary.datasets == [other, MemoryLake.dataset])
        #expect(summary.counts(of: MemoryLake.dataset).map(\.count) == [1, 1, 0, 1, 1])
        #expect(summary.counts().map(\.count) == [1, 1, 1, 1, 1])
        #expect(summary.jobCount == 3 && summary.ignoredObjectCount == 1)
        #expect(summary.foreign.map(\.key) == [replaced])
        let stale = try #require(summary.figures[MemoryLake.dataset]?.states["stale"])
        #expect(stale.count == 1 && stale.first.description == "2020-01-01" && stale.first == stale.last)
        #expect(summary.sourceByteCount == (try await all.plan()).sourceByteCount)
    }
}
