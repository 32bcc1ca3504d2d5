import NIOCore
import NIOHTTP1

/// A request that the network delivers once more, after its client has had its answer.
struct Duplicate: Sendable {
    let proxy: FaultProxy
    let request: ProxiedRequest

    /// Applies the request again, under the conditions that it names, and forgets the answer.
    func apply() async {
        let id = proxy.log.enter(request, isDuplicate: true)
        do {
            try await apply(id)
        } catch {
            proxy.log.drop(id, because: error)
        }
    }

    private func apply(_ id: Int) async throws {
        let lease = await proxy.locks.acquire(request.lockedObjects)
        defer { lease.release() }
        if let refusal = try await proxy.refusal(of: request, isContended: lease.isContended) {
            return finish(id, status: refusal.status)
        }
        let body = request.body
        let head = request.forwardedHead
        let status = try await proxy.backend.connect().executeThenClose { answers, requests in
            try await requests.write(.head(head))
            if let body { try await requests.write(.body(.byteBuffer(body))) }
            try await requests.write(.end(nil))
            var status: HTTPResponseStatus?
            for try await part in answers {
                if case .head(let head) = part { status = head.status }
            }
            return status
        }
        guard let status else { throw ProxyFailure("the server does not answer") }
        if status.code < 300 {
            try await proxy.noteApplied(request, id, byteCount: body?.readableBytes ?? 0)
        }
        finish(id, status: status)
    }

    private func finish(_ id: Int, status: HTTPResponseStatus) {
        proxy.log.change(id) { entry in
            entry.status = Int(status.code)
            entry.state = .answered
        }
    }
}
