import Foundation
import S3DB
import SamplePlugins
import Testing

/// The engine with a codec and a format that it has never seen.
@Suite struct ConversionTests {
    /// What the converter comes with, the two plugins, and the layout for one format more.
    private func registry() throws -> Registry {
        var registry = Registry.standard
        try registry.register(RunLengthXOR())
        try registry.register(JSONLines())
        try registry.register(DataClient(formats: ["arrow", "parquet", "jsonl"]), replacing: true)
        return registry
    }

    private func plan(_ lake: SampleLake, _ converter: Converter) async throws -> ConversionPlan {
        let spec = ConversionSpec(
            format: "jsonl", codec: "rlx", layout: "dataclient", size: .month,
            cutting: CuttingLimits(batchRowCount: 100, sectionRowCount: 300))
        return try await converter.plan(
            try spec.validated(in: registry()), datasets: try await converter.datasets())
    }

    /// Converts, and gives the rows and sections of what was written.
    private func run(_ plan: ConversionPlan, _ converter: Converter) async -> (rows: [Int], sections: [Int]) {
        var rows: [Int] = []
        var sections: [Int] = []
        for await result in converter.run(plan) {
            switch result.outcome {
            case .written(let written):
                rows.append(written.rowCount)
                sections.append(written.sectionCount)
            case .failed(let error): Issue.record("\(result.key): \(error)")
            case .unchanged, .removed: Issue.record("\(result.key): \(result.outcome)")
            }
        }
        return (rows.sorted(), sections.sorted())
    }

    @Test func convertsAndKnowsWhatIsCurrent() async throws {
        let lake = try await SampleLake()
        let converter = Converter(from: lake.source, to: lake.results)
        let first = try await plan(lake, converter)
        #expect(first.failures.map(\.description) == [])
        #expect(first.outputs.map(\.state) == [.missing, .missing])
        #expect(
            first.outputs.map(\.key.text) == [
                "miso/realtime_price/year=2020/1577836800.jsonl.rlx",
                "miso/realtime_price/year=2020/1580515200.jsonl.rlx",
            ])
        let written = await run(first, converter)
        #expect(written.rows == [SampleLake.rowsOfADay, 2 * SampleLake.rowsOfADay])
        #expect(written.sections == [3, 6])

        let second = try await plan(lake, converter)
        #expect(second.outputs.map(\.state) == [.current, .current])
        #expect(second.jobs.isEmpty)
        #expect(await run(second, converter).rows == [])
    }

    @Test func aChangedSourceMakesItsMonthStale() async throws {
        let lake = try await SampleLake()
        let converter = Converter(from: lake.source, to: lake.results)
        _ = await run(try await plan(lake, converter), converter)
        let key = try ObjectKey("miso/realtime_price/year=2020/1580515200.csv.gz")
        let csv = Buffer("target_start,lmp\n1580515200,1.5\n".utf8)
        let stored = try Registry.standard.codecs.named("gz").compress(csv.bytes)
        _ = try await lake.source.put(key, [stored], if: .none)
        let plan = try await plan(lake, converter)
        #expect(plan.outputs.map(\.state) == [.current, .stale])
        #expect(await run(plan, converter).rows == [1])
    }

    @Test(.enabled(if: Python.isWanted, "needs pyarrow: set S3DB_PYTHON"))
    func rowsAreAsPyarrowReadsTheCSV() async throws {
        let lake = try await SampleLake()
        let converter = Converter(from: lake.source, to: lake.results)
        _ = await run(try await plan(lake, converter), converter)
        let script = try #require(Bundle.module.url(forResource: "compare", withExtension: "py"))
        let rows = SampleLake.days.count * SampleLake.rowsOfADay
        let (status, text) = try Python.run(
            script, [lake.source.root, lake.results.root, SampleLake.dataset, "2", "\(rows)"])
        #expect(status == 0, "\(text)")
    }
}
