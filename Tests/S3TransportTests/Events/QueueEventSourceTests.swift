import S3DBCore
import S3Transport
import Testing

@Suite struct QueueEventSourceTests {
    private let queue = MemoryQueue(maximumReceiveCount: 3)

    private func source() -> QueueEventSource { QueueEventSource(queue, visibility: .seconds(600)) }

    private func send(_ keys: String...) async throws {
        try await queue.send(keys.map { EventMessages.notification(EventMessages.record(key: $0)) })
    }

    @Test("a delivery is acknowledged, released or kept alive")
    func life() async throws {
        let source = source()
        try await send("a", "b")
        let deliveries = try await source.next(wait: .zero)
        #expect(try deliveries.map { try $0.events.get().map(\.key.text) } == [["a"], ["b"]])
        try await source.acknowledge(deliveries[0])
        try await source.keepAlive(deliveries[1])
        #expect(try await source.next(wait: .zero).isEmpty)
        try await source.release(deliveries[1])
        let again = try await source.next(wait: .zero)
        #expect(try again.map { try $0.events.get().map(\.key.text) } == [["b"]])
        #expect(again.map(\.message.receiveCount) == [2])
        await #expect { try await source.keepAlive(deliveries[0]) } throws: { ($0 as? S3DBError)?.code == .notFound }
    }

    @Test("junk comes with what is wrong, and is rejected with its reason")
    func junk() async throws {
        let source = source()
        try await queue.send(["junk"])
        try await send("good")
        var rejectedCount = 0
        for delivery in try await source.next(wait: .zero) {
            guard case .failure(let error) = delivery.events else {
                try await source.acknowledge(delivery)
                continue
            }
            try await source.reject(delivery, reason: .init(code: error.code.rawValue, message: error.message))
            rejectedCount += 1
        }
        #expect(rejectedCount == 1)
        let buried = try await queue.buried(limit: 10)
        #expect(buried.map(\.body) == ["junk"] && buried.first?.reason?.code == "corrupt-file")
        #expect(try await queue.depth() == QueueDepth(waitingCount: 0, inHandCount: 0))
    }

    @Test("a wait of any length is one that queues allow", arguments: [Duration.seconds(-1), .seconds(3600)])
    func waits(wait: Duration) async throws {
        try await send("a")
        #expect(try await source().next(wait: wait).count == 1)
    }
}
