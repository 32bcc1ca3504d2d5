#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A store with the questions that checks ask of it.
struct StoreUnderTest: SubjectUnderTest {
    typealias Feature = ObjectStoreConformance.Feature

    let store: any ObjectStore

    static var brokenCode: S3DBError.Code { .storeContractBroken }
    var name: String { store.description }

    /// Bytes that differ from place to place and from seed to seed.
    static func content(_ byteCount: Int, seed: UInt8 = 0) -> Buffer {
        // A prime number of bytes, again and again, so that no shift by a power of two goes unseen.
        let block = Buffer((0..<min(byteCount, 65_521)).map { UInt8(truncatingIfNeeded: $0 &* 31 ^ $0 >> 8) &+ seed })
        var content = BufferBuilder(capacity: byteCount)
        while content.count < byteCount {
            content.append(block.slice(0..<min(block.count, byteCount - content.count)).bytes)
        }
        return content.freeze()
    }

    static func areEqual(_ a: Buffer, _ b: Buffer) -> Bool {
        a.withUnsafeBytes { a in
            b.withUnsafeBytes { b in
                guard a.count == b.count, let start = a.baseAddress, let other = b.baseAddress else {
                    return a.count == b.count
                }
                return memcmp(start, other, a.count) == 0
            }
        }
    }

    func put(_ key: String, _ text: String = "x", if condition: WriteCondition = .none) async throws(S3DBError)
        -> ObjectInfo
    {
        try await store.put(ObjectKey(key), [Buffer(text.utf8)], if: condition)
    }

    /// The object's text; nil where none stands.
    func text(_ key: String) async throws(S3DBError) -> String? {
        try await store.read(ObjectKey(key)).map { String(decoding: $0.bytes, as: UTF8.self) }
    }

    func keys(prefix: String = "", after: String? = nil) async throws(S3DBError) -> [String] {
        var keys: [String] = []
        let after = if let after { try ObjectKey(after) } else { ObjectKey?.none }
        try await store.list(prefix: prefix, after: after) { keys += $0.map(\.key.text) }
        return keys
    }

    /// All bytes that a reader gives, and an error for a chunk that is empty or too long.
    func drain(_ reader: any ObjectReader, limit: Int) async throws(S3DBError) -> Buffer {
        var all = BufferBuilder()
        while let chunk = try await reader.read(limit: limit) {
            try expect(!chunk.isEmpty && chunk.count <= limit, "a reader gave \(chunk.count) bytes for \(limit)")
            all.append(chunk.bytes)
        }
        try expect(try await reader.read(limit: limit) == nil, "a reader gave bytes behind the end")
        return all.freeze()
    }

    func upload(_ key: String, _ texts: [String]) async throws(S3DBError) -> (UploadID, [UploadedPart]) {
        let upload = try await store.createUpload(ObjectKey(key))
        var parts: [UploadedPart] = []
        for (index, text) in texts.enumerated() {
            parts.append(try await store.uploadPart(upload, number: index + 1, [Buffer(text.utf8)]))
        }
        return (upload, parts)
    }

    /// The only one of a race that won; the others must have failed for the condition.
    func winner<Value>(of results: [Result<Value, S3DBError>]) throws(S3DBError) -> Int {
        var winners: [Int] = []
        for (index, result) in results.enumerated() {
            switch result {
            case .success: winners.append(index)
            case .failure(let error):
                let isLost = error.code == .preconditionFailed || error.code == .conflict
                if !isLost { throw error }
            }
        }
        guard let winner = winners.first, winners.count == 1 else {
            throw failure("\(winners.count) of \(results.count) writers won where one must")
        }
        return winner
    }
}
