import NIOCore
import NIOHTTP1

/// Brings the server's answer to the client, whole or as a fault leaves it.
struct AnswerRelay {
    typealias Parts = NIOAsyncChannelInboundStream<HTTPClientResponsePart>.AsyncIterator

    let client: ClientConnection
    let head: HTTPResponseHead
    let request: ProxiedRequest
    let fault: ArmedFault?

    /// What the client got.
    struct Outcome {
        /// The bytes of the body.
        var byteCount = 0
        /// Whether they are all.
        var isWhole = true
    }

    /// Relays an answer whose head has come.
    func run(_ parts: inout Parts) async throws -> Outcome {
        switch fault?.rule.fault {
        case .resetAfterApplied:
            return try await loseAll(&parts)
        case .heldAfterApplied:
            fault?.fire()
            try await Task.sleep(for: fault?.rule.delay ?? .zero)
            return try await relay(&parts)
        case .cutBody, .stalledBody:
            return hasBody ? try await relayHalf(&parts) : try await loseAll(&parts)
        case .flippedBit:
            return try await relay(&parts, isFlipping: true)
        default:
            return try await relay(&parts)
        }
    }

    private var hasBody: Bool {
        let isBodiless = request.head.method == .HEAD || [204, 304].contains(head.status.code)
        return !isBodiless && head.headers.first(name: "Content-Length") != "0"
    }

    /// The head for the client: the server's, but for what is between two neighbours only.
    private var relayedHead: HTTPResponseHead {
        var relayed = head
        relayed.version = .http1_1
        relayed.headers.remove(name: "Connection")
        let isMeasured = relayed.headers.contains(name: "Content-Length")
        if !hasBody {
            relayed.headers.remove(name: "Transfer-Encoding")
        } else if !isMeasured {
            relayed.headers.replaceOrAdd(name: "Transfer-Encoding", value: "chunked")
        }
        if !client.isRead || !request.head.isKeepAlive { relayed.headers.add(name: "Connection", value: "close") }
        return relayed
    }

    private func relay(_ parts: inout Parts, isFlipping: Bool = false) async throws -> Outcome {
        var outcome = Outcome()
        var mustFlip = isFlipping
        try await client.send(relayedHead)
        while let part = try await parts.next() {
            switch part {
            case .head: continue
            case .body(var bytes):
                outcome.byteCount += bytes.readableBytes
                if mustFlip, outcome.byteCount > middle {
                    flipBit(in: &bytes)
                    mustFlip = false
                }
                try await client.send(bytes)
            case .end(let trailers):
                try await client.end(trailers)
                return outcome
            }
        }
        throw ProxyFailure("the server's answer is cut")
    }

    /// The middle of a body whose size is known.
    private var middle: Int { (head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0) / 2 }

    private func flipBit(in bytes: inout ByteBuffer) {
        let index = bytes.readerIndex + bytes.readableBytes / 2
        guard let byte = bytes.getInteger(at: index, as: UInt8.self) else { return }
        bytes.setInteger(byte ^ 1, at: index)
        fault?.fire()
    }

    /// Sends half of the body, and then nothing: for good, or until the client has lost its patience.
    private func relayHalf(_ parts: inout Parts) async throws -> Outcome {
        var outcome = Outcome(isWhole: false)
        try await client.send(relayedHead)
        while case .body(var bytes)? = try await parts.next() {
            let isMeasured = head.headers.contains(name: "Content-Length")
            let left = isMeasured ? middle - outcome.byteCount : bytes.readableBytes / 2
            if left < bytes.readableBytes, let half = bytes.readSlice(length: max(0, left)) {
                if half.readableBytes > 0 { try await client.send(half) }
                outcome.byteCount += half.readableBytes
                break
            }
            outcome.byteCount += bytes.readableBytes
            try await client.send(bytes)
        }
        fault?.fire()
        if let rule = fault?.rule, rule.fault == .stalledBody {
            await client.waitForClose(limit: rule.delay)
        }
        await client.close()
        return outcome
    }

    /// Reads the answer, so that the server is done with it, and resets the client's connection instead.
    private func loseAll(_ parts: inout Parts) async throws -> Outcome {
        while try await parts.next() != nil {}
        fault?.fire()
        await client.reset()
        return Outcome(isWhole: false)
    }
}
