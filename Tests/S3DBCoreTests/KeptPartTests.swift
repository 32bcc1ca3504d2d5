import Foundation
import TestSupport
import Testing

@testable import S3DBCore

@Suite struct KeptPartTests {
    @Test func tokensReadBack() throws {
        for part in [
            KeptPart(version: VersionToken("12-1577836800000000000"), range: nil),
            KeptPart(version: VersionToken("12-1577836800000000000"), range: 0..<12),
            KeptPart(version: VersionToken("12--5"), range: 3..<4),
        ] {
            #expect(KeptPart(token: part.token) == part)
        }
    }

    @Test(arguments: ["12-5 ", "12-5 1", "12-5 1-", "12-5 4-4", "12-5 5-4", "12-5 -1-4", "12-5 1-2 3", "12-5 a-b"])
    func whatIsNoTokenIsRefused(token: String) {
        #expect(KeptPart(token: token) == nil)
    }

    @Test func aCopiedPartIsAnotherNameUntilItIsJoined() async throws {
        let directory = try TemporaryDirectory()
        let store = try DirectoryStore(root: directory.url.path)
        let key = try ObjectKey("a/k")
        let info = try await store.put(key, [Buffer(Array(0..<100))], if: .none)
        let upload = try await store.createUpload(key)
        let parts = [
            try await store.copyPart(upload, number: 1, from: key, version: info.version, range: 10..<50),
            try await store.copyPart(upload, number: 2, from: key, version: info.version, range: 0..<5),
        ]
        // Copied once more under the same number, from the same file.
        let again = try await store.copyPart(upload, number: 2, from: key, version: info.version, range: 1..<5)
        let path = directory.url.appending(path: key.text).path
        #expect(try FileStatus.of(path).linkCount == 3)
        let made = try await store.complete(upload, parts: [parts[0], again], if: .version(info.version))
        #expect(try await store.read(key)?.bytes == Buffer(Array(10..<50) + Array(1..<5)))
        #expect(made.byteCount == 44)
        #expect(try FileStatus.of(path).linkCount == 1)
    }

    @Test func aFileThatIsWrittenToIsNoPartAnyMore() async throws {
        let directory = try TemporaryDirectory()
        let store = try DirectoryStore(root: directory.url.path)
        let key = try ObjectKey("k")
        let info = try await store.put(key, [Buffer(Array(0..<100))], if: .none)
        let upload = try await store.createUpload(try ObjectKey("other"))
        let part = try await store.copyPart(upload, number: 1, from: key, version: info.version, range: 10..<50)
        // In place, as no store does it.
        let file = try FileHandle(forWritingTo: directory.url.appending(path: "k"))
        try file.write(contentsOf: Data([1, 2, 3]))
        try file.close()
        await #expect(throws: S3DBError.self) {
            try await store.complete(upload, parts: [part], if: .absent)
        }
        #expect(try await store.head(try ObjectKey("other")) == nil)
        try await store.abort(upload)
    }
}
