@testable import S3DBCore
import Foundation
import Synchronization
import TestSupport
import Testing

/// Counts the requests that reach a buffer.
private final class CountedAccess: RandomAccess {
    private let bytes: Buffer
    private let asked = Mutex<[Range<Int>]>([])

    init(_ bytes: Buffer) {
        self.bytes = bytes
    }

    var requests: [Range<Int>] { asked.withLock { $0.sorted { $0.lowerBound < $1.lowerBound } } }
    var byteCount: Int { bytes.count }

    func read(_ range: Range<Int>) async throws(S3DBError) -> Buffer {
        asked.withLock { $0.append(range) }
        return try await bytes.read(range)
    }
}

@Suite struct RandomAccessTests {
    private let content = Buffer((0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) })

    @Test func neighboursShareARequest() async throws {
        let access = CountedAccess(content)
        let rules = RangeCoalescing(gapByteLimit: 100, requestByteLimit: 1_000)
        let ranges = [5_000..<5_010, 0..<10, 50..<60, 160..<170, 271..<300, 40..<55, 9_000..<9_000, 270..<272]
        let parts = try await access.read(ranges, by: rules)
        #expect(parts == ranges.map { content.slice($0) })
        #expect(access.requests == [0..<300, 5_000..<5_010])
    }

    @Test func requestsStayWithinTheirLimit() {
        let rules = RangeCoalescing(gapByteLimit: 0, requestByteLimit: 100)
        let ranges = stride(from: 0, to: 500, by: 50).map { $0..<$0 + 50 }
        #expect(rules.requests(for: ranges) == stride(from: 0, to: 500, by: 100).map { $0..<$0 + 100 })
        // A range that is larger alone is one request.
        #expect(rules.requests(for: [0..<1_000, 1_000..<1_010]) == [0..<1_000, 1_000..<1_010])
    }

    @Test func rangesBeyondTheEndAreRefused() async throws {
        let content = content
        let error = await #expect(throws: S3DBError.self) { try await content.read(9_990..<10_001) }
        #expect(error?.code == .invalidArgument)
    }

    private func check(_ store: some ObjectStore) async throws {
        let key = try ObjectKey("folder/object")
        _ = try await store.put(key, [content], if: .none)
        let object = try await StoredObject(key, in: store)
        #expect(object.byteCount == content.count)
        #expect(try await object.read(17..<4_000) == content.slice(17..<4_000))
        #expect(
            try await object.read([0..<1, 9_999..<10_000]) == [content.slice(0..<1), content.slice(9_999..<10_000)])
        #expect(try await object.read(5..<5).isEmpty)
        // Another version is not mixed with the first.
        _ = try await store.put(key, [Buffer(repeatElement(1, count: 10_001))], if: .none)
        let error = await #expect(throws: S3DBError.self) { try await object.read(0..<10) }
        #expect(error?.code == .preconditionFailed)
        let missing = await #expect(throws: S3DBError.self) {
            try await StoredObject(try ObjectKey("nobody"), in: store)
        }
        #expect(missing?.code == .notFound)
    }

    @Test func objectsInMemory() async throws {
        try await check(MemoryStore())
    }

    @Test func filesOfADirectory() async throws {
        let directory = try TemporaryDirectory()
        try await check(try DirectoryStore(root: directory.url.path))
    }
}
