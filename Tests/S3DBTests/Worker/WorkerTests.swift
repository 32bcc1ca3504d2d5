import S3DB
import Synchronization
import Testing

@Suite struct WorkerTests {
    private let queue = MemoryQueue("jobs")
    private let reports = Collected<WorkerReport>()

    private func configuration(drains: Bool = true) throws -> WorkerConfiguration {
        WorkerConfiguration(
            source: try StoreURL(ServiceLake.sourceURL), destination: try StoreURL(ServiceLake.destinationURL),
            receiveWait: .milliseconds(200), gracePeriod: .milliseconds(300), drains: drains)
    }

    private func worker(
        _ lake: ServiceLake, _ configuration: WorkerConfiguration? = nil
    ) async throws -> Worker {
        let reports = reports
        return try await Worker(configuration ?? self.configuration(), queue: queue, opener: lake.opener) {
            reports.append($0)
        }
    }

    private func backfill(_ lake: ServiceLake, _ spec: ConversionSpec) async throws -> Backfill {
        try await Backfill(
            BackfillConfiguration(
                source: ServiceLake.sourceURL, destination: ServiceLake.destinationURL, spec: spec),
            opener: lake.opener)
    }

    @Test(arguments: PartitionSize.allCases)
    func workersMakeWhatABackfillMakes(size: PartitionSize) async throws {
        let lake = try await ServiceLake()
        for day in ["2019-12-31", "2020-01-01", "2020-01-02", "2020-02-01"] {
            try await lake.lake.put(day: day, rows: 60, hours: 5)
        }
        let spec = ConversionSpec(format: "arrow", codec: "zst", layout: "dataclient", size: size)
        let enqueued = try await backfill(lake, spec).enqueue(on: queue)
        #expect(enqueued.messageCount == [.hour: 4, .day: 4, .month: 3, .year: 2][size])
        let workers = [try await worker(lake), try await worker(lake), try await worker(lake)]
        try await withThrowingTaskGroup { group in
            for worker in workers { group.addTask { try await worker.run() } }
            try await group.waitForAll()
        }
        #expect(try await lake.contents() == (try await lake.backfilled(spec)))
        #expect(reports.elements.map(\.disposition.name) == Array(repeating: "done", count: enqueued.messageCount))
        #expect(try await backfill(lake, spec).enqueue(on: queue).messageCount == 0)
    }

    @Test func doingAJobTwiceChangesNothing() async throws {
        let lake = try await ServiceLake()
        try await lake.lake.put(day: "2020-01-01", rows: 24)
        for _ in 0..<2 { _ = try await backfill(lake, ServiceLake.spec).enqueue(on: queue) }
        try await worker(lake).run()
        #expect(reports.elements.map(\.disposition.name) == ["done", "done"])
        #expect(reports.elements.flatMap(\.results).filter { $0.outcome.name == "written" }.count == 1)
    }

    @Test func whatFailsForGoodIsBuriedWithItsReasonAndRedriven() async throws {
        let lake = try await ServiceLake()
        try await lake.lake.put(day: "2020-01-01", rows: 24)
        try await lake.lake.put(day: "2020-01-02", csv: "target_start,node,lmp\n1577923200,N,cheap\n")
        _ = try await backfill(lake, ServiceLake.spec).enqueue(on: queue)
        try await worker(lake).run()
        #expect(Set(reports.elements.map(\.disposition.name)) == ["done", "buried"])
        let status = try await QueueStatus(of: queue)
        #expect(status.failed.map(\.reason?.code) == ["value-misfit"])
        #expect(status.failed.first?.job?.partition.description == "2020-01-02")
        #expect(status.failed.first?.reason?.message.contains("line 2") == true)
        #expect(status.failedCounts == [MemoryLake.dataset: 1])

        try await lake.lake.put(day: "2020-01-02", rows: 5)
        #expect(try await queue.redrive() == 1)
        try await worker(lake).run()
        #expect(try await lake.contents() == (try await lake.backfilled(ServiceLake.spec)))
        #expect(try await QueueStatus(of: queue).failed.isEmpty)
    }

