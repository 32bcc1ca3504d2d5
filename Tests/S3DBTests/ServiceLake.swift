import Logging
import S3DB
import ServiceLifecycle
import Synchronization
import Testing

/// Stores in memory under URLs, as services name them.
struct ServiceLake {
    static let sourceURL = "s3://lake-source/in/"
    static let destinationURL = "s3://lake-results/out/"

    let lake: MemoryLake
    let destinations = Destinations()
    /// What stands in for the source, where a test hooks it.
    var sourceStore: any ObjectStore

    /// Makes a source with its METADATA.json.
    init() async throws {
        lake = try await MemoryLake()
        sourceStore = lake.store
    }

    /// Opens the source, and a store in memory for each other URL.
    var opener: StoreOpener {
        let (source, destinations) = (sourceStore, destinations)
        return StoreOpener { (url) throws(S3DBError) in
            url.description == Self.sourceURL ? source : destinations.store(url.description)
        }
    }

    /// The objects at a destination, with their bytes.
    func contents(of url: String = destinationURL) async throws -> [String: Buffer] {
        try await destinations.store(url).contents()
    }

    /// What a backfill makes of the source, with a spec.
    func backfilled(_ spec: ConversionSpec) async throws -> [String: Buffer] {
        let store = MemoryStore("expected")
        let backfill = try Backfill(
            BackfillConfiguration(source: Self.sourceURL, destination: Self.destinationURL, spec: spec),
            from: lake.store, to: store)
        let failed = Mutex<[String]>([])
        await backfill.run(try await backfill.plan()) { result in
            if case .failed = result.outcome { failed.withLock { $0.append(result.key) } }
        }
        #expect(failed.withLock { $0 }.isEmpty)
        return try await store.contents()
    }

    /// Days from 2020-01-01 on.
    static func days(_ count: Int) -> [UTCDay] {
        (0..<count).compactMap { UTCDay(number: 18_262 + $0) }
    }

    static let spec = ConversionSpec(format: "parquet", codec: "sz", layout: "athena", size: .day)
}

/// A store in memory for each URL, made when it is first asked for.
final class Destinations: Sendable {
    private let stores = Mutex<[String: MemoryStore]>([:])

    func store(_ url: String) -> MemoryStore {
        stores.withLock { stores in
            let store = stores[url] ?? MemoryStore(url)
            stores[url] = store
            return store
        }
    }

    /// The URLs that were asked for.
    var urls: [String] { stores.withLock { $0.keys.sorted() } }
}

/// What was reported, in order.
final class Collected<Element: Sendable>: Sendable {
    private let list = Mutex<[Element]>([])

    var elements: [Element] { list.withLock { $0 } }

    func append(_ element: Element) {
        list.withLock { $0.append(element) }
    }
}

/// Waits until something holds; fails the test when it does not within a time that is long for any machine.
func eventually(
    within limit: Duration = .seconds(30), _ what: Comment, sourceLocation: SourceLocation = #_sourceLocation,
    _ holds: @Sendable () async throws -> Bool
) async throws {
    let end = ContinuousClock.now + limit
    while ContinuousClock.now < end {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    Issue.record(what, sourceLocation: sourceLocation)
}

/// A service that runs until the test stops it.
struct RunningService: Sendable {
    private let group: ServiceGroup
    private let task: Task<Void, any Error>

    init(_ service: some Service) {
        let group = ServiceGroup(
            configuration: .init(
                services: [.init(service: service, successTerminationBehavior: .gracefullyShutdownGroup)],
                logger: .init(label: "test")))
        self.group = group
        task = Task { try await group.run() }
    }

    /// Asks it to stop and waits until it has.
    func stop() async throws {
        await group.triggerGracefulShutdown()
        try await task.value
    }

    /// Waits until it ends by itself.
    func ended() async throws {
        try await task.value
    }
}
