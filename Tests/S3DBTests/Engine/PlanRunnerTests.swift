import S3DB
import Synchronization
import Testing

/// Runs of plans that are made meanwhile.
@Suite struct PlanRunnerTests {
    private static let datasetCount = 6
    private static let days = ["2020-01-01", "2020-01-02", "2020-01-03", "2020-01-04"]

    /// A lake of several datasets that are alike.
    private static func makeLake() async throws -> MemoryLake {
        let lake = try await MemoryLake()
        for day in days { try await lake.put(day: day, rows: 24) }
        let contents = try await lake.store.contents()
        for number in 1..<datasetCount {
            for (key, bytes) in contents {
                try await lake.put(key.replacing("test/prices/", with: "test/prices\(number)/"), Array(bytes))
            }
        }
        return lake
    }

    private static func converter(
        _ source: any ObjectStore, to destination: any ObjectStore, plannedJobCount: Int = 20_000
    ) -> Converter {
        Converter(
            from: source, to: destination, limits: EngineLimits(workerCount: 1, plannedJobCount: plannedJobCount))
    }

    @Test(arguments: [1, 4, 5, 1000])
    func fewJobsWaitWhateverThereIs(limit: Int) async throws {
        let lake = try await Self.makeLake()
        let destination = MemoryStore("out")
        let converter = Self.converter(lake.store, to: destination, plannedJobCount: limit)
        let datasets = try await converter.datasets()
        #expect(datasets.count == Self.datasetCount)
        let waiting = Mutex(0)
        let most = Mutex(0)
        let planned = Mutex<[DatasetID]>([])
        try await converter.run(
            converter.plans(MemoryLake.spec(), datasets: datasets),
            planned: { plan in
                let now = waiting.withLock { waiting in
                    waiting += plan.jobs.count
                    return waiting
                }
                most.withLock { $0 = max($0, now) }
                planned.withLock { $0 += [plan.dataset].compactMap { $0 } }
            }
        ) { _ in waiting.withLock { $0 -= 1 } }
        #expect(planned.withLock { $0 } == datasets)
        #expect(waiting.withLock { $0 } == 0)
        // A dataset is planned while fewer wait than the limit; one more is in hand.
        #expect(most.withLock { $0 } <= limit + Self.days.count)

        let whole = MemoryStore("whole")
        let other = Self.converter(lake.store, to: whole)
        await other.run(try await other.plan(MemoryLake.spec(), datasets: datasets)) { _ in }
        #expect(try await destination.contents() == (try await whole.contents()))
        #expect(try await whole.contents().count == Self.datasetCount * Self.days.count)
    }

    @Test func aPlanThatCannotBeMadeEndsTheRunBehindThoseBefore() async throws {
        let lake = try await Self.makeLake()
        let source = HookedStore(lake.store) { (request) throws(S3DBError) in
            guard case .list(let prefix) = request, prefix.hasPrefix("test/prices3/") else { return }
            throw S3DBError(.permissionDenied, "access is denied")
        }
        let destination = MemoryStore("out")
        let converter = Self.converter(source, to: destination)
        let results = Collected<OutputResult>()
        let datasets = try await converter.datasets()
        let index = try #require(datasets.firstIndex { $0.name == "prices3" })
        let error = await #expect(throws: S3DBError.self) {
            try await converter.run(converter.plans(MemoryLake.spec(), datasets: datasets)) { results.append($0) }
        }
        #expect(error?.code == .permissionDenied)
        #expect(error?.location.key == "test/prices3")
        #expect(results.elements.count == index * Self.days.count)
        #expect(try await destination.contents().count == index * Self.days.count)
        #expect(converter.progress.jobCount == index * Self.days.count)
    }
}
