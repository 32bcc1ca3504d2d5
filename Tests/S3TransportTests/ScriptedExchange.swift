import NIOHTTP1
import S3DBCore
import Synchronization
import Testing

@testable import S3Transport

/// A network that answers as a script says, one step a request, and remembers what it was asked.
final class ScriptedExchange: HTTPExchange {
    typealias Step = @Sendable (HTTPRequest) throws(HTTPFailure) -> HTTPResponse

    private let state: Mutex<(steps: [Step], requests: [HTTPRequest])>

    init(_ steps: [Step]) {
        state = Mutex((steps, []))
    }

    /// What was asked so far.
    var requests: [HTTPRequest] { state.withLock { $0.requests } }

    /// How many steps nobody asked for.
    var restCount: Int { state.withLock { $0.steps.count } }

    func send(_ request: HTTPRequest) async throws(HTTPFailure) -> HTTPResponse {
        let step = state.withLock { state in
            state.requests.append(request)
            return state.steps.isEmpty ? nil : state.steps.removeFirst()
        }
        guard let step else { throw HTTPFailure(.insecure, "the script has ended") }
        return try step(request)
    }

    static func answer(_ status: Int, _ body: String = "", _ headers: HTTPHeaders = [:]) -> Step {
        { _ in HTTPResponse(status: status, headers: headers, body: ScriptedBody([Buffer(body.utf8)])) }
    }

    static func answer(_ status: Int, chunks: [Buffer], cut: HTTPFailure.Kind? = nil, _ headers: HTTPHeaders) -> Step {
        { _ in
            HTTPResponse(
                status: status, headers: headers, body: ScriptedBody(chunks, end: cut.map { .init($0, "cut") }))
        }
    }

    static func failure(_ kind: HTTPFailure.Kind) -> Step {
        { (_) throws(HTTPFailure) in throw HTTPFailure(kind, "\(kind)") }
    }

    static func error(_ status: Int, _ code: String, message: String = "said", _ headers: HTTPHeaders = [:]) -> Step {
        answer(status, "<Error><Code>\(code)</Code><Message>\(message)</Message></Error>", headers)
    }
}

/// A body in the chunks that are given, with a failure at its end where there is one.
final class ScriptedBody: HTTPBody {
    private let chunks: Mutex<[Buffer]>
    private let end: HTTPFailure?

    init(_ chunks: [Buffer], end: HTTPFailure? = nil) {
        self.chunks = Mutex(chunks.filter { !$0.isEmpty })
        self.end = end
    }

    func next() async throws(HTTPFailure) -> Buffer? {
        if let chunk = chunks.withLock({ $0.isEmpty ? nil : $0.removeFirst() }) { return chunk }
        if let end { throw end }
        return nil
    }
}
