import FaultProxy
import Foundation
import S3DB
import TestSupport
import Testing

/// Four processes of the built `backfill work` on one queue, which are killed while a chosen request is in flight.
///
/// Each goes through a proxy of its own, whose log tells what it is doing, to one proxy that keeps S3's conditions for
/// all.
@Suite(.needsServers, .needsPython) struct KilledWorkersTests {
    private let lake: SmallLake
    private let spec = SpecWords.athena
    private let largeDays = Days.from2020(Requirement.isFull ? 14 : 5)
    private let smallDays = Days.from2020(Requirement.isFull ? 240 : 60)

    init() throws {
        lake = try SmallLake()
        let large = LargeDays(seed: 11)
        try lake.describe("a/large", LargeDays.metadata)
        for day in largeDays { try lake.write(try large.object(on: day), of: "a/large", on: day) }
        try lake.fill("b/small", days: smallDays)
    }

    /// A request in whose flight a worker is killed.
    private struct Moment {
        let kinds: Set<RequestKind>
        let fault: Fault

        /// What the request is about: a day or its output, not what a worker tries the store with when it starts.
        var resource: String? {
            if !kinds.isDisjoint(with: KilledWorkersTests.deletion + ["ReceiveMessage"]) { return nil }
            return kinds == ["GetObject"] ? ".csv.gz" : kinds == ["PutObject"] ? "/out/b/small/" : "/out/a/large/"
        }

        /// Before the server sees a request.
        static func before(_ kinds: RequestKind...) -> Moment { Moment(kinds: Set(kinds), fault: .heldBeforeApplied) }

        /// When the server has done what is asked and the worker does not know it yet.
        static func after(_ kinds: RequestKind...) -> Moment { Moment(kinds: Set(kinds), fault: .heldAfterApplied) }
    }

    private static let deletion: [RequestKind] = ["DeleteMessage", "DeleteMessageBatch"]

    /// The kills, those of uploads first, while large days are left.
    private static let moments: [Moment] = {
        let uploads: [Moment] = [
            .before("UploadPart"), .before("CompleteMultipartUpload"), .after("CompleteMultipartUpload"),
            .after("UploadPart"), .before("UploadPart"), .before("CompleteMultipartUpload"),
            .after("CreateMultipartUpload"), .before("UploadPart"),
        ]
        let round: [Moment] = [
            Moment(kinds: Set(deletion), fault: .heldBeforeApplied), .before("PutObject"), .after("PutObject"),
            .after("GetObject"), .after("ReceiveMessage"), Moment(kinds: Set(deletion), fault: .heldAfterApplied),
        ]
        guard Requirement.isFull else { return Array(uploads.prefix(3) + round) }
        return uploads + (0..<5).flatMap { _ in round }
    }()

    @Test("nothing is lost, made twice, torn or left behind", .timeLimit(.minutes(15)))
    func kill() async throws {
        let moto = try await StandIn.moto()
        try await moto.behindProxy { proxy in
            let bucket = try await BucketLake(lake, moto, through: proxy.endpoint)
            try await bucket.upload()
            let queue = try await makeQueue(moto)
            let enqueued = try await bucket.run(
                "backfill", ["enqueue", "--json", "--queue", queue] + bucket.options(spec, to: "out"))
            #expect(enqueued.status == 0, "\(enqueued.errors)")
            let outputCount = largeDays.count + smallDays.count
            #expect(try enqueued.jsonLines().last?["messages"]?.intValue == outputCount)

            let watch = try OutputWatch(bucket.store("out"))
            let watching = Task { try await watch.run() }
            defer { watching.cancel() }
            try await withProxies(4, before: Backend(proxy.endpoint, credentials: moto.credentials)) { proxies in
                try await kill(at: Self.moments, proxies, bucket, queue)
            }
            // Answers that the killed were waiting for are under way until here.
            await proxy.log.settled()
            let rest = try await bucket.run("backfill", work(bucket, queue) + ["--once"])
            #expect(rest.status == 0, "\(rest.output)\(rest.errors)")
            watching.cancel()
            let seen = try await watching.value
            #expect(seen.torn.isEmpty)
            #expect(seen.readCount > 0)

            let writes = proxy.log.entries.filter { entry in
                ["PutObject", "CompleteMultipartUpload"].contains(entry.kind) && entry.isApplied
                    && entry.resource.hasPrefix("\(bucket.results)/out/") && entry.resource.hasSuffix(".parquet")
            }
            #expect(Set(writes.map(\.resource)).count == outputCount, "every output is written")
            #expect(writes.count == outputCount, "no output is written twice")
            try await expectNothingLeft(bucket, queue, outputCount)
            let clean = try await bucket.backfill(spec, to: "clean")
            let differences = try await bucket.download("out").differences(from: clean)
            #expect(differences == [])
        }
    }

    // MARK: Kills

