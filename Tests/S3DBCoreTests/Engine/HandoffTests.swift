import Testing

@testable import S3DBCore

@Suite struct HandoffTests {
    @Test func handsElementsOverInOrder() async throws {
        let handoff = Handoff<Int>()
        async let producer: Void = {
            for number in 0..<1000 { try await handoff.send(number) }
            handoff.finish(.success(()))
        }()
        var received: [Int] = []
        while let number = try await handoff.next() { received.append(number) }
        try await producer
        #expect(received == Array(0..<1000))
    }

    @Test func failuresArriveBehindWhatWasSent() async throws {
        let handoff = Handoff<Int>()
        try await handoff.send(7)
        handoff.finish(.failure(S3DBError(.raggedRow, "ragged")))
        #expect(try await handoff.next() == 7)
        await #expect { try await handoff.next() } throws: { ($0 as? S3DBError)?.code == .raggedRow }
    }

    @Test func anAbandonedProducerIsToldSo() async throws {
        let handoff = Handoff<Int>()
        try await handoff.send(1)
        let blocked = Task { try await handoff.send(2) }
        await Task.yield()
        handoff.abandon()
        await #expect { try await blocked.value } throws: { ($0 as? S3DBError)?.code == .cancelled }
    }
}
