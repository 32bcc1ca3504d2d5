extension WorkQueueConformance {
    static var visibilityChecks: [Check] {
        [
            Check("a message in hand is hidden", hidden),
            Check("a message whose visibility ends comes again", expiry),
            Check("a message that is returned comes at once", returned),
            Check("a message is hidden for as long as it is extended", extended),
            Check("a receipt ends when another receiver has the message", oldReceipt),
            Check("a message that was deleted late is deleted or comes again", lateDeletion),
        ]
    }

    @Sendable private static func hidden(_ test: QueueUnderTest) async throws(S3DBError) {
        try await test.queue.send(["hidden"])
        let message = try await test.receiveOne()
        try test.expectEqual(try await test.receiveNow(), [], "what a second receiver is given")
        let waited = try await test.queue.receive(
            limit: 10, wait: test.timing.shortestVisibility, visibility: QueueUnderTest.long)
        try test.expectEqual(waited, [], "what a second receiver is given that waits")
        try await test.queue.delete(message)
    }

    @Sendable private static func expiry(_ test: QueueUnderTest) async throws(S3DBError) {
        try await test.queue.send(["again"])
        let first = try await test.receiveOne(visibility: test.timing.shortestVisibility)
        let second = try await test.receiveOne()
        try test.expectEqual(second.body, "again", "the body")
        try test.expectEqual(second.id, first.id, "the ID")
        try test.expectEqual(second.receiveCount, 2, "the receive count of a second delivery")
        try test.expect(second.receipt != first.receipt, "two deliveries have one receipt")
        try await test.queue.delete(second)
    }

    @Sendable private static func returned(_ test: QueueUnderTest) async throws(S3DBError) {
        try await test.queue.send(["returned"])
        let first = try await test.receiveOne()
        try await test.queue.setVisibility(of: first, to: .zero)
        let second = try await test.receiveOne()
        try test.expectEqual([second.id, second.body], [first.id, "returned"], "the message")
        try test.expectEqual(second.receiveCount, 2, "the receive count of a message that was returned")
    }

    @Sendable private static func extended(_ test: QueueUnderTest) async throws(S3DBError) {
        // A machine that stands still for longer than the shortest visibility gets another chance, with a message that
        // has not come before: one that comes too often is buried.
        let message = try await test.eventually("a message is extended") { () throws(S3DBError) -> QueueMessage? in
            try await test.queue.send(["extended"])
            let message = try await test.receiveOne(visibility: test.timing.shortestVisibility)
            do throws(S3DBError) {
                try await test.queue.setVisibility(of: message, to: QueueUnderTest.long)
            } catch  where error.code == .notFound {
                try await test.queue.delete(try await test.receiveOne())
                return nil
            }
            return message
        }
        try await test.outlastVisibility()
        try test.expectEqual(try await test.receiveNow(), [], "what comes while a message is extended")
        try await test.queue.setVisibility(of: message, to: QueueUnderTest.long * 2)
        try await test.queue.setVisibility(of: message, to: test.timing.shortestVisibility)
        let again = try await test.receiveOne()
        try test.expectEqual(again.receiveCount, message.receiveCount + 1, "the receive count after extensions")
        try await test.queue.delete(again)
        try await test.outlastVisibility()
        try test.expectEqual(try await test.receiveNow(), [], "what comes after the deletion")
    }

    @Sendable private static func oldReceipt(_ test: QueueUnderTest) async throws(S3DBError) {
        try await test.queue.send(["taken over"])
        let old = try await test.receiveOne(visibility: test.timing.shortestVisibility)
        let new = try await test.receiveOne()
        try await test.expectFailure(.notFound, of: "extending what another has") { () throws(S3DBError) in
            try await test.queue.setVisibility(of: old, to: QueueUnderTest.long)
        }
        try await test.expectFailure(.notFound, of: "returning what another has") { () throws(S3DBError) in
            try await test.queue.setVisibility(of: old, to: .zero)
        }
        try test.expectEqual(try await test.receiveNow(), [], "what comes while another has the message")
        try await test.queue.delete(new)
        try await test.expectFailure(.notFound, of: "extending what was deleted") { () throws(S3DBError) in
            try await test.queue.setVisibility(of: new, to: QueueUnderTest.long)
        }
    }

    @Sendable private static func lateDeletion(_ test: QueueUnderTest) async throws(S3DBError) {
        try await test.queue.send(["late"])
        let message = try await test.receiveOne(visibility: test.timing.shortestVisibility)
        try await test.outlastVisibility()
        try await test.queue.delete(message)
        for again in try await test.receiveNow() {
            try test.expectEqual(again.body, "late", "what comes again")
            try await test.queue.delete(again)
        }
        try test.expectEqual(try await test.receiveNow(), [], "what comes after the deletion in time")
    }
}
