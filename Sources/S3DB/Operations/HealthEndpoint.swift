import Logging
import NIOCore
import NIOHTTP1
import NIOPosix
import S3DBCore
import ServiceLifecycle
import Synchronization

/// A small HTTP server that says how a service is: `/metrics`, `/health/live` and `/health/ready`.
///
/// It answers GET and HEAD without looking at bodies, one request a connection. Connections are few, short-lived, and
/// closed when their time is over, whatever the other side does. It has no access control: give it an address that
/// only those can reach who may know.
public struct HealthEndpoint: Service {
    /// The most connections at a time.
    public static let connectionLimit = 64
    /// How long a connection may last.
    public static let connectionTime = Duration.seconds(10)

    private let address: ListenAddress
    private let routes: HealthRoutes
    private let onListening: @Sendable (Int) -> Void
    private let logger = Logger(label: "s3db.health")

    /// Makes a server. It listens once it runs.
    ///
    /// - Parameter onListening: Called with the port once the server listens.
    public init(
        _ address: ListenAddress, health: ServiceHealth, metrics: PrometheusExposition?,
        onListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.address = address
        routes = HealthRoutes(health: health, metrics: metrics)
        self.onListening = onListening
    }

    /// Serves until it is asked to stop.
    ///
    /// - Throws: ``S3DBError/Code/ioFailure`` when it cannot listen at its address.
    public func run() async throws {
        let channel = try await listen()
        let port = channel.localAddress?.port ?? address.port
        logger.info("serving metrics and health at \(address.host), port \(port)")
        onListening(port)
        // Cancellation ends it as a graceful stop does.
        try? await gracefulShutdown()
        try? await channel.close()
    }

    private func listen() async throws(S3DBError) -> any Channel {
        let openCount = ConnectionCount()
        let routes = routes
        do {
            return try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .serverChannelOption(.backlog, value: 64)
                .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
                .childChannelInitializer { channel in
                    guard openCount.enter() else { return channel.close() }
                    channel.closeFuture.whenComplete { _ in openCount.leave() }
                    return channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                        try channel.pipeline.syncOperations.addHandler(HealthResponder(routes))
                    }
                }
                .bind(host: address.host, port: address.port).get()
        } catch {
            throw S3DBError(
                .ioFailure, "cannot listen at \(address)", remedy: "Choose a free address with --http-address",
                cause: error)
        }
    }
}

/// How many connections are open.
private final class ConnectionCount: Sendable {
    private let count = Mutex(0)

    func enter() -> Bool {
        count.withLock { count in
            guard count < HealthEndpoint.connectionLimit else { return false }
            count += 1
            return true
        }
    }

    func leave() {
        count.withLock { $0 -= 1 }
    }
}

/// Answers the one request of a connection and closes it.
private final class HealthResponder: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private let routes: HealthRoutes
    private var head: HTTPRequestHead?
    private var deadline: Scheduled<Void>?

    init(_ routes: HealthRoutes) {
        self.routes = routes
    }

    func channelActive(context: ChannelHandlerContext) {
        let channel = context.channel
        deadline = context.eventLoop.scheduleTask(in: TimeAmount(HealthEndpoint.connectionTime)) {
            channel.close(promise: nil)
        }
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        deadline?.cancel()
        context.fireChannelInactive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): self.head = head
        case .body: break
        case .end:
            guard let head else { return }
            self.head = nil
            respond(to: head, context)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }

    private func respond(to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let answer = routes.answer(method: request.method, uri: request.uri)
        var headers = HTTPHeaders([
            ("content-type", answer.contentType), ("content-length", String(answer.body.utf8.count)),
            ("connection", "close"), ("cache-control", "no-store"),
        ])
        if answer.status == .methodNotAllowed { headers.add(name: "allow", value: "GET, HEAD") }
        let head = HTTPResponseHead(version: .http1_1, status: answer.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if request.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
        }
        let channel = context.channel
        context.writeAndFlush(wrapOutboundOut(.end(nil))).whenComplete { _ in channel.close(promise: nil) }
    }
}
