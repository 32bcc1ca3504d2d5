import Foundation
import S3DBCore
import TestSupport
import Testing

private func names(_ store: DirectoryStore, prefix: String = "") async throws(S3DBError) -> [String] {
    var keys: [String] = []
    try await store.list(prefix: prefix, after: nil) { keys += $0.map(\.key.text) }
    return keys
}

@Suite struct DirectoryStoreTests {
    let directory: TemporaryDirectory
    let store: DirectoryStore
    let root: String

    init() throws {
        directory = try TemporaryDirectory()
        root = directory.url.path + "/lake"
        store = try DirectoryStore(root: root)
    }

    private func put(_ key: String, _ text: String, if condition: WriteCondition = .none) async throws -> ObjectInfo {
        try await store.put(ObjectKey(key), [Buffer(text.utf8)], if: condition)
    }

    @Test("two stores on one directory race safely")
    func twoStores() async throws {
        let stores = [store, try DirectoryStore(root: "\(directory.url.path)//./lake/")]
        for round in 0..<5 {
            let wins = await withTaskGroup(of: Bool.self) { group in
                for writer in 0..<16 {
                    group.addTask {
                        let content = [Buffer("writer \(writer)".utf8)]
                        guard let key = try? ObjectKey("race/\(round)/object") else { return false }
                        return (try? await stores[writer % 2].put(key, content, if: .absent)) != nil
                    }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(wins == 1)
        }
        #expect(try await names(stores[1]).count == 5)
    }

    @Test("a rewrite of the same size has another version, also where the clock stands still")
    func versions() async throws {
        let first = try await put("a", "1")
        let path = "\(root)/a"
        // A predecessor from the future: the clock is behind it.
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 86_400)], ofItemAtPath: path)
        let future = try #require(try await store.head(ObjectKey("a")))
        let second = try await put("a", "2")
        try await store.delete(ObjectKey("a"), if: .version(second.version))
        let third = try await put("a", "3", if: .absent)
        #expect(Set([first.version, future.version, second.version, third.version]).count == 4)
        let parts = third.version.text.split(separator: "-")
        #expect(parts.count == 2 && parts[0] == "1" && parts[1].count >= 19)
    }

    @Test("a reader notices that its file is rewritten in place, cut or removed")
    func changedUnderneath() async throws {
        let path = "\(root)/a"
        let key = try ObjectKey("a")
        let changes: [@Sendable () throws -> Void] = [
            { try Data(repeating: 1, count: 100_000).write(to: URL(filePath: path)) },
            {
                let handle = try FileHandle(forWritingTo: URL(filePath: path))
                try handle.truncate(atOffset: 50)
                try handle.close()
            },
            {
                let handle = try FileHandle(forWritingTo: URL(filePath: path))
                try handle.seek(toOffset: 90_000)
                try handle.write(contentsOf: Data([1, 2, 3]))
                try handle.close()
            },
            { try FileManager.default.removeItem(atPath: path) },
        ]
        for change in changes {
            _ = try await store.put(key, [Buffer(repeatElement(7, count: 100_000))], if: .none)
            let reader = try await store.open(key, range: nil, version: nil)
            #expect(try await reader.read(limit: 10)?.count == 10)
            try await Task.sleep(for: .milliseconds(20))
            try change()
            await #expect { while try await reader.read(limit: 30_000) != nil {} } throws: { error in
                (error as? S3DBError)?.code == .preconditionFailed
            }
        }
    }

    @Test("links are followed, but not round in circles; what is no key or in progress is left out")
    func links() async throws {
        let manager = FileManager.default
        _ = try await put("d/x", "1")
        let upload = try await store.createUpload(ObjectKey("d/y"))
        _ = try await store.uploadPart(upload, number: 1, [Buffer("part".utf8)])
        try directory.write([1, 2], to: "elsewhere/file")
        try manager.createSymbolicLink(atPath: "\(root)/d/loop", withDestinationPath: "..")
        try manager.createSymbolicLink(atPath: "\(root)/far", withDestinationPath: "../elsewhere")
        try manager.createSymbolicLink(atPath: "\(root)/d/near", withDestinationPath: "x")
        try manager.createSymbolicLink(atPath: "\(root)/dangling", withDestinationPath: "nowhere")
        try manager.createSymbolicLink(atPath: "\(root)/self", withDestinationPath: "self")
        #expect(try await names(store) == ["d/near", "d/x", "far/file"])
        #expect(try await store.listDirectories(prefix: "") == ["d", "far"])
        #expect(try await names(store, prefix: ".s3db-uploads/") == [])
        let outer = try DirectoryStore(root: directory.url.path)
        #expect(try await names(outer, prefix: "lake/d/") == ["lake/d/near", "lake/d/x"])
    }

    @Test("keys of what is in progress are refused", arguments: [".s3db-uploads/lock", "a/.s3db-uploads/b"])
    func reserved(key: String) async throws {
        await #expect { try await put(key, "x") } throws: { ($0 as? S3DBError)?.code == .invalidKey }
        await #expect(throws: S3DBError.self) { try await store.head(ObjectKey(key)) }
        await #expect(throws: S3DBError.self) { try await store.delete(ObjectKey(key), if: .none) }
    }

    @Test("a file in place of a directory, or the other way round, is an invalid key")
    func kinds() async throws {
        _ = try await put("a", "1")
        _ = try await put("d/x", "1")
        for key in ["a/b", "d"] {
            await #expect { try await put(key, "x") } throws: { ($0 as? S3DBError)?.code == .invalidKey }
            #expect(try await store.head(ObjectKey(key)) == nil)
            await #expect { try await store.open(ObjectKey(key), range: nil, version: nil) } throws: { error in
                (error as? S3DBError)?.code == .notFound
            }
            try await store.delete(ObjectKey(key), if: .none)
        }
        let long = String(repeating: "n", count: 300)
        await #expect { try await put(long, "x") } throws: { ($0 as? S3DBError)?.code == .invalidKey }
        #expect(try await names(store) == ["a", "d/x"])
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(root)/.s3db-uploads")
        #expect(left == ["lock"])
    }

    @Test("names of uploads cannot lead elsewhere")
    func hostileUploads() async throws {
        _ = try await put("a/1", "stays")
        for text in ["../a", "..", "", "1-zz", "lock", "1-1"] {
            let upload = UploadID(key: try ObjectKey("k"), text: text)
            await #expect(throws: S3DBError.self) { try await store.uploadPart(upload, number: 1, []) }
            let part = UploadedPart(number: 1, byteCount: 5, token: "x")
            await #expect(throws: S3DBError.self) { try await store.complete(upload, parts: [part], if: .none) }
            try await store.abort(upload)
        }
        #expect(try await names(store) == ["a/1"])
    }

    @Test("a sweep removes what a killed write left, and nothing else")
    func sweep() async throws {
        _ = try await put("a", "1")
        let left = "\(root)/.s3db-uploads/1577923200123456789-9f86d081884c7d65"
        try Data([1]).write(to: URL(filePath: left))
        #expect(try await store.sweepUploads(olderThan: .seconds(86_400)) == 1)
        #expect(!FileManager.default.fileExists(atPath: left))
        #expect(try await names(store) == ["a"])
        let nowhere = try DirectoryStore(root: "\(root)/nowhere")
        #expect(try await nowhere.sweepUploads(olderThan: .zero) == 0)
        #expect(try await names(nowhere) == [])
    }

    @Test("a directory without the right to write is permission denied", .enabled(if: geteuid() != 0, "root may write"))
    func permission() async throws {
        try FileManager.default.createDirectory(
            atPath: root, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o555])
        await #expect { try await put("a", "1") } throws: { ($0 as? S3DBError)?.code == .permissionDenied }
    }
}
