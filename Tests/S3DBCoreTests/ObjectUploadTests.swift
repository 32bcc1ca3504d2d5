import S3DBCore
import Testing

/// Objects written front to back.
@Suite struct ObjectUploadTests {
    private static let content = Buffer((0..<10_000).map { UInt8(truncatingIfNeeded: $0 &* 13) })

    @Test(arguments: [1, 3, 16], [100, 999, 10_000, 20_000])
    func whatIsWrittenBecomesOneObject(parallelPartCount: Int, partByteCount: Int) async throws {
        let store = MemoryStore()
        let info = try await store.upload(
            to: "a/b", if: .absent, partByteCount: partByteCount, parallelPartCount: parallelPartCount
        ) { up in
            for start in stride(from: 0, to: 10_000, by: 333) {
                try await up.write(Self.content.slice(start..<min(start + 333, 10_000)))
            }
            #expect(up.byteCount == 10_000)
        }
        #expect(info.byteCount == 10_000)
        #expect(try await store.read(ObjectKey("a/b"))?.bytes == Self.content)
    }

    @Test func nothingWrittenIsAnEmptyObject() async throws {
        let store = MemoryStore()
        try await store.upload(to: "k") { _ in }
        #expect(try await store.head(ObjectKey("k"))?.byteCount == 0)
    }

    @Test func aThrowLeavesNothingAndWhatStoodStands() async throws {
        struct Enough: Error {}
        let store = MemoryStore()
        try await store.upload(to: "k") { try await $0.write(Buffer("old".utf8)) }
        await #expect(throws: Enough.self) {
            try await store.upload(to: "k", partByteCount: 100) { up in
                try await up.write(Self.content)
                throw Enough()
            }
        }
        #expect(try await store.read(ObjectKey("k"))?.bytes == Buffer("old".utf8))
        #expect(try await store.sweepUploads(olderThan: .zero) == 0)
    }

    @Test func aConditionThatDoesNotHoldLeavesNothing() async throws {
        let store = MemoryStore()
        try await store.upload(to: "k") { try await $0.write(Buffer("old".utf8)) }
        let error = await #expect(throws: S3DBError.self) {
            try await store.upload(to: "k", if: .absent, partByteCount: 100) { try await $0.write(Self.content) }
        }
        #expect(error?.code == .preconditionFailed)
        #expect(try await store.sweepUploads(olderThan: .zero) == 0)
    }

    @Test func theWrapperLooksAtConditions() async throws {
        try await ObjectStoreConformance { UnconditionalStore(MemoryStore()) }.run(lacking: [.concurrentWriters])
    }

    @Test func aStoreThatKeepsConditionsIsPublishedToAsItIs() async throws {
        let store = MemoryStore()
        #expect(try await store.publishing(.conditional) is MemoryStore)
        #expect(try await store.publishing(.unconditional) is UnconditionalStore)
    }
}
