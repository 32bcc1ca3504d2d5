import Synchronization

extension WorkQueueConformance {
    static var concurrencyChecks: [Check] {
        [
            Check("many receivers at once are given each message once", manyReceivers),
            Check("one of many receivers is given a message that comes again", manyForOne),
            Check("a message is deleted or extended, whoever asks at once", deletionAndExtension),
        ]
    }

    private static let taskCount = 8

    @Sendable private static func manyReceivers(_ test: QueueUnderTest) async throws(S3DBError) {
        let bodies = (0..<test.timing.messageCount).map { "message \($0)" }
        let share = (bodies.count + taskCount - 1) / taskCount
        let senderCount = Mutex(taskCount)
        let results = await test.race(taskCount * 2) { (index) throws(S3DBError) -> [String] in
            if index < taskCount {
                defer { senderCount.withLock { $0 -= 1 } }
                try await test.queue.send(Array(bodies.dropFirst(index * share).prefix(share)))
                return []
            }
            var received: [String] = []
            var emptyCount = 0
            // Until nothing has come for a while since all was sent: some queues answer with none though some wait.
            while emptyCount < 3 {
                let isAllSent = senderCount.withLock { $0 == 0 }
                let messages = try await test.queue.receive(
                    limit: 1 + index % 10, wait: .seconds(1), visibility: QueueUnderTest.long)
                emptyCount = messages.isEmpty && isAllSent ? emptyCount + 1 : 0
                for message in messages {
                    received.append(message.body)
                    try await test.queue.delete(message)
                }
            }
            return received
        }
        var received: [String] = []
        for result in results { received += try result.get() }
        try test.expectEqual(received.count, bodies.count, "how many messages came")
        try test.expectEqual(received.sorted(), bodies.sorted(), "the messages")
        try test.expectEqual(try await test.receiveNow(), [], "what is left")
    }

    @Sendable private static func manyForOne(_ test: QueueUnderTest) async throws(S3DBError) {
        try await test.queue.send(["again"])
        _ = try await test.receiveOne(visibility: test.timing.shortestVisibility)
        try await test.outlastVisibility()
        let results = await test.race(taskCount) { (_) throws(S3DBError) -> [QueueMessage] in
            try await test.queue.receive(limit: 10, wait: .seconds(1), visibility: QueueUnderTest.long)
        }
        var messages: [QueueMessage] = []
        for result in results { messages += try result.get() }
        try test.expectEqual(messages.map(\.receiveCount), [2], "the deliveries to \(taskCount) receivers")
    }

    @Sendable private static func deletionAndExtension(_ test: QueueUnderTest) async throws(S3DBError) {
        for round in 0..<10 {
            try await test.queue.send(["round \(round)"])
            let message = try await test.receiveOne()
            let results = await test.race(2) { (index) throws(S3DBError) in
                if index == 0 { return try await test.queue.delete(message) }
                do throws(S3DBError) {
                    try await test.queue.setVisibility(of: message, to: QueueUnderTest.long * 2)
                } catch  where error.code == .notFound {
                    // The deletion was quicker.
                }
            }
            for result in results { try result.get() }
            try await test.queue.delete(message)
            try test.expectEqual(try await test.receiveNow(), [], "what comes after the deletion")
        }
    }
}
