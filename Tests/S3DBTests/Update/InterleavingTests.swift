import S3DB
import TestSupport
import Testing

/// Two clients change a day each and update one month at once: whatever the order of their requests, the month ends as
/// a fresh backfill makes it.
@Suite struct InterleavingTests {
    /// Which requests wait for their turn.
    enum Scope: Sendable {
        /// Those that decide who wins: the source's change and listing, and what looks at the output, copies from it under
        /// its version, or publishes it.
        case deciding
        /// Also the reads of the output, parts that are sent, and the beginning and ending of uploads.
        case all

        func holds(_ request: HookedStore.Request) -> Bool {
            switch (self, request) {
            case (_, .list), (_, .head), (_, .put), (_, .copyPart), (_, .complete), (_, .delete): true
            case (.all, .createUpload), (.all, .uploadPart), (.all, .abort): true
            case (.all, .open(let key)): !key.text.hasSuffix(".csv.gz")
            default: false
            }
        }
    }

    /// What a client does to the lake before it updates the month.
    struct Change: Sendable {
        var key: ObjectKey
        /// The day's new object; nil takes the day out.
        var bytes: Buffer?
    }

    /// The lake and the month as they are before.
    struct Scene: Sendable {
        let spec: ValidatedSpec
        let objects: [(ObjectKey, Buffer)]
        let output: (key: ObjectKey, bytes: Buffer)
        let changes: [Change]
        let engine: Converter

        init(_ spec: ValidatedSpec) async throws {
            self.spec = spec
            let test = try await UpdateLake(spec)
            for day in 1...4 { try await test.put(day, rows: 12, salt: day) }
            try await test.convert()
            let output = try #require(try await test.destination.contents().first { !$0.key.hasSuffix(".json") })
            self.output = (try ObjectKey(output.key), output.value)
            var objects: [(ObjectKey, Buffer)] = []
            for (key, bytes) in try await test.lake.store.contents().sorted(by: { $0.key < $1.key }) {
                objects.append((try ObjectKey(key), bytes))
            }
            self.objects = objects
            try await test.put(1, rows: 7, salt: 100)
            try await test.put(5, rows: 5, salt: 200)
            let later = try await test.lake.store.contents()
            func change(_ day: String) throws -> Change {
                let day = try #require(UTCDay(day))
                let key = try ObjectKey(SourceKey.day(MemoryLake.dataset, day).key)
                return Change(key: key, bytes: later[key.text])
            }
            changes = [try change("2020-06-01"), try change("2020-06-05")]
            // One for all runs, with memory for all clients: none of them waits but at a gate.
            let limits = EngineLimits(workerCount: 2, memoryByteCount: 4 << 30, attemptCount: 4)
            engine = Converter(from: test.lake.store, to: test.destination, limits: limits)
        }

        /// The stores at the beginning. The lake's objects get the same versions each time.
        func stores() async throws -> (lake: MemoryStore, destination: MemoryStore) {
            let lake = MemoryStore("lake")
            // METADATA.json was written first.
            for (key, bytes) in objects.sorted(by: { a, _ in a.0.text.hasSuffix(".json") }) {
                _ = try await lake.put(key, [bytes], if: .none)
            }
            let destination = MemoryStore()
            _ = try await destination.put(output.key, [output.bytes], if: .none)
            return (lake, destination)
        }
    }

