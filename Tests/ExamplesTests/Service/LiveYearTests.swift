import FaultProxy
import Foundation
import S3DB
import TestSupport
import Testing

/// A year that two listeners keep current while its days land in random order, one of them being killed over and over
/// with an update in flight, and a reader of another program looking on. In the directory backfills come between too.
///
/// The short form has a month and few kills.
@Suite(.needsPython, .serialized) struct LiveYearTests {
    private static let isFull = Requirement.isFull
    private static let dayCount = isFull ? 366 : 31
    private static let overwriteCount = isFull ? 30 : 5
    private static let spec = SpecWords(
        format: "parquet", codec: "sz", layout: "athena", partition: isFull ? "year" : "month")
    /// The only output's key.
    private static let key = "\(LandingDays.dataset)/\(spec.partition)_partition=2020-01-01/1577836800.parquet"

    private let lake: SmallLake
    private let seed: UInt64

    init() throws {
        lake = try SmallLake()
        seed = SeededGenerator.fresh().seed
        try lake.describe(LandingDays.dataset, LandingDays.metadata)
    }

    /// Days that make an output of about `byteCount` bytes.
    private func days(byteCount: Int, batchLimit: Int, _ random: inout SeededGenerator) -> LandingDays {
        LandingDays(
            Days.from2020(Self.dayCount), overwriteCount: Self.overwriteCount, batchLimit: batchLimit,
            dayByteCount: byteCount / Self.dayCount, random: &random)
    }

    /// The options of a job that follows every event at once.
    private static let atOnce = ["--settle", "0", "--interval", "0"]

    // MARK: A directory

    @Test("in a directory, which both listeners watch", .timeLimit(.minutes(30)))
    func directory() async throws {
        let options =
            ["--source", lake.source.path, "--dest", lake.destination.path, "--all"] + Self.spec.options
        let jobs = lake.root.appending(path: "jobs.json").path
        let (lake, seed) = (lake, seed)
        var random = SeededGenerator(seed: seed)
        let days = days(byteCount: 8_000_000, batchLimit: 3, &random)
        let pauses = random
        try await onOwnThread {
            let added = try Executable.outcome(
                of: "live-listener", ["jobs", "add", "year", "--live-jobs", jobs] + options + Self.atOnce)
            try #require(added.status == 0, "\(added.errors)")
            let arguments = ["run", "--source", lake.source.path, "--live-jobs", jobs, "--jobs", "1"]
            let survivor = try RunningTool("live-listener", arguments)
            var victim = try RunningTool("live-listener", arguments)
            var watch = try PartitionWatch([lake.destination.appending(path: Self.key).path])

            var random = pauses
            let killCount = Self.isFull ? 12 : 3
            // Kills begin when there is something to keep, and are spread over the rest.
            let firstKill = days.batches.count / 10
            var kills = 0
            var backfills: [RunningTool] = []
            for (index, batch) in days.batches.enumerated() {
                let keys = try days.land(batch, in: lake)
                if Int.random(in: 0..<5, using: &random) == 0, let again = batch.first, !keys.isEmpty {
                    // The same bytes once more, as a new version.
                    try lake.write(try days.object(again), of: LandingDays.dataset, on: again.day)
                }
                // A backfill of the same partition beside the listeners, now and then.
                if index % 12 == 6 { backfills.append(try RunningTool("backfill", ["run", "--json"] + options)) }
                let due = firstKill + kills * (days.batches.count - firstKill) / (killCount + 1)
                if kills < killCount, index >= due, try Self.kill(victim, whileWritingBelow: lake.destination) {
                    kills += 1
                    victim = try RunningTool("live-listener", arguments)
                }
                Thread.sleep(forTimeInterval: Double.random(in: 0...0.4, using: &random))
            }
            #expect(kills == killCount, "seed \(seed)")
            // One that loses race after race says so, and to run it again.
            for backfill in backfills { #expect([0, 1].contains(backfill.ended()), "\(backfill.said), seed \(seed)") }
            try eventually(within: 300, "all days are converted, seed \(seed)") {
                let counts = try BackfillTool.run(["status", "--json"] + options).json()["counts"]
                return counts?["current"]?.intValue == 1 && counts?["stale"]?.intValue == 0
            }
            #expect(victim.end(with: SIGTERM) == 0, "\(victim.said)")
            #expect(survivor.end(with: SIGTERM) == 0, "\(survivor.said)")
            try Self.expectSound(watch.end(), kills: kills, "directory", seed: seed)
            try Self.expectSources(of: lake, in: lake.destination, seed: seed)
            #expect(
                try BackfillTool.run(
                    ["run"]
                        + options.replacing([lake.destination.path], with: [lake.root.appending(path: "fresh").path])
                ).status == 0)
            let fresh = try Data(contentsOf: lake.root.appending(path: "fresh/\(Self.key)"))
            #expect(try Data(contentsOf: lake.destination.appending(path: Self.key)) == fresh, "seed \(seed)")
        }
    }

