import Foundation
import S3DBCore
import TestSupport
import Testing

@Suite struct DirectoryQueueTests {
    let directory: TemporaryDirectory
    let root: String
    let queue: DirectoryQueue

    init() throws {
        directory = try TemporaryDirectory()
        root = directory.url.path + "/queue"
        queue = try DirectoryQueue(root: root, maximumReceiveCount: 3)
    }

    /// The paths of the queue's files, relative to its root.
    private func files(in folder: String = "") -> [String] {
        let base = URL(filePath: root).appending(path: folder)
        let all = (try? FileManager.default.subpathsOfDirectory(atPath: base.path)) ?? []
        return all.filter {
            (try? base.appending(path: $0).resourceValues(forKeys: [.isRegularFileKey]))?.isRegularFile == true
        }
    }

    private func write(_ text: String, to name: String) throws {
        try directory.write(Array(text.utf8), to: "queue/\(name)")
    }

    private func receiveNow(visibility: Duration = .seconds(600)) async throws -> [QueueMessage] {
        try await queue.receive(limit: 10, wait: .zero, visibility: visibility)
    }

    @Test("queues on one directory share its messages, receipts too")
    func shared() async throws {
        let other = try DirectoryQueue(root: "\(directory.url.path)//./queue/", maximumReceiveCount: 3)
        try await queue.send(["1"])
        let message = try #require(try await other.receive(limit: 1, wait: .zero, visibility: .seconds(600)).first)
        #expect(try await receiveNow() == [])
        // By another queue than the one that received, after it was moved on.
        try await queue.setVisibility(of: message, to: .seconds(900))
        try await other.setVisibility(of: message, to: .seconds(300))
        try await queue.bury(message, reason: .init(code: "c", message: "m"))
        #expect(try await other.buried(limit: 5).map(\.reason) == [.init(code: "c", message: "m")])
        #expect(try await other.redrive() == 1)
        #expect(try await receiveNow().map(\.body) == ["1"])
    }

    @Test("nothing but the message's own file is left, and no folder when all are gone")
    func tidy() async throws {
        try await queue.send((0..<50).map(String.init))
        #expect(files().count == 50)
        var count = 0
        while case let messages = try await receiveNow(), !messages.isEmpty {
            for message in messages {
                if count % 3 == 0 { try await queue.setVisibility(of: message, to: .seconds(700)) }
                try await queue.delete(message)
                count += 1
            }
        }
        #expect(count == 50)
        #expect(try FileManager.default.subpathsOfDirectory(atPath: root).sorted() == ["in-hand", "unsent", "waiting"])
    }

    @Test("a queue that nobody has sent to is empty and makes nothing")
    func absent() async throws {
        #expect(try await receiveNow() == [])
        #expect(try await queue.depth() == QueueDepth(waitingCount: 0, inHandCount: 0))
        #expect(try await queue.buried(limit: 5) == [])
        #expect(try await queue.redrive() == 0)
        #expect(!FileManager.default.fileExists(atPath: root))
    }

    @Test("what a killed process was sending is not delivered, and is removed when it is old")
    func unsent() async throws {
        let old = "unsent/1577923200123456789-9f86d081884c7d65"
        let fresh = "unsent/\(Int64(Date().timeIntervalSince1970) * 1_000_000_000)-9f86d081884c7d66"
        try write("5\nhel", to: old)
        try write("5\nhel", to: fresh)
        #expect(try await receiveNow() == [])
        #expect(files() == [fresh])
    }

    @Test("what a killed process had in hand comes back at its deadline")
    func leftInHand() async throws {
        try write("5\nhello\n", to: "in-hand/15779232001/1577923200123456789-9f86d081884c7d65.1")
        try write("4\nover\n", to: "in-hand/15779232001/1577923200123456789-9f86d081884c7d66.3")
        try write("5\nlater\n", to: "in-hand/99999999999/1577923200123456789-9f86d081884c7d67.1")
        let depth = try await queue.depth()
        #expect(depth.waitingCount == 2 && depth.inHandCount == 1)
        let messages = try await receiveNow()
        #expect(messages.map(\.body) == ["hello"])
        #expect(messages.first?.receiveCount == 2)
        #expect(messages.first?.sentMilliseconds == 1_577_923_200_123)
        #expect(try await queue.buried(limit: 5) == [BuriedMessage(body: "over", reason: nil, attemptCount: 3)])
    }

    @Test("reasons that a killed process did not act on, whole or cut off, are not those of another end")
    func leftReasons() async throws {
        let name = "1577923200123456789-9f86d081884c7d65"
        let whole = #"{"delivery":"\#(name).1","code":"old","message":"of delivery 1"}"#
        try write("1\na\n\n\(whole)\n\n{\"delivery\":\"\(name).2\",\"co", to: "waiting/d65/\(name).2")
        let message = try #require(try await receiveNow().first)
        #expect(message.body == "a" && message.receiveCount == 3)
        try await queue.bury(message, reason: .init(code: "new", message: "of delivery 3"))
        #expect(try await queue.buried(limit: 1).map(\.reason) == [.init(code: "new", message: "of delivery 3")])

        #expect(try await queue.redrive() == 1)
        for count in 1...3 {
            let again = try #require(try await receiveNow().first)
            #expect(again.receiveCount == count)
            try await queue.setVisibility(of: again, to: .zero)
        }
        #expect(try await queue.buried(limit: 1).map(\.reason) == [nil])
    }