    /// Lets two clients go through gates in the order that `choose` says; what is wrong at the end, or nil.
    private static func problem(
        in scene: Scene, _ scope: Scope, _ choose: (Int) -> Int, fresh: inout [String: Buffer]
    ) async throws -> String? {
        let (lake, destination) = try await scene.stores()
        let gates = Gates(clientCount: scene.changes.count)
        var results: [OutputResult] = []
        try await withThrowingTaskGroup(of: [OutputResult].self) { group in
            for (client, change) in scene.changes.enumerated() {
                group.addTask {
                    defer { gates.finish(client) }
                    // Parts are sent and copied at once: here one after the other, as a client has one gate.
                    let turn = Permits(1)
                    let hook: @Sendable (HookedStore.Request) async throws(S3DBError) -> Void = {
                        (request) async throws(S3DBError) in
                        guard scope.holds(request) else { return }
                        guard await turn.acquire(1) else { throw S3DBError(.cancelled, "cancelled") }
                        await gates.pass(client)
                    }
                    let ended: @Sendable (HookedStore.Request) -> Void = { request in
                        if scope.holds(request) { turn.release(1) }
                    }
                    return try await update(
                        scene, after: change, HookedStore(lake, ended: ended, hook),
                        HookedStore(destination, ended: ended, hook))
                }
            }
            await gates.direct(choose)
            for try await result in group { results += result }
        }
        if let failed = results.first(where: { $0.outcome.name == "failed" }) { return "\(failed.outcome)" }
        let versions = try await versions(of: lake)
        if fresh[versions] == nil {
            let other = MemoryStore()
            try await convert(scene, lake, other)
            fresh[versions] = try await other.read(scene.output.key)?.bytes
        }
        if try await destination.read(scene.output.key)?.bytes != fresh[versions] { return "another file" }
        return try await destination.sweepUploads(olderThan: .zero) == 0 ? nil : "an upload was left"
    }

    private static func update(
        _ scene: Scene, after change: Change, _ lake: any ObjectStore, _ destination: any ObjectStore
    ) async throws -> [OutputResult] {
        if let bytes = change.bytes {
            _ = try await lake.put(change.key, [bytes], if: .none)
        } else {
            try await lake.delete(change.key, if: .none)
        }
        return try await convert(scene, lake, destination)
    }

    @discardableResult
    private static func convert(
        _ scene: Scene, _ lake: any ObjectStore, _ destination: any ObjectStore
    ) async throws -> [OutputResult] {
        let converter = Converter(from: lake, to: destination, sharing: scene.engine)
        let day = try #require(UTCDay("2020-06-02"))
        let plan = try await converter.plan(scene.spec, dataset: MemoryLake.dataset, containing: [day])
        var results: [OutputResult] = []
        for await result in converter.run(plan) { results.append(result) }
        return results
    }

    private static func versions(of lake: MemoryStore) async throws -> String {
        var versions = ""
        try await lake.list(prefix: "", after: nil) { versions += $0.map { "\($0.key) \($0.version)\n" }.joined() }
        return versions
    }

    static let specs = [("parquet", "sz", "athena"), ("arrow", "gz", "dataclient")]

    private static func scene(_ format: String, _ codec: String, _ layout: String) async throws -> Scene {
        try await Scene(
            try ConversionSpec(format: format, codec: codec, layout: layout, size: .month).validated(in: .standard))
    }

    @Test(arguments: specs)
    func everyOrderOfWhatDecides(format: String, codec: String, layout: String) async throws {
        let scene = try await Self.scene(format, codec, layout)
        var tree = ChoiceTree()
        var fresh: [String: Buffer] = [:]
        var count = 0
        repeat {
            let problem = try await Self.problem(in: scene, .deciding, { tree.choose($0) }, fresh: &fresh)
            #expect(problem == nil, "choices \(tree.choices)")
            if problem != nil { return }
            count += 1
        } while tree.next()
        // Two clients of five requests each at least: change, look, list, copy, publish.
        #expect(count >= 252)
        print("\(layout) \(format) \(codec): \(count) orders")
    }

    @Test(arguments: specs)
    func seededOrdersOfAll(format: String, codec: String, layout: String) async throws {
        var generator = SeededGenerator.fresh()
        let scene = try await Self.scene(format, codec, layout)
        var fresh: [String: Buffer] = [:]
        for _ in 0..<(Requirement.isFull ? 5000 : 150) {
            let problem = try await Self.problem(
                in: scene, .all, { Int.random(in: 0..<$0, using: &generator) }, fresh: &fresh)
            #expect(problem == nil, "seed \(generator.seed)")
            if problem != nil { return }
        }
    }
}
