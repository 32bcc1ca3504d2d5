import S3DB
import Synchronization
import TestSupport
import Testing

@Suite struct LiveListenerTests {
    private let queue = MemoryQueue("events")
    private let reports = Collected<LiveReport>()
    private let jobs = LiveJobStore(MemoryStore("jobs"), key: LiveListenerTests.jobsKey)
    private let lake: ServiceLake

    private static let jobsKey: ObjectKey = {
        guard let key = try? ObjectKey("jobs.json") else { preconditionFailure("a key") }
        return key
    }()

    init() async throws {
        lake = try await ServiceLake()
    }

    private static func configuration(drains: Bool) -> LiveListenerConfiguration {
        LiveListenerConfiguration(
            eventWait: .milliseconds(100), jobsInterval: .milliseconds(100), gracePeriod: .milliseconds(300),
            drains: drains)
    }

    private func listener(
        drains: Bool = true, source: (any ObjectStore)? = nil, _ configuration: LiveListenerConfiguration? = nil
    ) throws -> LiveListener {
        let reports = reports
        return LiveListener(
            configuration ?? Self.configuration(drains: drains),
            source: LiveSource(
                url: try StoreURL(ServiceLake.sourceURL), store: source ?? lake.lake.store, bucket: "lake-source",
                prefix: "in/"),
            events: QueueEventSource(queue), jobs: jobs, opener: lake.opener
        ) { reports.append($0) }
    }

    private func add(_ name: String, _ spec: ConversionSpec, to destination: String) async throws {
        let job = LiveJob(name: name, destination: destination, spec: spec)
        let source = try StoreURL(ServiceLake.sourceURL)
        try await jobs.edit { (document) throws(S3DBError) in
            try document.add(job, source: source, in: .standard)
        }
    }

    /// A notification as S3 sends it.
    private static func message(_ keys: [String], bucket: String = "lake-source", kind: String = "Created:Put")
        -> String
    {
        let records: [JSONValue] = keys.map { key in
            [
                "eventVersion": "2.1", "eventSource": "aws:s3", "eventName": .string("Object\(kind)"),
                "eventTime": "2020-01-02T03:04:05.678Z",
                "s3": ["bucket": ["name": .string(bucket)], "object": ["key": .string(key), "size": 1]],
            ]
        }
        return JSONValue.object([.init("Records", .array(records))]).serialized()
    }

    private static func key(_ day: UTCDay) -> String {
        "in/" + SourceKey.day(MemoryLake.dataset, day).key
    }

    private static let athena = ConversionSpec(format: "parquet", codec: "sz", layout: "athena", size: .day)
    private static let client = ConversionSpec(format: "arrow", codec: "zst", layout: "dataclient", size: .hour)
    private static let (athenaURL, clientURL) = ("s3://results/athena/", "s3://results/client/")

    /// Whether both jobs' outputs are what a backfill makes.
    private func isComplete() async throws -> Bool {
        let (athena, client) = (
            try await lake.contents(of: Self.athenaURL), try await lake.contents(of: Self.clientURL)
        )
        guard try await athena == lake.backfilled(Self.athena) else { return false }
        return try await client == lake.backfilled(Self.client)
    }

    @Test("shuffled, doubled, lost and coalesced events end in what a backfill makes")
    func disorder() async throws {
        var generator = SeededGenerator.fresh()
        try await add("athena", Self.athena, to: Self.athenaURL)
        try await add("client", Self.client, to: Self.clientURL)
        let service = RunningService(try listener(drains: false))
        var keys: [String] = []
        for (index, day) in ServiceLake.days(12).enumerated() {
            // Each day comes in two forms, so that an early event finds a day that changes again.
            for salt in 0..<2 {
                try await lake.lake.put(day: day.description, rows: 40 + index, hours: 6, salt: salt)
                keys += [Self.key(day), Self.key(day)]
            }
        }
        keys.shuffle(using: &generator)
        while !keys.isEmpty {
            let count = min(Int.random(in: 1...5, using: &generator), keys.count)
            try await queue.send([Self.message(Array(keys.prefix(count)))])
            keys.removeFirst(count)
        }
        try await eventually("all days are converted, seed \(generator.seed)") { try await isComplete() }
        try await eventually("all events are acknowledged, seed \(generator.seed)") {
            let depth = try await queue.depth()
            return depth.waitingCount == 0 && depth.inHandCount == 0
        }
        try await service.stop()
        #expect(try await queue.buried(limit: 10).isEmpty)
    }

    @Test func lostEventsAreMadeUpForAtTheStartAndRegularly() async throws {
        try await add("athena", Self.athena, to: Self.athenaURL)
        try await add("client", Self.client, to: Self.clientURL)
        for day in ServiceLake.days(3) { try await lake.lake.put(day: day.description, rows: 30) }
        try await listener().run()
        #expect(try await isComplete())

        var configuration = Self.configuration(drains: false)
        configuration.reconcileInterval = .milliseconds(200)
        let service = RunningService(try listener(drains: false, configuration))
        try await lake.lake.put(day: "2020-03-01", rows: 30)
        try await eventually("a day without event is found") { try await isComplete() }
        try await service.stop()
    }

