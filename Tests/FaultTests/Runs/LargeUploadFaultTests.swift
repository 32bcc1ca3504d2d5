import FaultProxy
import S3DB
import TestSupport
import Testing

/// Uploads of several parts, some of them sent at once, while requests go wrong at random.
@Suite("Large uploads under faults", .needsServers, .serialized)
struct LargeUploadFaultTests {
    private static let partByteCount = 5 << 20
    private static let attemptLimit = 8
    private static let runCount = Requirement.isFull ? 40 : 4

    /// What befalls the requests of uploads, so that about one in three goes wrong.
    private static let faults: [Fault] = [
        .resetBeforeApplied, .resetAfterApplied, .internalError, .slowDown, .cutBody, .errorInOK, .flippedRequestBit,
        .duplicate,
    ]
    private static let kinds: Set<RequestKind> = [
        "CreateMultipartUpload", "UploadPart", "UploadPartCopy", "CompleteMultipartUpload",
    ]

    private static func store(_ moto: StandIn, _ bucket: String, _ endpoint: HTTPEndpoint) throws -> S3Store {
        var configuration = S3Configuration(region: moto.region, endpoint: endpoint)
        configuration.retries = RetryPolicy(
            attemptLimit: attemptLimit, firstDelay: .milliseconds(5), delayLimit: .milliseconds(50))
        let access = S3Access(configuration: configuration, credentials: StaticCredentials(moto.credentials))
        return try S3Store(access.client(bucket: bucket), prefix: "p/")
    }

    /// Bytes of a seed: two whole parts, and a third of any size.
    private static func content(_ random: inout SeededGenerator) -> [UInt8] {
        var bytes: [UInt8] = []
        let count = 2 * partByteCount + Int.random(in: 1...partByteCount, using: &random)
        bytes.reserveCapacity(count + 8)
        while bytes.count < count { withUnsafeBytes(of: random.next()) { bytes += $0 } }
        return Array(bytes.prefix(count))
    }

    @Test("the object has the bytes that it has without faults, and nothing else is left")
    func parts() async throws {
        let moto = try await StandIn.moto()
        let bucket = try await moto.makeBucket()
        let straight = try Self.store(moto, bucket, moto.endpoint)
        for run in 0..<Self.runCount {
            var random = SeededGenerator.fresh()
            let content = Buffer(Self.content(&random))
            let key = ObjectKey.known("\(run)")
            try await moto.behindProxy(random: random) { proxy in
                let armed = Self.faults.map {
                    proxy.arm(FaultRule($0, Self.kinds, times: nil, probability: 0.05, milliseconds: 5))
                }
                let store = try Self.store(moto, bucket, proxy.endpoint)
                let info = try await store.upload(
                    to: key, if: .absent, partByteCount: Self.partByteCount, parallelPartCount: 3
                ) { upload in
                    for start in stride(from: 0, to: content.count, by: 1 << 20) {
                        try await upload.write(content.slice(start..<min(start + 1 << 20, content.count)))
                    }
                }
                #expect(info.byteCount == content.count, "seed \(random.seed)")
                #expect(try await straight.read(key)?.bytes == content, "seed \(random.seed)")
                try await expectCopy(of: info, key, content, in: store, straight, seed: random.seed)
                await proxy.log.settled()
                let entries = proxy.log.entries.filter { !$0.isDuplicate }
                let fired = armed.reduce(0) { $0 + $1.firedCount }
                let counts = proxy.log.totals.map { "\($0.key) \($0.value.requestCount)" }.sorted()
                print("run \(run): \(fired) faults in \(counts.joined(separator: ", "))")
                for kind in Self.kinds {
                    let clean = kind == "UploadPart" ? 4 : 2
                    #expect(
                        entries.count { $0.kind == kind } <= clean * Self.attemptLimit, "\(kind), seed \(random.seed)")
                }
                // A creation whose answer is lost leaves an upload that nobody can name.
                let lost =
                    entries.count { $0.kind == "CreateMultipartUpload" && $0.isApplied }
                    + proxy.log.entries.count { $0.isDuplicate && $0.kind == "CreateMultipartUpload" }
                let left = try await straight.client.listUploads(prefix: "p/").elements
                #expect(left.count <= max(0, lost - 2), "\(left.count) uploads are left, seed \(random.seed)")
                for upload in left { try await straight.client.abort(upload) }
            }
        }
    }

    /// An upload that copies the object's first part and sends another last one, over the version that stands.
    private func expectCopy(
        of info: ObjectInfo, _ key: ObjectKey, _ content: Buffer, in store: S3Store, _ straight: S3Store, seed: UInt64
    ) async throws {
        let upload = try await store.createUpload(key)
        let copied = try await store.copyPart(
            upload, number: 1, from: key, version: info.version, range: 0..<Self.partByteCount)
        let tail = content.slice(0..<1000)
        let sent = try await store.uploadPart(upload, number: 2, [tail])
        let made = try await store.complete(upload, parts: [copied, sent], if: .version(info.version))
        #expect(made.byteCount == Self.partByteCount + 1000, "seed \(seed)")
        var expected = BufferBuilder()
        expected.append(content.slice(0..<Self.partByteCount).bytes)
        expected.append(tail.bytes)
        #expect(try await straight.read(key)?.bytes == expected.freeze(), "seed \(seed)")
    }
}
