import NIOHTTP1
import S3DBCore

extension SQSQueue {
    /// What a batch holds at most, in messages.
    static let batchCountLimit = 10
    /// What a batch holds at most, in bytes, unless it is one message that is larger: every server takes this much.
    static let batchByteLimit = 256 << 10

    /// A message that is sent.
    struct Outgoing: Hashable, Sendable {
        var body: String
        var attributes: [JSONValue.Member] = []

        init(_ body: String) {
            self.body = body
        }
    }

    /// Adds messages, ten or 256 KiB a request.
    public func send(_ bodies: [String]) async throws(S3DBError) {
        try QueueRules.check(bodies, maximumByteCount: maximumBodyByteCount)
        for batch in Self.batches(bodies) { try await send(batch.map { Outgoing($0) }, to: url) }
    }

    /// Bodies in their order, in batches as large as they may be.
    static func batches(_ bodies: [String]) -> [ArraySlice<String>] {
        var batches: [ArraySlice<String>] = []
        var start = 0
        var byteCount = 0
        for (index, body) in bodies.enumerated() {
            let isFull = index - start == batchCountLimit || byteCount + body.utf8.count > batchByteLimit
            if index > start, isFull {
                batches.append(bodies[start..<index])
                (start, byteCount) = (index, 0)
            }
            byteCount += body.utf8.count
        }
        if start < bodies.count { batches.append(bodies[start...]) }
        return batches
    }

    /// Sends one batch; what SQS did not take of it goes again, as often as requests do.
    func send(_ messages: [Outgoing], to queue: String) async throws(S3DBError) {
        let action = "send messages"
        try await repeatUntilTaken(messages.count, action, queue: queue) { (rest) throws(S3DBError) in
            let entries = rest.map { index -> JSONValue in
                var entry: [JSONValue.Member] = [
                    .init("Id", .string("\(index)")), .init("MessageBody", .string(messages[index].body)),
                ]
                if !messages[index].attributes.isEmpty {
                    entry.append(.init("MessageAttributes", .object(messages[index].attributes)))
                }
                return .object(entry)
            }
            return try await client.call(
                "SendMessageBatch", [.init("QueueUrl", .string(queue)), .init("Entries", .array(entries))], action,
                queue: queue)
        }
    }

    /// Deletes messages of a queue, ten at most.
    func delete(_ messages: [QueueMessage], from queue: String) async throws(S3DBError) {
        let action = "delete messages"
        try await repeatUntilTaken(messages.count, action, queue: queue) { (rest) throws(S3DBError) in
            let entries = rest.map { index -> JSONValue in
                ["Id": .string("\(index)"), "ReceiptHandle": .string(messages[index].receipt)]
            }
            return try await client.call(
                "DeleteMessageBatch", [.init("QueueUrl", .string(queue)), .init("Entries", .array(entries))], action,
                queue: queue)
        }
    }

    /// Sends a batch again without what was taken, until nothing is left.
    ///
    /// - Parameter body: Sends the entries of some indices.
    private func repeatUntilTaken(
        _ count: Int, _ action: String, queue: String,
        _ body: (_ rest: [Int]) async throws(S3DBError) -> JSONValue
    ) async throws(S3DBError) {
        var rest = Array(0..<count)
        var attempts = RetryState(retries)
        var tokens = RetryTokens()
        while !rest.isEmpty {
            let answer = try await body(rest)
            let failures = answer["Failed"]?.arrayValue ?? []
            let failed = Set(failures.compactMap { $0["Id"]?.stringValue })
            rest = rest.filter { failed.contains("\($0)") }
            guard !rest.isEmpty, let first = failures.first else { return }
            let fault = failures.first { $0["SenderFault"]?.boolValue == true }
            let decision = attempts.next(
                fault == nil ? .transient : .permanent, tokens: &tokens, random: Double.random(in: 0...1))
            guard case .retry(let delay) = decision else {
                throw Self.refusal(of: fault ?? first, action, queue: queue)
            }
            guard await client.pause(delay) else {
                throw S3DBError(.cancelled, "\(action): cancelled", at: .init(key: queue))
            }
        }
    }

    /// Why SQS did not take an entry, as if it had refused a request of its own.
    private static func refusal(of entry: JSONValue, _ action: String, queue: String) -> S3DBError {
        let isFault = entry["SenderFault"]?.boolValue == true
        let body: JSONValue = [
            "__type": entry["Code"] ?? .null, "message": entry["Message"] ?? .null,
        ]
        let refusal = ServiceRefusal(
            status: isFault ? 400 : 500, headers: [:], body: Buffer(body.serialized().utf8), format: .json)
        return refusal?.error(action, queue: queue) ?? S3DBError(.ioFailure, action, at: .init(key: queue))
    }
}
