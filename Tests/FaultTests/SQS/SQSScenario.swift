import FaultProxy
import S3DB
import TestSupport

/// One thing that is asked of a queue, and what then must be in it.
struct SQSScenario: Sendable {
    /// Does it, with what a worker's queue and the queue as it is.
    typealias Action = @Sendable (SQSQueue) async throws -> String

    /// What is asked.
    let name: String
    /// The request that faults befall.
    let kind: RequestKind
    /// The messages that are there first.
    let bodies: [String]
    /// What is done; the result as text.
    let action: Action

    init(_ kind: RequestKind, _ variant: String? = nil, _ bodies: [String] = [], _ action: @escaping Action) {
        name = variant.map { "\(kind), \($0)" } ?? "\(kind)"
        self.kind = kind
        self.bodies = bodies
        self.action = action
    }

    static let all = [
        SQSScenario("SendMessageBatch") { queue in
            try await queue.send(["a", "b"])
            return ""
        },
        // One whose answer is lost hides the message until its time is over.
        SQSScenario("ReceiveMessage", nil, ["a"]) { queue in "\(try await take(queue, visibility: .seconds(2)).body)" },
        SQSScenario("DeleteMessage", nil, ["a"]) { queue in
            try await queue.delete(try await take(queue))
            return ""
        },
        SQSScenario("ChangeMessageVisibility", nil, ["a"]) { queue in
            try await queue.setVisibility(of: try await take(queue), to: .zero)
            return try await take(queue).body
        },
        SQSScenario("GetQueueAttributes", nil, ["a"]) { queue in "\(try await queue.depth().waitingCount)" },
        SQSScenario("SendMessageBatch", "to the dead-letter queue", ["a"]) { queue in
            try await queue.bury(try await take(queue), reason: .init(code: "value-misfit", message: "why"))
            return try await buried(queue)
        },
        SQSScenario("DeleteMessage", "of one that is buried", ["a"]) { queue in
            try await queue.bury(try await take(queue), reason: .init(code: "value-misfit", message: "why"))
            return try await buried(queue)
        },
    ]

    /// Waits for a message.
    private static func take(_ queue: SQSQueue, visibility: Duration = .seconds(600)) async throws -> QueueMessage {
        for _ in 0..<10 {
            let messages = try await queue.receive(limit: 10, wait: .seconds(1), visibility: visibility)
            if let first = messages.first { return first }
        }
        throw S3DBError(.notFound, "no message came")
    }

    /// What is in the dead-letter queue, each once: what is sent again after a lost answer is there twice.
    private static func buried(_ queue: SQSQueue) async throws -> String {
        let messages = try await queue.buried(limit: 10)
        return "\(Set(messages.map { "\($0.body) \($0.reason?.code ?? "") \($0.reason?.message ?? "")" }).sorted())"
    }
}