    /// Kills a process at a moment at which it has a file of an unpublished output open; false where there is none for
    /// a while.
    private static func kill(_ process: RunningTool, whileWritingBelow destination: URL) throws -> Bool {
        let end = Date(timeIntervalSinceNow: 5)
        while Date() < end {
            // What is stopped opens and closes nothing, so that what is seen is how it is killed.
            process.send(SIGSTOP)
            while !process.isStopped { Thread.sleep(forTimeInterval: 0.0005) }
            if process.openFiles.contains(where: {
                $0.hasPrefix("\(destination.path)/\(DirectoryStore.uploadsName)/")
            }) {
                _ = process.end(with: SIGKILL)
                return true
            }
            process.send(SIGCONT)
            Thread.sleep(forTimeInterval: 0.002)
        }
        return false
    }

    // MARK: A bucket

    /// A request in whose flight the listener is killed.
    private struct Moment {
        let kind: RequestKind
        let fault: Fault
    }

    /// The kills in order; an output is put whole while it is small.
    private static let moments: [Moment] = {
        let all: [Moment] = [
            .init(kind: "PutObject", fault: .heldBeforeApplied), .init(kind: "PutObject", fault: .heldAfterApplied),
            .init(kind: "UploadPart", fault: .heldBeforeApplied),
            .init(kind: "CreateMultipartUpload", fault: .heldAfterApplied),
            .init(kind: "UploadPartCopy", fault: .heldBeforeApplied),
            .init(kind: "CompleteMultipartUpload", fault: .heldBeforeApplied),
            .init(kind: "CompleteMultipartUpload", fault: .heldAfterApplied),
            .init(kind: "UploadPartCopy", fault: .heldAfterApplied),
            .init(kind: "UploadPart", fault: .heldAfterApplied),
            .init(kind: "UploadPartCopy", fault: .heldBeforeApplied),
            .init(kind: "CompleteMultipartUpload", fault: .heldBeforeApplied),
            .init(kind: "CompleteMultipartUpload", fault: .heldAfterApplied),
        ]
        return isFull ? all : [all[0], all[4], all[6]]
    }()

    @Test("in a bucket of moto behind the proxy, each listener with a queue of its own", .needsServers)
    func bucket() async throws {
        let moto = try await StandIn.moto()
        try await moto.behindProxy { proxy in
            try await FaultProxy.with(Backend(proxy.endpoint, credentials: moto.credentials)) { own in
                try await bucket(moto, proxy, own)
            }
        }
    }