    /// Runs a worker behind each proxy and kills one at each moment; ends those that are left.
    private func kill(at moments: [Moment], _ proxies: [FaultProxy], _ bucket: BucketLake, _ queue: String) async throws
    {
        func start(_ index: Int) throws -> RunningTool {
            var own = bucket
            own.endpoint = proxies[index].endpoint
            return try own.start("backfill", work(bucket, queue))
        }
        var workers = try proxies.indices.map(start)
        var starts = proxies.map { _ in 0 }
        var killed: [String: Int] = [:]
        for moment in moments {
            let counts = proxies.map(\.log.entries.count)
            for proxy in proxies {
                proxy.disarm()
                proxy.arm(
                    FaultRule(
                        moment.fault, moment.kinds, resource: moment.resource, times: nil, milliseconds: 3000))
                // Work goes on slowly enough to be there for all kills.
                proxy.arm(
                    FaultRule(
                        .heldBeforeApplied, ["GetObject"], resource: bucket.bucket, times: nil, milliseconds: 800))
            }
            let found = await first(moment, proxies, after: counts)
            let (index, entry) = try #require(found, "no request of \(moment.kinds) was in flight")
            _ = try await onOwnThread { [worker = workers[index]] in worker.end(with: SIGKILL) }
            #expect(proxies[index].log.entries[entry.id].status == nil, "\(entry.kind) was answered before the kill")
            killed["\(moment.fault.rawValue) \(entry.kind)", default: 0] += 1
            starts[index] = proxies[index].log.entries.count
            workers[index] = try start(index)
        }
        for proxy in proxies { proxy.disarm() }
        for (index, worker) in workers.enumerated() {
            // It has listened for signals since before it asked for messages.
            let count = starts[index]
            _ = await proxies[index].log.first { $0.id >= count && $0.kind == "ReceiveMessage" }
            #expect(try await onOwnThread { worker.end(with: SIGTERM) } == 0, "\(worker.said)")
        }
        print("Killed in flight: \(killed.sorted { $0.key < $1.key }.map { "\($0.value) × \($0.key)" })")
    }

    /// The first request at a moment that any proxy holds, with the proxy's index.
    private func first(
        _ moment: Moment, _ proxies: [FaultProxy], after counts: [Int]
    ) async -> (Int, RequestLog.Entry)? {
        let (kinds, fault) = (moment.kinds, moment.fault)
        return await withTaskGroup(of: (Int, RequestLog.Entry)?.self) { group in
            for (index, proxy) in proxies.enumerated() {
                let count = counts[index]
                group.addTask {
                    let entry = await proxy.log.first { entry in
                        entry.id >= count && kinds.contains(entry.kind) && entry.fault == fault
                            && !entry.state.isFinal && (entry.isApplied || fault == .heldBeforeApplied)
                    }
                    return entry.map { (index, $0) }
                }
            }
            group.addTask {
                try? await Task.sleep(for: .seconds(120))
                return nil
            }
            defer { group.cancelAll() }
            return await group.next() ?? nil
        }
    }

    // MARK: Steps

    private func work(_ bucket: BucketLake, _ queue: String) -> [String] {
        [
            "work", "--json", "--source", bucket.source, "--dest", bucket.destination("out"), "--queue", queue,
            "--jobs", "1", "--visibility", "6",
        ]
    }

    /// Makes a queue with a second one for what fails, and names it as programs do.
    private func makeQueue(_ moto: StandIn) async throws -> String {
        let failed = try await moto.call(
            "sqs", "get_queue_attributes",
            ["QueueUrl": .string(try await moto.makeQueue()), "AttributeNames": ["QueueArn"]])
        let policy: JSONValue = [
            "deadLetterTargetArn": failed["Attributes"]?["QueueArn"] ?? .null, "maxReceiveCount": "100",
        ]
        let url = try await moto.makeQueue(["RedrivePolicy": policy.serialized()])
        return "sqs:\(url.split(separator: "/").last ?? "")"
    }

    private func withProxies(
        _ count: Int, before server: Backend, _ proxies: [FaultProxy] = [],
        _ body: ([FaultProxy]) async throws -> Void
    ) async throws {
        guard proxies.count < count else { return try await body(proxies) }
        try await FaultProxy.with(server) { proxy in
            try await withProxies(count, before: server, proxies + [proxy], body)
        }
    }

    private func expectNothingLeft(_ bucket: BucketLake, _ queue: String, _ outputCount: Int) async throws {
        let status = try await bucket.run(
            "backfill", ["status", "--json", "--queue", queue] + bucket.options(spec, to: "out")
        ).json()
        #expect(status["counts"]?["current"]?.intValue == outputCount)
        #expect(status["queue"]?["waiting"]?.intValue == 0 && status["queue"]?["in_hand"]?.intValue == 0)
        #expect(status["queue"]?["failed"]?.arrayValue?.isEmpty == true)
        #expect(try await bucket.store("out").sweepUploads(olderThan: .zero) > 0, "kills left uploads")
        let left = try await bucket.moto.call("s3", "list_multipart_uploads", ["Bucket": .string(bucket.results)])
        #expect(left["Uploads"] == nil)
    }
}
