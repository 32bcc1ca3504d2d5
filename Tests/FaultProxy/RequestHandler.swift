import NIOCore
import NIOHTTP1

/// Takes one request from its head to its answer.
struct RequestHandler {
    let proxy: FaultProxy
    let client: ClientConnection

    /// Handles a request; whether the client's connection is still good.
    func handle(_ head: HTTPRequestHead) async throws -> Bool {
        var request = ProxiedRequest(head)
        if request.isReadWhole { request.keep(try await client.wholeBody()) }
        let fault = proxy.schedule.draw(request)
        // Held requests and duplicates go to the server also when the client is gone by then.
        let isKept = fault.map { [.duplicate, .heldBeforeApplied, .flippedRequestBit].contains($0.rule.fault) }
        if isKept == true, request.body == nil {
            request.keep(try await client.wholeBody())
        }
        let kept = request
        let id = proxy.log.enter(kept, isDuplicate: false)
        proxy.log.change(id) { entry in
            entry.fault = fault?.rule.fault
            entry.requestByteCount = kept.body?.readableBytes ?? 0
        }
        do {
            return try await handle(kept, id, fault)
        } catch {
            proxy.log.drop(id, because: error)
            throw error
        }
    }

    private func handle(_ request: ProxiedRequest, _ id: Int, _ fault: ArmedFault?) async throws -> Bool {
        guard let fault else { return try await apply(request, id, nil) }
        let rule = fault.rule
        if let answer = ErrorAnswer(rule, to: request) {
            fault.fire()
            try await send(answer, to: request, id)
            return true
        }
        switch rule.fault {
        case .refusedConnection:
            fault.fire()
            await proxy.refuseConnections(for: rule.delay)
            try await drop(id)
            return false
        case .resetBeforeApplied:
            fault.fire()
            // Not before some of the body has come: the client is in the middle of sending it.
            if !client.isRead { _ = try await client.nextBytes() }
            try await drop(id)
            return false
        case .heldBeforeApplied:
            fault.fire()
            try await Task.sleep(for: rule.delay)
            return try await apply(request, id, nil)
        case .flippedRequestBit:
            guard let damaged = request.withFlippedBit else { return try await apply(request, id, nil) }
            fault.fire()
            guard let answer = ErrorAnswer.damage(to: request) else { return try await apply(damaged, id, nil) }
            try await send(answer, to: request, id)
            return true
        case .duplicate:
            let isKept = try await apply(request, id, nil)
            fault.fire()
            proxy.later(after: rule.delay) { [proxy] in await Duplicate(proxy: proxy, request: request).apply() }
            return isKept
        default:
            return try await apply(request, id, fault)
        }
    }

    // MARK: The proxy's own answers

    private func send(_ answer: ErrorAnswer, to request: ProxiedRequest, _ id: Int) async throws {
        let drained = try await client.drain()
        let body = answer.body(for: request)
        var head = answer.head(for: request, body: body)
        if !client.isRead { head.headers.add(name: "Connection", value: "close") }
        try await client.send(head)
        if body.readableBytes > 0 { try await client.send(body) }
        try await client.end()
        proxy.log.change(id) { entry in
            entry.requestByteCount += drained
            entry.answerByteCount = body.readableBytes
            entry.status = Int(answer.status.code)
            entry.state = .answered
        }
    }

    private func drop(_ id: Int) async throws {
        proxy.log.change(id) { $0.state = .dropped }
        await client.reset()
    }

    // MARK: The server's answers

    private func apply(_ request: ProxiedRequest, _ id: Int, _ fault: ArmedFault?) async throws -> Bool {
        let lease = await proxy.locks.acquire(request.lockedObjects)
        defer { lease.release() }
        if let refusal = try await proxy.refusal(of: request, isContended: lease.isContended) {
            try await send(refusal, to: request, id)
            return true
        }
        let connection = try await proxy.backend.connect()
        return try await connection.executeThenClose { answers, requests in
            try await requests.write(.head(request.forwardedHead))
            proxy.log.change(id) { $0.state = .forwarded }
            let byteCount = try await pump(request, to: requests)
            proxy.log.change(id) { $0.requestByteCount = byteCount }
            var parts = answers.makeAsyncIterator()
            guard case .head(let head)? = try await parts.next() else {
                throw ProxyFailure("the server does not answer")
            }
            if head.status.code < 300 {
                try await proxy.noteApplied(request, id, byteCount: byteCount)
            }
            lease.release()
            let relay = AnswerRelay(client: client, head: head, request: request, fault: fault)
            let outcome = try await relay.run(&parts)
            proxy.log.change(id) { entry in
                entry.answerByteCount = outcome.byteCount
                entry.status = outcome.isWhole ? Int(head.status.code) : nil
                entry.state = outcome.isWhole ? .answered : .dropped
            }
            return outcome.isWhole
        }
    }

    /// Sends the body on, as it comes or as it was kept; returns its size.
    private func pump(
        _ request: ProxiedRequest, to server: NIOAsyncChannelOutboundWriter<HTTPClientRequestPart>
    ) async throws -> Int {
        var byteCount = 0
        var isServerReading = true
        func send(_ part: HTTPClientRequestPart) async {
            // A server that has answered early may close before it has read everything; its answer counts.
            guard isServerReading else { return }
            do { try await server.write(part) } catch { isServerReading = false }
        }
        if let body = request.body {
            byteCount = body.readableBytes
            await send(.body(.byteBuffer(body)))
        } else {
            while let bytes = try await client.nextBytes() {
                byteCount += bytes.readableBytes
                await send(.body(.byteBuffer(bytes)))
            }
        }
        await send(.end(client.trailers))
        return byteCount
    }
}

extension ProxiedRequest {
    /// The head for the server: the client's, but for what is between two neighbours only.
    var forwardedHead: HTTPRequestHead {
        var forwarded = head
        forwarded.headers.remove(name: "Expect")
        forwarded.headers.replaceOrAdd(name: "Connection", value: "close")
        return forwarded
    }
}
