import NIOHTTP1

/// What the paths of a ``HealthEndpoint`` answer.
struct HealthRoutes: Sendable {
    let health: ServiceHealth
    let metrics: PrometheusExposition?

    struct Answer: Hashable {
        var status: HTTPResponseStatus
        var contentType = "text/plain; charset=utf-8"
        var body: String
    }

    /// The answer to a request; what stands behind a question mark does not count.
    func answer(method: HTTPMethod, uri: String) -> Answer {
        guard method == .GET || method == .HEAD else {
            return Answer(status: .methodNotAllowed, body: "Only GET and HEAD are answered.\n")
        }
        switch uri.prefix(while: { $0 != "?" }) {
        case "/health/live":
            return health.isLive
                ? Answer(status: .ok, body: "live\n") : Answer(status: .serviceUnavailable, body: "stuck\n")
        case "/health/ready":
            let problem = health.problem.map { "\($0)\n" } ?? ""
            return health.isReady
                ? Answer(status: .ok, body: "ready\n\(problem)")
                : Answer(status: .serviceUnavailable, body: "not ready\n\(problem)")
        case "/metrics":
            guard let metrics else { break }
            return Answer(
                status: .ok, contentType: "text/plain; version=0.0.4; charset=utf-8", body: metrics.text)
        default: break
        }
        return Answer(status: .notFound, body: "There are /metrics, /health/live and /health/ready.\n")
    }
}