    @Test func eventsOfOneDayAreOneConversion() async throws {
        try await add("athena", Self.athena, to: Self.athenaURL)
        let day = ServiceLake.days(1)[0]
        let key = SourceKey.day(MemoryLake.dataset, day).key
        let opens = Counter()
        let source = HookedStore(lake.lake.store) { (request) throws(S3DBError) in
            if case .open(let opened) = request, opened.text == key { _ = opens.increment() }
        }
        try await lake.lake.put(day: day.description, rows: 30)
        try await queue.send((0..<50).map { _ in Self.message([Self.key(day), Self.key(day)]) })
        try await listener(source: source).run()
        #expect(try await lake.contents(of: Self.athenaURL) == (try await lake.backfilled(Self.athena)))
        // Headers, rows and a look at columns for the first plan; nothing for the 99 other events.
        #expect(opens.value <= 4, "\(opens.value) reads")
        #expect(try await queue.depth() == QueueDepth(waitingCount: 0, inHandCount: 0))
    }

    @Test func anotherBucketOrPrefixIsLeftAlone() async throws {
        try await add("athena", Self.athena, to: Self.athenaURL)
        let key = Self.key(ServiceLake.days(1)[0])
        try await queue.send([
            Self.message([key], bucket: "someone-elses"), Self.message(["out/" + key, "in2/x/y/METADATA.json"]),
            Self.message(["in/readme.txt", "in/test/prices/year=2020/1.csv.gz"]),
            #"{"Service":"Amazon S3","Event":"s3:TestEvent","Time":"2020-01-01T00:00:00.000Z","Bucket":"lake-source"}"#,
        ])
        try await listener().run()
        #expect(try await lake.contents(of: Self.athenaURL).isEmpty)
        #expect(try await queue.buried(limit: 10).isEmpty)
        #expect(try await queue.depth() == QueueDepth(waitingCount: 0, inHandCount: 0))
    }

    @Test func junkAndPoisonGoToTheDeadLetterQueueWithTheirReasons() async throws {
        try await add("athena", Self.athena, to: Self.athenaURL)
        let days = ServiceLake.days(2)
        try await lake.lake.put(day: days[0].description, rows: 5)
        try await lake.lake.put(day: days[1].description, csv: "target_start,node,lmp\n1577923200,N,cheap\n")
        try await queue.send(["nonsense", Self.message([Self.key(days[1])]), Self.message([Self.key(days[0])])])
        try await listener().run()
        let reasons = try await queue.buried(limit: 10).compactMap(\.reason)
        #expect(reasons.count == 2)
        #expect(reasons.contains { $0.code == "value-misfit" && $0.message.contains("line 2") })
        #expect(try await lake.contents(of: Self.athenaURL).count == 1)
    }

    @Test func whatMayPassIsTriedAgainBeforeAnythingIsGivenBack() async throws {
        try await add("athena", Self.athena, to: Self.athenaURL)
        let day = ServiceLake.days(1)[0]
        try await lake.lake.put(day: day.description, rows: 5)
        let counter = Counter()
        let key = SourceKey.day(MemoryLake.dataset, day).key
        let source = HookedStore(lake.lake.store) { (request) throws(S3DBError) in
            guard case .open(let opened) = request, opened.text == key, counter.increment() <= 2 else { return }
            throw S3DBError(.ioFailure, "the connection was lost")
        }
        try await queue.send([Self.message([Self.key(day)])])
        try await listener(source: source).run()
        #expect(try await lake.contents(of: Self.athenaURL) == (try await lake.backfilled(Self.athena)))
        #expect(try await queue.buried(limit: 10).isEmpty)
    }