    /// - Parameter own: The proxy through which the listener goes that is killed.
    private func bucket(_ moto: StandIn, _ proxy: FaultProxy, _ own: FaultProxy) async throws {
        let bucket = try await BucketLake(lake, moto, through: proxy.endpoint)
        try await bucket.upload()
        var victimBucket = bucket
        victimBucket.endpoint = own.endpoint
        let relay = try await EventRelay(bucket.bucket, moto, listenerCount: 2)
        let document = "s3://\(bucket.results)/jobs.json"
        let added = try await bucket.run(
            "live-listener",
            ["jobs", "add", "year", "--live-jobs", document] + bucket.options(Self.spec, to: "out") + Self.atOnce)
        try #require(added.status == 0, "\(added.errors)")
        func arguments(_ queue: String) -> [String] {
            [
                "run", "--source", bucket.source, "--live-jobs", document, "--queue", queue, "--jobs", "1",
                "--visibility", "10",
            ]
        }
        let survivor = try bucket.start("live-listener", arguments(relay.queues[0]))
        var victim = try victimBucket.start("live-listener", arguments(relay.queues[1]))
        let resource = "\(bucket.results)/out/\(Self.key)"
        var watch = try PartitionWatch([
            bucket.results, "out/\(Self.key)", "\(moto.endpoint)", moto.region, moto.credentials.accessKeyID,
            moto.credentials.secretAccessKey,
        ])

        var random = SeededGenerator(seed: seed)
        // Where one or two days of it have changed, most of it lies in runs that are longer than S3's smallest part.
        let days = days(byteCount: 40_000_000, batchLimit: 2, &random)
        var kills: [String: Int] = [:]
        var moments = Self.moments[...]
        for (index, batch) in days.batches.enumerated() {
            let moment = moments.first.flatMap { Self.isDue($0, at: index, of: days.batches.count) ? $0 : nil }
            let count = own.log.entries.count
            if let moment {
                // Whoever is to be killed must do this update.
                survivor.send(SIGSTOP)
                own.arm(FaultRule(moment.fault, [moment.kind], resource: resource, times: 1, milliseconds: 4000))
            }
            try await bucket.put(try days.land(batch, in: lake))
            _ = try await relay.scramble(objectCount: batch.count, losing: 0, seed: random.next())
            guard let moment else {
                // Some days land in a year at rest, others while an update of it is under way.
                if index.isMultiple(of: 4) { try await Self.settle(relay) }
                continue
            }
            let held = await Self.held(moment, in: own, after: count)
            if let held {
                _ = try await onOwnThread { [victim] in victim.end(with: SIGKILL) }
                #expect(own.log.entries[held.id].status == nil, "\(held.kind) was answered before the kill")
                kills["\(moment.fault.rawValue) \(moment.kind)", default: 0] += 1
                moments = moments.dropFirst()
            }
            survivor.send(SIGCONT)
            own.disarm()
            if held != nil { victim = try victimBucket.start("live-listener", arguments(relay.queues[1])) }
        }
        #expect(moments.isEmpty, "\(moments.count) kills are missing, seed \(seed)")
        try await waitUntil(within: .seconds(600), "all events are acknowledged, seed \(seed)") {
            try await relay.isEmpty()
        }
        let status = try await bucket.run("backfill", ["status", "--json"] + bucket.options(Self.spec, to: "out"))
        #expect(try status.json()["counts"]?["current"]?.intValue == 1, "\(status.output), seed \(seed)")
        for listener in [survivor, victim] {
            #expect(try await onOwnThread { listener.end(with: SIGTERM) } == 0, "\(listener.said)")
        }
        await proxy.log.settled()
        let entries = proxy.log.entries.filter { $0.resource == resource }
        let lostRaces = entries.count { [409, 412].contains($0.status) }
        let published = entries.count { ["PutObject", "CompleteMultipartUpload"].contains($0.kind) && $0.isApplied }
        let copied = entries.count { $0.kind == "UploadPartCopy" && $0.isApplied }
        print(
            "\(published) versions published, \(copied) parts copied in place, \(lostRaces) requests lost a race; killed "
                + "in flight: \(kills.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" })")
        #expect(copied > 0 && lostRaces > 0)
        try Self.expectSound(watch.end(), kills: Self.moments.count, "bucket", seed: seed)
        let tree = try await bucket.download("out")
        let (lake, seed) = (lake, seed)
        try await onOwnThread { try Self.expectSources(of: lake, in: tree.url, seed: seed) }
    }

    /// Waits until all events are acknowledged, but not for long: whoever was killed has some in hand still.
    private static func settle(_ relay: EventRelay) async throws {
        let end = ContinuousClock.now + .seconds(10)
        while try await !relay.isEmpty(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(50)) }
    }

    /// Whether a kill is to be tried with a batch: those of small outputs early, the others once outputs have parts.
    private static func isDue(_ moment: Moment, at index: Int, of count: Int) -> Bool {
        moment.kind == "PutObject" ? index > 0 : index > count / 2
    }

    /// The request of a moment that a proxy holds; nil where none comes for a while.
    private static func held(
        _ moment: Moment, in proxy: FaultProxy, after count: Int
    ) async -> RequestLog.Entry? {
        await withTaskGroup(of: RequestLog.Entry?.self) { group in
            group.addTask {
                await proxy.log.first { entry in
                    entry.id >= count && entry.kind == moment.kind && entry.fault == moment.fault
                        && !entry.state.isFinal && (entry.isApplied || moment.fault == .heldBeforeApplied)
                }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(20))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    // MARK: What came of it

    private static func expectSound(
        _ seen: (readCount: Int, dayCount: Int, problems: [String]), kills: Int, _ place: String, seed: UInt64
    ) {
        #expect(seen.problems.isEmpty, "seed \(seed)")
        #expect(seen.dayCount == dayCount, "seed \(seed)")
        #expect(seen.readCount > kills, "seed \(seed)")
        print("\(place): \(dayCount) days, \(kills) kills, \(seen.readCount) versions read whole")
    }

    /// Has others read the outputs and compare every value with the sources' last state.
    private static func expectSources(of lake: SmallLake, in destination: URL, seed: UInt64) throws {
        let script = try String(
            contentsOf: Requirement.root.appending(path: "Tests/Interop/compare_tree.py"), encoding: .utf8)
        let counts = try Python.run(
            script,
            [
                lake.source.path, destination.path, spec.format, spec.codec, spec.layout, spec.partition,
                LandingDays.dataset,
            ])
        #expect(counts.hasPrefix("1 "), "seed \(seed): \(counts)")
    }
}