    @Test func whatMayPassIsTriedAgain() async throws {
        var lake = try await ServiceLake()
        try await lake.lake.put(day: "2020-01-01", rows: 24)
        let counter = Counter()
        lake.sourceStore = HookedStore(lake.lake.store) { (request) throws(S3DBError) in
            guard case .open(let key) = request, key.text.hasSuffix(".csv.gz"), counter.increment() == 1 else { return }
            throw S3DBError(.ioFailure, "the connection was lost")
        }
        try await queue.send([
            JobMessage(
                spec: ServiceLake.spec, dataset: MemoryLake.dataset,
                partition: Partition(size: .day, containing: try #require(UTCDay("2020-01-01")))
            ).text
        ])
        try await worker(lake).run()
        #expect(reports.elements.map(\.disposition.name) == ["returned", "done"])
        #expect(reports.elements.map(\.attempt) == [1, 2])
    }

    @Test(arguments: [
        ("not json", "corrupt-file"), (#"{"version": 9}"#, "unsupported"),
        (#"{"version": 1, "dataset": "a/b"}"#, "invalid-spec"),
    ])
    func junkIsBuried(body: String, code: String) async throws {
        try await queue.send([body])
        try await worker(try await ServiceLake()).run()
        #expect(try await queue.buried(limit: 10).map(\.reason?.code) == [code])
    }

    @Test(arguments: [
        ("s3://lake-source/in/", "s3://elsewhere/out/"), ("s3://lake-source/in/", "s3://lake-results/out2/"),
        ("s3://lake-source/", "s3://lake-results/out/"), ("/etc", "s3://lake-results/out/"),
        ("s3://lake-source/in/", "/tmp"),
    ])
    func aMessageChoosesNoPlaceOutsideTheWorkers(source: String, destination: String) async throws {
        let lake = try await ServiceLake()
        try await lake.lake.put(day: "2020-01-01", rows: 24)
        let job = JobMessage(
            spec: ServiceLake.spec, source: try StoreURL(source), destination: try StoreURL(destination),
            dataset: MemoryLake.dataset, partition: Partition(size: .day, containing: ServiceLake.days(1)[0]))
        try await queue.send([job.text])
        try await worker(lake).run()
        #expect(try await queue.buried(limit: 10).map(\.reason?.code) == ["invalid-spec"])
        #expect(lake.destinations.urls == [ServiceLake.destinationURL])
        #expect(try await lake.contents().isEmpty)
    }

    @Test func aMessageMayNameAPlaceWithinTheWorkers() async throws {
        let lake = try await ServiceLake()
        try await lake.lake.put(day: "2020-01-01", rows: 24)
        let inner = ServiceLake.destinationURL + "athena/"
        let job = JobMessage(
            spec: ServiceLake.spec, destination: try StoreURL(inner), dataset: MemoryLake.dataset,
            partition: Partition(size: .day, containing: ServiceLake.days(1)[0]))
        try await queue.send([job.text])
        try await worker(lake).run()
        #expect(try await lake.contents(of: inner) == (try await lake.backfilled(ServiceLake.spec)))
    }

    @Test func aWorkerThatLostItsMessageLeavesIt() async throws {
        var lake = try await ServiceLake()
        try await lake.lake.put(day: "2020-01-01", rows: 24)
        _ = try await backfill(lake, ServiceLake.spec).enqueue(on: queue)
        let (queue, counter) = (queue, Counter())
        lake.sourceStore = HookedStore(lake.lake.store) { (request) throws(S3DBError) in
            guard case .open(let key) = request, key.text.hasSuffix(".csv.gz"), counter.increment() == 1 else { return }
            // Longer than the visibility, whose extension the wrapper of the queue refuses.
            do { try await Task.sleep(for: .seconds(20)) } catch { throw S3DBError(.cancelled, "cancelled") }
        }
        var configuration = try configuration(drains: false)
        configuration.visibility = .milliseconds(300)
        let reports = reports
        let service = RunningService(
            try await Worker(configuration, queue: ForgetfulQueue(queue), opener: lake.opener) { reports.append($0) })
        try await eventually("the message was lost, and then done") { reports.elements.count == 2 }
        try await service.stop()
        #expect(reports.elements.map(\.disposition.name) == ["lost", "done"])
        #expect(try await queue.buried(limit: 10).isEmpty)
    }

    @Test func aStoppedWorkerReturnsWhatIsInHand() async throws {
        var lake = try await ServiceLake()
        for day in ["2020-01-01", "2020-01-02"] { try await lake.lake.put(day: day, rows: 24) }
        _ = try await backfill(lake, ServiceLake.spec).enqueue(on: queue)
        let counter = Counter()
        lake.sourceStore = HookedStore(lake.lake.store) { (request) throws(S3DBError) in
            guard case .open(let key) = request, key.text.hasSuffix(".csv.gz") else { return }
            _ = counter.increment()
            do { try await Task.sleep(for: .seconds(60)) } catch { throw S3DBError(.cancelled, "cancelled") }
        }
        let service = RunningService(try await worker(lake, try configuration(drains: false)))
        try await eventually("work began") { counter.value > 1 }
        try await service.stop()
        #expect(reports.elements.map(\.disposition.name) == ["released", "released"])
        let depth = try await queue.depth()
        #expect(depth.waitingCount == 2 && depth.inHandCount == 0)
        #expect(try await lake.contents().isEmpty)
    }

    @Test func aDestinationWithinTheSourceIsRefused() async throws {
        let lake = try await ServiceLake()
        var configuration = try configuration()
        configuration.destination = try StoreURL(ServiceLake.sourceURL + "out/")
        let error = await #expect(throws: S3DBError.self) {
            try await Worker(configuration, queue: MemoryQueue(), opener: lake.opener)
        }
        #expect(error?.code == .invalidSpec)
    }
}

/// A queue that has given each message to another when it is asked to extend one's visibility the first time.
private struct ForgetfulQueue: WorkQueue {
    private let base: MemoryQueue
    private let counter = Counter()

    init(_ base: MemoryQueue) {
        self.base = base
    }

    var description: String { base.description }
    var maximumBodyByteCount: Int { base.maximumBodyByteCount }
    func maximumReceiveCount() async throws(S3DBError) -> Int? { try await base.maximumReceiveCount() }
    func send(_ bodies: [String]) async throws(S3DBError) { try await base.send(bodies) }

    func receive(
        limit: Int, wait: Duration, visibility: Duration
    ) async throws(S3DBError) -> [QueueMessage] {
        try await base.receive(limit: limit, wait: wait, visibility: visibility)
    }

    func delete(_ message: QueueMessage) async throws(S3DBError) { try await base.delete(message) }

    func setVisibility(of message: QueueMessage, to visibility: Duration) async throws(S3DBError) {
        if counter.increment() == 1 { throw S3DBError(.notFound, "the message went to another") }
        try await base.setVisibility(of: message, to: visibility)
    }

    func bury(_ message: QueueMessage, reason: QueueMessage.Reason) async throws(S3DBError) {
        try await base.bury(message, reason: reason)
    }

    func buried(limit: Int) async throws(S3DBError) -> [BuriedMessage] { try await base.buried(limit: limit) }
    func redrive() async throws(S3DBError) -> Int { try await base.redrive() }
    func depth() async throws(S3DBError) -> QueueDepth { try await base.depth() }
}
