/// A queue with the questions that checks ask of it.
struct QueueUnderTest: SubjectUnderTest {
    let queue: any WorkQueue
    let timing: WorkQueueConformance.Timing

    static var brokenCode: S3DBError.Code { .queueContractBroken }
    var name: String { queue.description }

    /// A visibility timeout that does not end while a check runs.
    static let long = Duration.seconds(600)
    /// How long one call waits for a message.
    private static let wait = Duration.seconds(1)

    /// What comes without waiting: nothing where all messages are hidden.
    func receiveNow() async throws(S3DBError) -> [QueueMessage] {
        try await queue.receive(limit: 10, wait: .zero, visibility: Self.long)
    }

    /// The next message; a failure where none comes.
    func receiveOne(visibility: Duration = long) async throws(S3DBError) -> QueueMessage {
        let messages = try await eventually("a message comes") { () throws(S3DBError) -> [QueueMessage]? in
            let messages = try await queue.receive(limit: 1, wait: Self.wait, visibility: visibility)
            return messages.isEmpty ? nil : messages
        }
        guard let message = messages.first, messages.count == 1 else {
            throw failure("\(messages.count) messages came where 1 was asked for")
        }
        return message
    }

    /// Receives, long hidden, until there are `count` messages.
    func receive(_ count: Int) async throws(S3DBError) -> [QueueMessage] {
        var messages: [QueueMessage] = []
        while messages.count < count {
            let found = messages.count
            messages += try await eventually("\(count) messages come, of which \(found) came") {
                () throws(S3DBError) -> [QueueMessage]? in
                let more = try await queue.receive(limit: 10, wait: Self.wait, visibility: Self.long)
                try expect(more.count <= 10, "\(more.count) messages came where 10 were asked for")
                return more.isEmpty ? nil : more
            }
        }
        return messages
    }

    /// Asks again and again until there is an answer, as long as the timing's patience.
    func eventually<Value>(
        _ what: String, _ body: () async throws(S3DBError) -> Value?
    ) async throws(S3DBError) -> Value {
        let end = ContinuousClock.now + timing.patience
        while true {
            if let value = try await body() { return value }
            guard ContinuousClock.now < end else { throw failure("it does not happen that \(what)") }
            try await pause(.milliseconds(20))
        }
    }

    /// Waits until messages that are hidden as shortly as possible are so no longer.
    func outlastVisibility() async throws(S3DBError) {
        try await pause(timing.shortestVisibility * 2)
    }

    private func pause(_ duration: Duration) async throws(S3DBError) {
        do {
            try await Task.sleep(for: duration)
        } catch {
            throw S3DBError(.cancelled, "the checks were cancelled")
        }
    }

    /// Whether the queue has a dead-letter queue; where not, that it says so.
    func hasDeadLetterQueue() async throws(S3DBError) -> Bool {
        if try await queue.maximumReceiveCount() != nil { return true }
        try await queue.send(["kept"])
        let message = try await receiveOne()
        try await expectFailure(.unsupported, of: "burying without a dead-letter queue") { () throws(S3DBError) in
            try await queue.bury(message, reason: .init(code: "value-misfit", message: "no number"))
        }
        try await queue.delete(message)
        return false
    }

    /// Buried messages, once there are `count`.
    func buried(_ count: Int) async throws(S3DBError) -> [BuriedMessage] {
        try await eventually("\(count) messages are buried") { () throws(S3DBError) -> [BuriedMessage]? in
            // Some queues bury when a receiver comes.
            try expectEqual(try await receiveNow().map(\.body), [], "what comes while messages are buried")
            let buried = try await queue.buried(limit: count + 1)
            return buried.count >= count ? buried : nil
        }
    }
}
