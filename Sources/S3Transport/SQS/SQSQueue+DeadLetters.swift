import S3DBCore

extension SQSQueue {
    private static let codeAttribute = "s3db.error.code"
    private static let messageAttribute = "s3db.error.message"
    private static let attemptsAttribute = "s3db.attempts"
    /// The attributes that say why a message was buried.
    static let reasonAttributes = [codeAttribute, messageAttribute, attemptsAttribute]
    private static let reasonMessageByteLimit = 1024
    private static let reasonCodeByteLimit = 256
    /// How long a message stays in hand while it is moved, or hidden while it is looked at.
    private static let moveVisibility = Duration.seconds(60)
    /// How long a dead-letter queue is asked for more: shorter polls look at a part of it only.
    private static let moveWait = Duration.seconds(1)

    private func deadLetterQueue() throws(S3DBError) -> DeadLetters {
        if let deadLetters { return deadLetters }
        throw S3DBError(
            .unsupported, "the queue has no dead-letter queue", remedy: "Give it a redrive policy", at: .init(key: url))
    }

    /// Moves a message to the dead-letter queue, with the reason as attributes: it is sent there, then deleted here.
    ///
    /// - Throws: Also ``S3DBError/Code/notFound`` for a message that is no longer this receiver's; it is not moved.
    public func bury(_ message: QueueMessage, reason: QueueMessage.Reason) async throws(S3DBError) {
        let deadLetters = try deadLetterQueue()
        // What another has by now is the other's to bury; what this one has stays until it is moved.
        try await setVisibility(of: message, to: Self.moveVisibility)
        var outgoing = Outgoing(message.body)
        for (name, type, value) in [
            (Self.codeAttribute, "String", Self.attribute(reason.code, byteLimit: Self.reasonCodeByteLimit)),
            (Self.messageAttribute, "String", Self.attribute(reason.message, byteLimit: Self.reasonMessageByteLimit)),
            (Self.attemptsAttribute, "Number", String(message.receiveCount)),
        ] where !value.isEmpty {
            outgoing.attributes.append(.init(name, ["DataType": .string(type), "StringValue": .string(value)]))
        }
        try await send([outgoing], to: deadLetters.url)
        try await delete(message)
    }

    /// A text as an attribute can have it: cut to whole characters, without what XML 1.0 has no character for.
    static func attribute(_ text: String, byteLimit: Int) -> String {
        var attribute = ""
        var byteCount = 0
        for scalar in text.unicodeScalars {
            let isControl = scalar.value < 0x20 && !["\t", "\n", "\r"].contains(scalar)
            let kept = isControl || (0xFFFE...0xFFFF).contains(scalar.value) ? "\u{FFFD}" : scalar
            byteCount += UTF8.width(kept)
            if byteCount > byteLimit { break }
            attribute.unicodeScalars.append(kept)
        }
        return attribute
    }

    /// Messages of the dead-letter queue. They are received, and returned once all have been looked at.
    public func buried(limit: Int) async throws(S3DBError) -> [BuriedMessage] {
        guard let deadLetters, limit > 0 else { return [] }
        var seen: [SQSMessage] = []
        var ids = Set<String>()
        var failure: S3DBError?
        do throws(S3DBError) {
            while seen.count < limit {
                let messages = try await receive(
                    from: deadLetters.url, limit: min(limit - seen.count, Self.batchCountLimit), wait: Self.moveWait,
                    visibility: Self.moveVisibility)
                // One that is seen again has become visible meanwhile: all have been seen.
                let fresh = messages.filter { ids.insert($0.message.id).inserted }
                if fresh.isEmpty { break }
                seen += fresh
            }
        } catch {
            failure = error
        }
        for message in seen {
            do throws(S3DBError) {
                try await setVisibility(of: message.message.receipt, in: deadLetters.url, to: .zero)
            } catch {
                // It comes back by itself.
                failure = failure ?? (error.code == .notFound ? nil : error)
            }
        }
        if let failure { throw failure }
        return seen.map { Self.buried($0, deadLetters) }
    }

    private static func buried(_ message: SQSMessage, _ deadLetters: DeadLetters) -> BuriedMessage {
        let attempts = message.attributes[attemptsAttribute].flatMap { Int($0) }
        guard !message.wasMoved, let code = message.attributes[codeAttribute] else {
            return BuriedMessage(
                body: message.message.body, reason: nil, attemptCount: attempts ?? deadLetters.maximumReceiveCount)
        }
        return BuriedMessage(
            body: message.message.body,
            reason: .init(code: code, message: message.attributes[messageAttribute] ?? ""),
            attemptCount: attempts ?? deadLetters.maximumReceiveCount)
    }

    /// Moves the dead-letter queue's messages back, as new ones: they are received there, sent here, then deleted there.
    ///
    /// SQS's own task for this (StartMessageMoveTask) keeps the reason of the burial on the messages, and only moves
    /// what it buried itself back without being told where.
    public func redrive() async throws(S3DBError) -> Int {
        let deadLetters = try deadLetterQueue()
        var count = 0
        while true {
            let messages = try await receive(
                from: deadLetters.url, limit: Self.batchCountLimit, wait: Self.moveWait, visibility: Self.moveVisibility
            )
            if messages.isEmpty { return count }
            for batch in Self.batches(messages.map(\.message.body)) {
                let moved = messages[batch.indices].map(\.message)
                try await send(batch.map { Outgoing($0) }, to: url)
                try await delete(moved, from: deadLetters.url)
                count += moved.count
            }
        }
    }
}
