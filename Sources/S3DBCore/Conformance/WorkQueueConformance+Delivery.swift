extension WorkQueueConformance {
    static var deliveryChecks: [Check] {
        [
            Check("an empty queue gives nothing", empty),
            Check("a message comes as it was sent", roundTrip),
            Check("bodies are taken as they are", oddBodies),
            Check("a body that is too large is refused before anything is sent", tooLarge),
            Check("any number of messages is sent at once", manyAtOnce),
            Check("arguments out of range are refused", arguments),
            Check("a message that was deleted does not come again", deletion),
            Check("a receiver that waits is given what is sent meanwhile", longPoll),
            Check("the depth counts what waits and what is in hand", depth),
        ]
    }

    /// Texts that JSON, XML, URLs and lines could spoil; none has characters that XML 1.0 lacks.
    static let oddBodies = [
        " ", "a", " lead and trail ", "two\nlines\n", "\r\n", "tab\there", #"{"a":"b\"c"}"#, "<a>&amp;</a>", "100%25+1",
        "a=b&c=d;e", "é/日本/😀", "e\u{301}", "\u{FEFF}marked", "\u{FFFD}", #"\u0041\"#, "'\"`$(x)", "12\nab\n{}",
    ]

    @Sendable private static func empty(_ test: QueueUnderTest) async throws(S3DBError) {
        try test.expectEqual(try await test.receiveNow(), [], "what an empty queue gives")
        try await test.queue.send([])
        try test.expectEqual(try await test.receiveNow(), [], "what a queue gives that was sent nothing")
        let depth = try await test.queue.depth()
        try test.expectEqual([depth.waitingCount, depth.inHandCount], [0, 0], "the depth of an empty queue")
    }

    @Sendable private static func roundTrip(_ test: QueueUnderTest) async throws(S3DBError) {
        let now = FileTree.now() / 1_000_000
        try await test.queue.send(["hello"])
        let message = try await test.receiveOne()
        try test.expectEqual(message.body, "hello", "the body")
        try test.expectEqual(message.receiveCount, 1, "the receive count of a first delivery")
        try test.expect(!message.id.isEmpty && !message.receipt.isEmpty, "a message has no ID or no receipt")
        if let sent = message.sentMilliseconds {
            // Clocks of machines differ; units do not by accident.
            try test.expect(abs(sent - now) < 86_400_000, "a message of now was sent at \(sent) ms")
        }
        try await test.queue.delete(message)
    }

    @Sendable private static func oddBodies(_ test: QueueUnderTest) async throws(S3DBError) {
        let largest = String(repeating: "x", count: test.queue.maximumBodyByteCount)
        try await test.queue.send(oddBodies)
        try await test.queue.send([largest])
        let messages = try await test.receive(oddBodies.count + 1)
        for body in oddBodies + [largest] {
            let count = messages.count { $0.body.utf8.elementsEqual(body.utf8) }
            try test.expectEqual(count, 1, "how often \(S3DBError.quoted(body)) came")
        }
    }

    @Sendable private static func tooLarge(_ test: QueueUnderTest) async throws(S3DBError) {
        // A character of two bytes: the limit is one of bytes.
        let body = String(repeating: "é", count: test.queue.maximumBodyByteCount / 2 + 1)
        try await test.expectFailure(.limitExceeded, of: "sending a body that is too large") { () throws(S3DBError) in
            try await test.queue.send(["small", body])
        }
        try test.expectEqual(try await test.receiveNow().map(\.body), [], "what was sent beside a body too large")
    }

    @Sendable private static func manyAtOnce(_ test: QueueUnderTest) async throws(S3DBError) {
        let bodies = (0..<test.timing.messageCount).map { "message \($0)" }
        try await test.queue.send(bodies)
        let messages = try await test.receive(bodies.count)
        try test.expectEqual(messages.map(\.body).sorted(), bodies.sorted(), "the messages")
        try test.expectEqual(Set(messages.map(\.id)).count, bodies.count, "how many IDs they have")
        for message in messages { try await test.queue.delete(message) }
    }

    @Sendable private static func arguments(_ test: QueueUnderTest) async throws(S3DBError) {
        try await test.queue.send(["kept"])
        for (limit, wait, visibility) in [
            (0, Duration.zero, QueueUnderTest.long), (11, .zero, QueueUnderTest.long),
            (1, .seconds(-1), QueueUnderTest.long), (1, .seconds(21), QueueUnderTest.long), (1, .zero, .seconds(-1)),
            (1, .zero, .seconds(43_201)),
        ] {
            try await test.expectFailure(.invalidArgument, of: "receive(\(limit), \(wait), \(visibility))") {
                () throws(S3DBError) in
                try await test.queue.receive(limit: limit, wait: wait, visibility: visibility)
            }
        }
        let message = try await test.receiveOne()
        try test.expectEqual(message.receiveCount, 1, "the receive count after calls that were refused")
        try await test.expectFailure(.invalidArgument, of: "a negative visibility") { () throws(S3DBError) in
            try await test.queue.setVisibility(of: message, to: .seconds(-1))
        }
    }

    @Sendable private static func deletion(_ test: QueueUnderTest) async throws(S3DBError) {
        try await test.queue.send(["deleted", "kept"])
        let messages = try await test.receive(2)
        for message in messages where message.body == "deleted" {
            try await test.queue.delete(message)
            // A receiver that was cut off from the answer asks again.
            try await test.queue.delete(message)
        }
        for message in messages where message.body == "kept" {
            try await test.queue.setVisibility(of: message, to: .zero)
        }
        try test.expectEqual(try await test.receiveOne().body, "kept", "the message that was not deleted")
        try test.expectEqual(try await test.receiveNow().map(\.body), [], "what comes besides")
    }

    @Sendable private static func longPoll(_ test: QueueUnderTest) async throws(S3DBError) {
        let results = await test.race(2) { (index) throws(S3DBError) -> [QueueMessage] in
            if index == 0 {
                return try await test.queue.receive(limit: 1, wait: .seconds(20), visibility: .seconds(60))
            }
            try await test.outlastVisibility()
            try await test.queue.send(["sent meanwhile"])
            return []
        }
        for result in results.dropFirst() { _ = try result.get() }
        try test.expectEqual(try results[0].get().map(\.body), ["sent meanwhile"], "what a receiver waited for")
    }

    @Sendable private static func depth(_ test: QueueUnderTest) async throws(S3DBError) {
        try await test.queue.send(["1", "2", "3"])
        let message = try await test.receiveOne()
        _ = try await test.eventually("2 messages wait and 1 is in hand") { () throws(S3DBError) -> QueueDepth? in
            let depth = try await test.queue.depth()
            return depth.waitingCount == 2 && depth.inHandCount == 1 ? depth : nil
        }
        try await test.queue.delete(message)
        let depth = try await test.eventually("2 messages wait and none is in hand") {
            () throws(S3DBError) -> QueueDepth? in
            let depth = try await test.queue.depth()
            return depth.waitingCount == 2 && depth.inHandCount == 0 ? depth : nil
        }
        if let oldest = depth.oldestSeconds {
            try test.expect(oldest >= 0 && oldest < 86_400, "a message of now has waited \(oldest) s")
        }
    }
}
