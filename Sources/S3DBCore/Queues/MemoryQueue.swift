import Synchronization

/// A queue in memory, for tests and for work that never leaves the process.
///
/// Messages come first in, first out, but for those that come again. All methods are atomic.
public final class MemoryQueue: WorkQueue {
    /// The queue's name for people.
    public let description: String

    /// The largest body of a message, in bytes of UTF-8.
    public let maximumBodyByteCount: Int

    private let receiveCountLimit: Int?
    private let state = Mutex(State())

    private struct Message {
        let number: Int
        let body: String
        let sentMilliseconds: Int64
        var receiveCount = 0
    }

    private struct Held {
        var message: Message
        var deadline: ContinuousClock.Instant
    }

    private struct State {
        var waiting = Line<Message>()
        /// By receipt.
        var inHand: [String: Held] = [:]
        var dead: [(message: Message, reason: QueueMessage.Reason?)] = []
        var lastNumber = 0
        var lastReceipt = 0
    }

    /// Makes an empty queue.
    ///
    /// - Parameters:
    ///   - maximumReceiveCount: How often a message is received before it is buried; nil for a queue without
    ///     dead-letter queue.
    ///   - maximumBodyByteCount: SQS's is 1 MiB.
    public init(_ name: String = "queue", maximumReceiveCount: Int? = 5, maximumBodyByteCount: Int = 1 << 20) {
        description = "memory:\(name)"
        receiveCountLimit = maximumReceiveCount
        self.maximumBodyByteCount = maximumBodyByteCount
    }

    /// How often a message is received before it is buried; nil where it never is.
    public func maximumReceiveCount() async throws(S3DBError) -> Int? { receiveCountLimit }

    /// Adds messages.
    public func send(_ bodies: [String]) async throws(S3DBError) {
        try QueueRules.check(bodies, maximumByteCount: maximumBodyByteCount)
        let now = FileTree.now() / 1_000_000
        state.withLock { state in
            for body in bodies {
                state.lastNumber += 1
                state.waiting.append(Message(number: state.lastNumber, body: body, sentMilliseconds: now))
            }
        }
    }

    /// Takes messages, waiting for the first.
    public func receive(
        limit: Int, wait: Duration, visibility: Duration
    ) async throws(S3DBError) -> [QueueMessage] {
        try QueueRules.check(limit: limit, wait: wait, visibility: visibility)
        return try await LongPoll.elements(within: wait) {
            state.withLock { take(limit, visibility: visibility, from: &$0) }
        }
    }

    private func take(_ limit: Int, visibility: Duration, from state: inout State) -> [QueueMessage] {
        returnExpired(&state)
        var taken: [QueueMessage] = []
        while taken.count < limit, var message = state.waiting.popFirst() {
            message.receiveCount += 1
            state.lastReceipt += 1
            let receipt = String(state.lastReceipt)
            state.inHand[receipt] = Held(message: message, deadline: .now + visibility)
            taken.append(
                QueueMessage(
                    id: String(message.number), receipt: receipt, body: message.body,
                    receiveCount: message.receiveCount, sentMilliseconds: message.sentMilliseconds))
        }
        return taken
    }

    /// O(messages in hand).
    private func returnExpired(_ state: inout State) {
        let now = ContinuousClock.now
        for (receipt, held) in state.inHand where held.deadline <= now {
            state.inHand[receipt] = nil
            putBack(held.message, &state)
        }
    }

    private func putBack(_ message: Message, _ state: inout State) {
        if let receiveCountLimit, message.receiveCount >= receiveCountLimit {
            state.dead.append((message, nil))
        } else {
            state.waiting.append(message)
        }
    }

    /// Removes a message that was received.
    public func delete(_ message: QueueMessage) async throws(S3DBError) {
        state.withLock { $0.inHand[message.receipt] = nil }
    }

    /// Hides a message for `visibility` from now on; zero returns it at once.
    public func setVisibility(of message: QueueMessage, to visibility: Duration) async throws(S3DBError) {
        try QueueRules.check(visibility: visibility)
        try state.withLock { (state) throws(S3DBError) in
            returnExpired(&state)
            guard let held = state.inHand[message.receipt] else { throw QueueRules.notInHand(message) }
            if visibility == .zero {
                state.inHand[message.receipt] = nil
                putBack(held.message, &state)
            } else {
                state.inHand[message.receipt]?.deadline = .now + visibility
            }
        }
    }

    /// Moves a message that was received to the dead-letter queue.
    public func bury(_ message: QueueMessage, reason: QueueMessage.Reason) async throws(S3DBError) {
        guard receiveCountLimit != nil else {
            throw S3DBError(.unsupported, "\(description) has no dead-letter queue")
        }
        try state.withLock { (state) throws(S3DBError) in
            returnExpired(&state)
            guard let held = state.inHand.removeValue(forKey: message.receipt) else {
                throw QueueRules.notInHand(message)
            }
            state.dead.append((held.message, reason))
        }
    }

    /// The messages of the dead-letter queue.
    public func buried(limit: Int) async throws(S3DBError) -> [BuriedMessage] {
        state.withLock { state in
            returnExpired(&state)
            return state.dead.prefix(max(limit, 0)).map { dead in
                BuriedMessage(
                    body: dead.message.body, reason: dead.reason, attemptCount: dead.message.receiveCount)
            }
        }
    }

    /// Moves the dead-letter queue's messages back, as if they had never been received.
    public func redrive() async throws(S3DBError) -> Int {
        state.withLock { state in
            for var (message, _) in state.dead {
                message.receiveCount = 0
                state.waiting.append(message)
            }
            defer { state.dead.removeAll() }
            return state.dead.count
        }
    }

    /// How many messages wait and are in hand; exact.
    public func depth() async throws(S3DBError) -> QueueDepth {
        let now = FileTree.now() / 1_000_000
        return state.withLock { state in
            returnExpired(&state)
            let oldest = state.waiting.elements.lazy.map(\.sentMilliseconds).min()
            return QueueDepth(
                waitingCount: state.waiting.elements.count, inHandCount: state.inHand.count,
                oldestSeconds: oldest.map { max(0, Double(now - $0) / 1000) })
        }
    }
}
