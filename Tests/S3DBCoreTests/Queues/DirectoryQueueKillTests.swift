import Foundation
import S3DBCore
import TestSupport
import Testing

@Suite struct DirectoryQueueKillTests {
    private let directory: TemporaryDirectory
    private let root: String

    init() throws {
        directory = try TemporaryDirectory()
        root = directory.url.path + "/queue"
    }

    private func start(_ command: String, number: Int) throws -> Process {
        let process = Process()
        process.executableURL = try Executable.url(of: "queue-process")
        let log = directory.url.appending(path: "\(command)-\(number).log").path
        process.arguments = [command, root, log] + (command == "send" ? ["sender\(number)"] : [])
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }

    private func killAndWait(_ process: Process) {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    /// The whole lines that processes of a command have logged.
    private func logged(_ command: String) throws -> [String] {
        let names = try FileManager.default.contentsOfDirectory(atPath: directory.url.path)
        return try names.filter { $0.hasPrefix(command) }.flatMap { name in
            let text = try String(contentsOf: directory.url.appending(path: name), encoding: .utf8)
            return text.split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
        }
    }

    /// Waits until more than `count` messages have been sent, and returns how many.
    private func sent(moreThan count: Int) async throws -> Int {
        let end = ContinuousClock.now + .seconds(600)
        while true {
            let sentCount = try logged("send").count
            if sentCount > count { return sentCount }
            try #require(ContinuousClock.now < end, "the processes send nothing")
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    @Test("processes that are killed while they send and work lose nothing")
    func kills() async throws {
        var generator = SeededGenerator.fresh()
        let roles = ["send", "send", "work", "work", "work"]
        var processes = try roles.enumerated().map { try start($1, number: $0) }
        defer { for process in processes { killAndWait(process) } }
        var startedCount = roles.count
        var sentCount = 0
        for _ in 0..<(Requirement.isFull ? 400 : 40) {
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...120, using: &generator)))
            // However slow the machine is, every kill comes amid work.
            sentCount = try await sent(moreThan: sentCount + 2)
            let index = Int.random(in: roles.indices, using: &generator)
            killAndWait(processes[index])
            processes[index] = try start(roles[index], number: startedCount)
            startedCount += 1
        }
        for process in processes { killAndWait(process) }

        let queue = try DirectoryQueue(root: root, maximumReceiveCount: 10_000)
        var rest: [String] = []
        while case let depth = try await queue.depth(), depth.waitingCount + depth.inHandCount > 0 {
            for message in try await queue.receive(limit: 10, wait: .seconds(1), visibility: .seconds(600)) {
                rest.append(message.body)
                try await queue.delete(message)
            }
        }
        let buried = try await queue.buried(limit: .max)
        let sent = try logged("send")
        let arrived = Set(try logged("work") + rest + buried.map(\.body))
        #expect(sent.count > 100, "the processes have hardly begun")
        #expect(Set(sent).count == sent.count)
        let lost = Set(sent).subtracting(arrived)
        #expect(lost.isEmpty, "\(lost.count) of \(sent.count) lost, seed \(generator.seed)")
        // What was sent in the moment of a kill arrives whole though nobody logged it, or not at all.
        for body in arrived.subtracting(sent) { #expect(body.wholeMatch(of: /sender[0-9]+-[0-9]+/) != nil) }
        for message in buried {
            #expect(message.reason == .init(code: "seventh", message: message.body), "seed \(generator.seed)")
        }
        #expect(try await queue.redrive() == buried.count)
        #expect(try await queue.depth().waitingCount == buried.count)
        let left = try FileManager.default.contentsOfDirectory(atPath: "\(root)/unsent")
        #expect(left.count <= startedCount * 5, "more is left than killed senders were writing")
    }
}
