import Foundation
import S3DBCore
import TestSupport
import Testing

/// What a watcher tells of a file, for comparisons.
private struct Told: Hashable, CustomStringConvertible {
    var kind: ObjectEvent.Kind
    var key: String
    var description: String { "\(kind) \(key)" }

    static func written(_ key: String) -> Told { Told(kind: .written, key: key) }
    static func removed(_ key: String) -> Told { Told(kind: .removed, key: key) }
}

@Suite struct DirectoryWatcherTests {
    static let methods: [DirectoryWatcher.Method] = {
        #if os(Linux)
        [.notifications, .polling(every: .milliseconds(50))]
        #else
        [.polling(every: .milliseconds(50))]
        #endif
    }()

    let directory: TemporaryDirectory
    let root: String
    private let manager = FileManager.default

    init() throws {
        directory = try TemporaryDirectory()
        root = directory.url.path + "/lake"
        try manager.createDirectory(atPath: root, withIntermediateDirectories: true)
    }

    private func write(_ name: String, _ text: String = "x") throws {
        try directory.write(Array(text.utf8), to: "lake/\(name)")
    }

    private func makeDirectory(_ name: String) throws {
        try manager.createDirectory(atPath: "\(root)/\(name)", withIntermediateDirectories: true)
    }

    private func move(_ name: String, to other: String) throws {
        #expect(rename("\(root)/\(name)", "\(root)/\(other)") == 0)
    }

    /// What one call tells; each delivery is acknowledged.
    private func told(_ watcher: DirectoryWatcher, wait: Duration) async throws -> Set<Told> {
        var told = Set<Told>()
        for delivery in try await watcher.next(wait: wait) {
            for event in try delivery.events.get() { told.insert(Told(kind: event.kind, key: event.key.text)) }
            try await watcher.acknowledge(delivery)
        }
        return told
    }

    /// What a watcher tells until `expected` are among it.
    private func told(_ watcher: DirectoryWatcher, until expected: Set<Told>) async throws -> Set<Told> {
        var all = Set<Told>()
        let end = ContinuousClock.now + .seconds(600)
        while !expected.isSubset(of: all), ContinuousClock.now < end {
            all.formUnion(try await told(watcher, wait: .seconds(1)))
        }
        return all
    }

    /// What a watcher tells of all that has happened until now, however long it takes.
    ///
    /// The first call finds what has happened. A file made after it, in a new directory, so that it too has to be
    /// found and to stay the same for a while, counts no sooner than any file before it.
    private func toldUpToNow(_ watcher: DirectoryWatcher) async throws -> Set<Told> {
        var all = try await told(watcher, wait: .zero)
        let mark = "mark-\(UUID().uuidString)/mark"
        try write(mark)
        all.formUnion(try await told(watcher, until: [.written(mark)]))
        #expect(all.remove(.written(mark)) != nil, "the watcher told nothing of the file that was made last")
        while true {
            let rest = try await told(watcher, wait: .zero)
            if rest.isEmpty { return all }
            all.formUnion(rest)
        }
    }

    @Test("files that are written, moved in, replaced and removed are told", arguments: methods)
    func changes(method: DirectoryWatcher.Method) async throws {
        try write("old")
        try write("a/old")
        try write("a/goes")
        let watcher = try DirectoryWatcher(root: root, method: method)
        #expect(try await toldUpToNow(watcher) == [])

        try write("new")
        try write("a/b/c/deep", "1")
        try write("a/year=2020/hour_partition=2021-06-15 20:00:00", "é")
        try directory.write([1, 2, 3], to: "outside")
        #expect(rename(directory.url.path + "/outside", root + "/a/moved") == 0)
        #expect(
            try await toldUpToNow(watcher) == [
                .written("new"), .written("a/b/c/deep"), .written("a/year=2020/hour_partition=2021-06-15 20:00:00"),
                .written("a/moved"),
            ])