    @Test func aChangedMetadataPlansItsDatasetAgainAndIsCopied() async throws {
        try await add("client", Self.client, to: Self.clientURL)
        for day in ServiceLake.days(2) { try await lake.lake.put(day: day.description, rows: 30, hours: 3) }
        let service = RunningService(try listener(drains: false))
        try await eventually("all hours are converted") {
            try await lake.contents(of: Self.clientURL) == lake.backfilled(Self.client)
        }
        try await lake.lake.put(
            "test/prices/METADATA.json", Array(#"{"type_map": {"target_start": "int", "lmp": "str"}}"#.utf8))
        try await queue.send([Self.message(["in/test/prices/METADATA.json"])])
        try await eventually("all hours have the new types") {
            try await lake.contents(of: Self.clientURL) == lake.backfilled(Self.client)
        }
        try await service.stop()
        let copy = try await lake.contents(of: Self.clientURL)["test/prices/METADATA.json"]
        #expect(copy.map { String(decoding: $0, as: UTF8.self).contains("\"lmp\": \"str\"") } == true)
    }

    @Test func jobsComeAndGoWhileTheListenerRuns() async throws {
        for day in ServiceLake.days(2) { try await lake.lake.put(day: day.description, rows: 30, hours: 3) }
        let service = RunningService(try listener(drains: false))
        try await Task.sleep(for: .milliseconds(300))
        try await add("athena", Self.athena, to: Self.athenaURL)
        try await eventually(within: .seconds(10), "a new job catches up") {
            try await lake.contents(of: Self.athenaURL) == lake.backfilled(Self.athena)
        }

        try await jobs.edit { (document) throws(S3DBError) in try document.setPaused(true, "athena") }
        try await Task.sleep(for: .milliseconds(500))
        let day = ServiceLake.days(3)[2]
        try await lake.lake.put(day: day.description, rows: 30)
        try await queue.send([Self.message([Self.key(day)])])
        try await eventually("the event is acknowledged") {
            try await queue.depth() == QueueDepth(waitingCount: 0, inHandCount: 0)
        }
        #expect(try await lake.contents(of: Self.athenaURL).count == 2)

        try await jobs.edit { (document) throws(S3DBError) in try document.setPaused(false, "athena") }
        try await eventually(within: .seconds(10), "a resumed job catches up") {
            try await lake.contents(of: Self.athenaURL) == lake.backfilled(Self.athena)
        }
        try await service.stop()
    }

    @Test func aBrokenDocumentLeavesTheLastGoodOneInForce() async throws {
        try await add("athena", Self.athena, to: Self.athenaURL)
        let service = RunningService(try listener(drains: false))
        let reports = reports
        try await eventually("the good document is in force") {
            reports.elements.contains { if case .jobs = $0 { true } else { false } }
        }
        let days = ServiceLake.days(2)
        for (day, broken) in zip(days, [#"{"version": 1, "jobs": ["#, nil]) {
            if let broken {
                _ = try await jobs.store.put(jobs.key, [Buffer(broken.utf8)], if: .none)
            } else {
                try await jobs.store.delete(jobs.key, if: .none)
            }
            try await eventually("the broken document is reported") {
                reports.elements.contains { report in
                    guard case .brokenJobs(let error) = report else { return false }
                    return error.code == (broken == nil ? .notFound : .corruptFile)
                }
            }
            try await lake.lake.put(day: day.description, rows: 9)
            try await queue.send([Self.message([Self.key(day)])])
            try await eventually("the last good jobs are done") {
                try await lake.contents(of: Self.athenaURL) == lake.backfilled(Self.athena)
            }
        }
        let reported = reports.elements.count { if case .brokenJobs = $0 { true } else { false } }
        #expect(reported == 2, "each is told once")
        _ = try await jobs.store.put(jobs.key, [Buffer(LiveJobDocument().text.utf8)], if: .none)
        try await Task.sleep(for: .milliseconds(300))
        try await add("client", Self.client, to: Self.clientURL)
        try await eventually("a mended document is in force") {
            try await lake.contents(of: Self.clientURL) == lake.backfilled(Self.client)
        }
        try await service.stop()
    }

    @Test func aStoppedListenerGivesBackWhatIsInHand() async throws {
        try await add("athena", Self.athena, to: Self.athenaURL)
        let opens = Counter()
        let source = HookedStore(lake.lake.store) { (request) throws(S3DBError) in
            guard case .open(let key) = request, key.text.hasSuffix(".csv.gz") else { return }
            _ = opens.increment()
            do { try await Task.sleep(for: .seconds(60)) } catch { throw S3DBError(.cancelled, "cancelled") }
        }
        let service = RunningService(try listener(drains: false, source: source))
        let days = ServiceLake.days(6)
        for day in days { try await lake.lake.put(day: day.description, rows: 9) }
        try await queue.send(days.map { Self.message([Self.key($0)]) })
        try await eventually("work began") { opens.value > 0 }
        try await service.stop()
        let depth = try await queue.depth()
        #expect(depth.waitingCount == 6 && depth.inHandCount == 0, "\(depth)")
        #expect(try await lake.contents(of: Self.athenaURL).isEmpty)

        try await listener().run()
        #expect(try await lake.contents(of: Self.athenaURL) == (try await lake.backfilled(Self.athena)))
        #expect(try await queue.depth() == QueueDepth(waitingCount: 0, inHandCount: 0))
    }

    @Test func whatARemovedSourceLeftStays() async throws {
        try await add("athena", Self.athena, to: Self.athenaURL)
        let days = ServiceLake.days(2)
        for day in days { try await lake.lake.put(day: day.description, rows: 9) }
        try await listener().run()
        let before = try await lake.contents(of: Self.athenaURL)
        #expect(before.count == 2)
        try await lake.lake.store.delete(try ObjectKey(SourceKey.day(MemoryLake.dataset, days[0]).key), if: .none)
        try await queue.send([Self.message([Self.key(days[0])], kind: "Removed:Delete")])
        try await listener().run()
        #expect(try await lake.contents(of: Self.athenaURL) == before)
        #expect(try await queue.buried(limit: 10).isEmpty)
    }
}
