import Foundation
import S3DBCore
import TestSupport
import Testing

@Suite struct WorkQueueConformanceTests {
    @Test("the memory queue keeps the contract", arguments: [nil, 3, 10])
    func memory(maximumReceiveCount: Int?) async throws {
        try await WorkQueueConformance { MemoryQueue(maximumReceiveCount: maximumReceiveCount) }.run()
    }

    @Test("the directory queue keeps the contract", arguments: [nil, 5])
    func directory(maximumReceiveCount: Int?) async throws {
        let directory = try TemporaryDirectory()
        try await WorkQueueConformance { () throws(S3DBError) in
            try DirectoryQueue(
                root: directory.url.path + "/\(UInt64.random(in: 0...UInt64.max))/deep",
                maximumReceiveCount: maximumReceiveCount)
        }.run()
    }

    @Test("a queue that buries too soon to be checked is refused")
    func tooSoon() async throws {
        let kit = WorkQueueConformance { MemoryQueue(maximumReceiveCount: 2) }
        await #expect { try await kit.run() } throws: { ($0 as? S3DBError)?.code == .invalidArgument }
    }

    @Test("a queue that breaks the contract is found out", arguments: Breach.allCases)
    func broken(breach: Breach) async throws {
        let timing = WorkQueueConformance.Timing(patience: .milliseconds(500), messageCount: 30)
        let kit = WorkQueueConformance(timing: timing) { BrokenQueue(breach: breach) }
        await #expect { try await kit.run() } throws: { ($0 as? S3DBError)?.code == .queueContractBroken }
    }
}

/// A way in which a queue can break the contract.
enum Breach: CaseIterable {
    case showsWhatIsInHand, losesEveryTenth, forgetsReasons, countsNothing, keepsOldReceipts, trimsBodies
    case ignoresDeletions, ignoresExtensions, redrivesNothing
}

/// A memory queue with one fault.
private struct BrokenQueue: WorkQueue {
    let breach: Breach
    let queue = MemoryQueue(maximumReceiveCount: 3)

    var description: String { queue.description }
    var maximumBodyByteCount: Int { queue.maximumBodyByteCount }

    func maximumReceiveCount() async throws(S3DBError) -> Int? { try await queue.maximumReceiveCount() }

    func send(_ bodies: [String]) async throws(S3DBError) {
        switch breach {
        case .losesEveryTenth:
            try await queue.send(bodies.enumerated().filter { $0.offset % 10 != 9 }.map(\.element))
        case .trimsBodies: try await queue.send(bodies.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) })
        default: try await queue.send(bodies)
        }
    }

    func receive(limit: Int, wait: Duration, visibility: Duration) async throws(S3DBError) -> [QueueMessage] {
        let visibility = breach == .showsWhatIsInHand ? .milliseconds(1) : visibility
        var messages = try await queue.receive(limit: limit, wait: wait, visibility: visibility)
        if breach == .countsNothing { for index in messages.indices { messages[index].receiveCount = 1 } }
        return messages
    }

    func delete(_ message: QueueMessage) async throws(S3DBError) {
        if breach != .ignoresDeletions { return try await queue.delete(message) }
        try? await queue.setVisibility(of: message, to: .zero)
    }

    func setVisibility(of message: QueueMessage, to visibility: Duration) async throws(S3DBError) {
        do throws(S3DBError) {
            if breach == .ignoresExtensions && visibility > .seconds(1) { return }
            try await queue.setVisibility(of: message, to: visibility)
        } catch {
            if breach != .keepsOldReceipts || error.code != .notFound { throw error }
        }
    }

    func bury(_ message: QueueMessage, reason: QueueMessage.Reason) async throws(S3DBError) {
        let reason = breach == .forgetsReasons ? .init(code: "", message: "") : reason
        try await queue.bury(message, reason: reason)
    }

    func buried(limit: Int) async throws(S3DBError) -> [BuriedMessage] { try await queue.buried(limit: limit) }

    func redrive() async throws(S3DBError) -> Int { breach == .redrivesNothing ? 0 : try await queue.redrive() }

    func depth() async throws(S3DBError) -> QueueDepth { try await queue.depth() }
}