        try write("a/old", "replaced")
        try manager.removeItem(atPath: "\(root)/a/goes")
        #expect(rename("\(root)/new", directory.url.path + "/outside") == 0)
        #expect(
            try await toldUpToNow(watcher) == [.written("a/old"), .removed("a/goes"), .removed("new")])
    }

    @Test("an event has the key, the version that the store would give, and a time", arguments: methods)
    func event(method: DirectoryWatcher.Method) async throws {
        let watcher = try DirectoryWatcher(root: root, method: method)
        let store = try DirectoryStore(root: root)
        let info = try await store.put(ObjectKey("d/x"), [Buffer("hello".utf8)], if: .absent)
        let delivery = try #require(try await watcher.next(wait: .seconds(600)).first)
        let event = try #require(try delivery.events.get().first)
        #expect(event.key == info.key && event.version == info.version && event.bucket == nil)
        let milliseconds = try #require(event.milliseconds)
        #expect(abs(Double(milliseconds) / 1000 - Date().timeIntervalSince1970) < 3600)
        #expect(delivery.message.body == #"{"event":"written","key":"d/x"}"# && delivery.message.receiveCount == 1)
    }

    @Test("a file counts when its writer closes it", .enabled(if: methods.count == 2, "only notifications tell"))
    func closing() async throws {
        let watcher = try DirectoryWatcher(root: root)
        // One in a directory that is watched already, one in a directory that the watcher has yet to find.
        try makeDirectory("d")
        let handles = try ["top", "d/inner"].map { name in
            let descriptor = open("\(root)/\(name)", O_WRONLY | O_CREAT | O_EXCL, 0o644)
            try #require(descriptor >= 0)
            return FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        }
        for handle in handles { try handle.write(contentsOf: Data("part".utf8)) }
        #expect(try await toldUpToNow(watcher) == [])
        for handle in handles { try handle.write(contentsOf: Data("more".utf8)) }
        #expect(try await toldUpToNow(watcher) == [])
        for handle in handles { try handle.close() }
        #expect(try await toldUpToNow(watcher) == [.written("top"), .written("d/inner")])
    }

    @Test("a file that is linked in counts", .enabled(if: methods.count == 2, "polling cannot tell it apart"))
    func links() async throws {
        try directory.write([1, 2, 3], to: "outside")
        let watcher = try DirectoryWatcher(root: root)
        #expect(link(directory.url.path + "/outside", root + "/two-names") == 0)
        #expect(try await told(watcher, until: [.written("two-names")]) == [.written("two-names")])
    }

    @Test("what is in progress, symbolic links and names that are no keys are left out", arguments: methods)
    func leftOut(method: DirectoryWatcher.Method) async throws {
        try directory.write([1], to: "elsewhere/file")
        let watcher = try DirectoryWatcher(root: root, method: method)
        try manager.createSymbolicLink(atPath: "\(root)/away", withDestinationPath: "../elsewhere")
        try manager.createSymbolicLink(atPath: "\(root)/file", withDestinationPath: "../elsewhere/file")
        try manager.createSymbolicLink(atPath: "\(root)/loop", withDestinationPath: ".")
        try directory.write([2], to: "elsewhere/later")
        try write(".s3db-uploads/1/2")
        try write("a/.s3db-uploads/x")
        try write("a/kept")
        let invalid = (Array("\(root)/a/".utf8) + [0xFF, 0xFE, 0]).map { CChar(bitPattern: $0) }
        let descriptor = invalid.withUnsafeBufferPointer { $0.baseAddress.map { creat($0, 0o644) } ?? -1 }
        // Some file systems refuse such names.
        if descriptor >= 0 { close(descriptor) }
        #expect(try await toldUpToNow(watcher) == [.written("a/kept")])
        #expect(descriptor < 0 || watcher.skippedNameCount >= 1)
    }

    @Test("directories that are made, moved and removed are followed", arguments: methods)
    func directories(method: DirectoryWatcher.Method) async throws {
        try write("a/b/1")
        try manager.createDirectory(atPath: directory.url.path + "/outside/deep", withIntermediateDirectories: true)
        try directory.write([1], to: "outside/deep/2")
        let watcher = try DirectoryWatcher(root: root, method: method)

        #expect(rename(directory.url.path + "/outside", root + "/in") == 0)
        #expect(try await toldUpToNow(watcher) == [.written("in/deep/2")])
        try move("a", to: "z")
        #expect(try await toldUpToNow(watcher) == [.removed("a/b/1"), .written("z/b/1")])
        try write("z/b/3")
        try write("in/deep/4")
        #expect(try await toldUpToNow(watcher) == [.written("z/b/3"), .written("in/deep/4")])

        #expect(rename(root + "/z", directory.url.path + "/gone") == 0)
        _ = try await toldUpToNow(watcher)
        try directory.write([1], to: "gone/b/5")
        try write("z/b/6")
        #expect(try await toldUpToNow(watcher) == [.written("z/b/6")])

        try manager.removeItem(atPath: root + "/in")
        #expect(try await toldUpToNow(watcher) == [.removed("in/deep/2"), .removed("in/deep/4")])
    }

    @Test("no file of many is missed, however quickly directories are made", arguments: methods)
    func manyDirectories(method: DirectoryWatcher.Method) async throws {
        let watcher = try DirectoryWatcher(root: root, method: method)
        let expected = Set((0..<300).map { "d\($0 % 20)/e\($0)/f" })
        let writer = Task.detached { [root] in
            for name in expected {
                let url = URL(filePath: "\(root)/\(name)")
                try FileManager.default.createDirectory(
                    at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                try Data("x".utf8).write(to: url)
            }
        }
        let found = try await told(watcher, until: Set(expected.map { .written($0) }))
        try await writer.value
        #expect(found == Set(expected.map { .written($0) }))
    }

    @Test(
        "events that the system lost are made up for by a scan", .enabled(if: methods.count == 2, "only notifications"))
    func overflow() async throws {
        let limit = try #require(
            Int(
                String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
                    .trimmingCharacters(in: .whitespacesAndNewlines)))
        try write("old")
        try makeDirectory("late")
        try #require(limit < 100_000, "the queue of events is too long to fill")
        let watcher = try DirectoryWatcher(root: root)
        // Two names in turn, so that no two events in a row are equal and become one.
        for index in 0..<(limit / 2 + 100) { try write("noise/\(index % 2)") }
        try write("late/1")
        try write("later/deep/2")
        let told = try await told(watcher, until: [.written("late/1"), .written("later/deep/2")])
        #expect(told.isSuperset(of: [.written("late/1"), .written("later/deep/2")]))
        try write("later/deep/3")
        #expect(try await toldUpToNow(watcher).contains(.written("later/deep/3")))
    }

    @Test("a delivery that is released comes again, unless its file has changed", arguments: methods)
    func release(method: DirectoryWatcher.Method) async throws {
        let watcher = try DirectoryWatcher(root: root, method: method)
        try write("a")
        let first = try #require(try await watcher.next(wait: .seconds(600)).first)
        try await watcher.keepAlive(first)
        #expect(try await watcher.next(wait: .zero).isEmpty)
        try await watcher.release(first)
        let second = try #require(try await watcher.next(wait: .seconds(600)).first)
        #expect(second.message.receiveCount == 2)
        #expect(try second.events.get() == first.events.get())
        await #expect { try await watcher.keepAlive(first) } throws: { ($0 as? S3DBError)?.code == .notFound }
        try await watcher.reject(second, reason: .init(code: "c", message: "m"))
        #expect(
            watcher.rejected == [
                BuriedMessage(
                    body: #"{"event":"written","key":"a"}"#, reason: .init(code: "c", message: "m"), attemptCount: 2)
            ])
        #expect(try await watcher.next(wait: .zero).isEmpty)
    }

    @Test("a directory that is not there, or goes, is an error", arguments: methods)
    func gone(method: DirectoryWatcher.Method) async throws {
        #expect { try DirectoryWatcher(root: root + "/no", method: method) } throws: { error in
            (error as? S3DBError)?.code == .notFound
        }
        let watcher = try DirectoryWatcher(root: root, method: method)
        try manager.removeItem(atPath: root)
        await #expect {
            while true { _ = try await watcher.next(wait: .seconds(1)) }
        } throws: { error in
            (error as? S3DBError)?.code == .notFound
        }
    }
}