    @Test(
        "a file that no queue has written is buried, not delivered",
        arguments: [
            "", "5", "5\nhell", "5\nhello", "5\nhello!", "-1\n", "99999999999999999999\nx\n", "1\né\n", "x\ny\n",
        ])
    func foreign(content: String) async throws {
        try write(content, to: "waiting/000/1577923200123456789-9f86d081884c7000.0")
        try await queue.send(["good"])
        #expect(try await receiveNow().map(\.body) == ["good"])
        let buried = try await queue.buried(limit: 5)
        #expect(buried.count == 1 && buried[0].reason?.code == "corrupt-file" && buried[0].attemptCount == 1)
        // The note of the reason makes a body whole that lacked its end alone.
        #expect(buried[0].body.hasPrefix(content) || (content == "5\nhello" && buried[0].body == "hello"))
        #expect(try await queue.depth() == QueueDepth(waitingCount: 0, inHandCount: 1))
    }

    @Test("names that no queue gives are left alone")
    func foreignNames() async throws {
        let names = [
            "waiting/000/readme", "waiting/notes.txt", "in-hand/soon/1-0000000000000001.1", "dead/x/..1",
            "in-hand/15779232001/1577923200123456789-9f86d081884c7d65.01", "unsent/old",
        ]
        for name in names { try write("5\nhello\n", to: name) }
        #expect(try await receiveNow() == [])
        #expect(try await queue.buried(limit: 5) == [])
        #expect(try await queue.redrive() == 0)
        #expect(files().sorted() == names.sorted())
    }

    @Test(
        "receipts cannot lead elsewhere",
        arguments: [
            "", "/", "../waiting", "15779232001/../../x", "15779232001/1577923200123456789-9f86d081884c7d65",
            "+5/1577923200123456789-9f86d081884c7d65.1", "15779232001/1577923200123456789-9f86d081884c7d65.1/x",
        ])
    func hostileReceipts(receipt: String) async throws {
        try await queue.send(["stays"])
        let message = QueueMessage(id: "x", receipt: receipt, body: "", receiveCount: 1)
        func isRefused(_ error: any Error) -> Bool { (error as? S3DBError)?.code == .invalidArgument }
        await #expect { try await queue.delete(message) } throws: { isRefused($0) }
        await #expect { try await queue.setVisibility(of: message, to: .zero) } throws: { isRefused($0) }
        await #expect { try await queue.bury(message, reason: .init(code: "", message: "")) } throws: { isRefused($0) }
        #expect(try await receiveNow().map(\.body) == ["stays"])
    }

    @Test("a long reason is cut")
    func longReason() async throws {
        try await queue.send(["a"])
        let message = try #require(try await receiveNow().first)
        try await queue.bury(message, reason: .init(code: "c", message: String(repeating: "é\n", count: 1 << 20)))
        let buried = try #require(try await queue.buried(limit: 1).first)
        #expect(buried.body == "a" && buried.reason?.message.count == 4000)
    }

    @Test("a wait ends when its task is cancelled")
    func cancellation() async throws {
        let task = Task { [queue] in try await queue.receive(limit: 1, wait: .seconds(20), visibility: .seconds(60)) }
        task.cancel()
        await #expect { try await task.value } throws: { ($0 as? S3DBError)?.code == .cancelled }
    }

    @Test("a receiver reads few of many names", arguments: [Requirement.isFull ? 1_000_000 : 8192])
    func many(count: Int) async throws {
        // Written by hand: a million synchronised files are another test's subject.
        var generator = SeededGenerator.fresh()
        let manager = FileManager.default
        for folder in 0..<4096 {
            let name = String(repeating: "0", count: 3 - String(folder, radix: 16).count) + String(folder, radix: 16)
            try manager.createDirectory(
                atPath: "\(root)/waiting/\(name)", withIntermediateDirectories: true, attributes: nil)
            for _ in 0..<(count / 4096) {
                let random = String(UInt64.random(in: 1 << 60...UInt64.max, using: &generator), radix: 16)
                let file = "\(root)/waiting/\(name)/1577923200123456789-\(random.dropLast(3))\(name).0"
                #expect(manager.createFile(atPath: file, contents: Data("1\na\n".utf8)))
            }
        }
        var seen = Set<String>()
        for _ in 0..<200 {
            for message in try await receiveNow() {
                #expect(seen.insert(message.id).inserted, "seed \(generator.seed)")
                try await queue.delete(message)
            }
        }
        #expect(seen.count == 2000)
        #expect(try await queue.depth().waitingCount == count / 4096 * 4096 - 2000)
    }
}
