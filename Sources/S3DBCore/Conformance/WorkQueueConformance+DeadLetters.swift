extension WorkQueueConformance {
    static var deadLetterChecks: [Check] {
        [
            Check("a message that comes too often is buried", tooOften),
            Check("a message is buried with its reason", reason),
            Check("buried messages are counted out and stay", limit),
            Check("a message that another has is not buried", stolen),
            Check("messages that are redriven come as new ones", redrive),
        ]
    }

    private static let misfit = QueueMessage.Reason(
        code: "value-misfit", message: "\"é\" in line 3\nis <no> number, 100% & {\"json\": \\u0041}")

    @Sendable private static func tooOften(_ test: QueueUnderTest) async throws(S3DBError) {
        guard try await test.hasDeadLetterQueue(), let most = try await test.queue.maximumReceiveCount() else { return }
        try await test.queue.send(["poison"])
        for count in 1...max(most, 1) {
            // The last by its timeout, the others returned.
            let message = try await test.receiveOne(
                visibility: count == most ? test.timing.shortestVisibility : QueueUnderTest.long)
            try test.expectEqual(message.receiveCount, count, "the receive count of delivery \(count)")
            if count < most { try await test.queue.setVisibility(of: message, to: .zero) }
        }
        let buried = try await test.buried(1)
        try test.expectEqual(
            buried, [BuriedMessage(body: "poison", reason: nil, attemptCount: most)], "the buried messages")
    }

    @Sendable private static func reason(_ test: QueueUnderTest) async throws(S3DBError) {
        guard try await test.hasDeadLetterQueue() else { return }
        let bodies = oddBodies.sorted()
        try await test.queue.send(bodies)
        for message in try await test.receive(bodies.count) { try await test.queue.bury(message, reason: misfit) }
        let buried = try await test.buried(bodies.count)
        try test.expectEqual(buried.map(\.body).sorted(), bodies, "the bodies")
        try test.expect(buried.allSatisfy { $0.reason == misfit }, "a reason is not the one that was given")
        try test.expect(buried.allSatisfy { $0.attemptCount == 1 }, "the attempts are not counted")
        let depth = try await test.queue.depth()
        try test.expectEqual(depth.waitingCount, 0, "how many wait once all are buried")
    }

    @Sendable private static func limit(_ test: QueueUnderTest) async throws(S3DBError) {
        guard try await test.hasDeadLetterQueue() else { return }
        try await test.queue.send(["1", "2", "3"])
        for message in try await test.receive(3) { try await test.queue.bury(message, reason: misfit) }
        _ = try await test.buried(3)
        try test.expectEqual(try await test.queue.buried(limit: 2).count, 2, "how many of 3 with a limit of 2")
        try test.expectEqual(try await test.queue.buried(limit: 0).count, 0, "how many with a limit of 0")
        try test.expectEqual(try await test.buried(3).count, 3, "how many after looking at them")
    }

    @Sendable private static func stolen(_ test: QueueUnderTest) async throws(S3DBError) {
        guard try await test.hasDeadLetterQueue() else { return }
        try await test.queue.send(["taken over"])
        let old = try await test.receiveOne(visibility: test.timing.shortestVisibility)
        let new = try await test.receiveOne()
        try await test.expectFailure(.notFound, of: "burying what another has") { () throws(S3DBError) in
            try await test.queue.bury(old, reason: misfit)
        }
        try test.expectEqual(try await test.queue.buried(limit: 10), [], "the buried messages")
        try await test.queue.setVisibility(of: new, to: QueueUnderTest.long)
    }

    @Sendable private static func redrive(_ test: QueueUnderTest) async throws(S3DBError) {
        guard try await test.hasDeadLetterQueue(), let most = try await test.queue.maximumReceiveCount() else { return }
        try test.expectEqual(try await test.queue.redrive(), 0, "how many of none were redriven")
        let bodies = (0..<23).map { "message \($0)" }.sorted()
        try await test.queue.send(bodies)
        for message in try await test.receive(bodies.count) { try await test.queue.bury(message, reason: misfit) }
        _ = try await test.buried(bodies.count)
        try test.expectEqual(try await test.queue.redrive(), bodies.count, "how many were redriven")
        let messages = try await test.receive(bodies.count)
        try test.expectEqual(messages.map(\.body).sorted(), bodies, "the messages that were redriven")
        try test.expect(messages.allSatisfy { $0.receiveCount == 1 }, "redriven messages keep their receive counts")
        try test.expectEqual(try await test.queue.buried(limit: 10), [], "the buried messages after the redrive")
        for message in messages.dropFirst() { try await test.queue.delete(message) }
        // The reason of before is not that of another end.
        guard var message = messages.first else { return }
        while message.receiveCount < most {
            try await test.queue.setVisibility(of: message, to: .zero)
            message = try await test.receiveOne()
        }
        try await test.queue.setVisibility(of: message, to: .zero)
        try test.expectEqual(try await test.buried(1).map(\.reason), [nil], "the reason of a second end")
    }
}
