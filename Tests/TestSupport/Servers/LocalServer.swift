import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on the loopback interface that answers as a test says and keeps what it was asked.
public final class LocalServer: Sendable {
    /// What was asked.
    public struct Request: Sendable {
        /// The method's name.
        public var method: String
        /// Path and query as they were sent.
        public var target: String
        /// The header fields.
        public var headers: HTTPHeaders
        /// The body.
        public var body: String
    }

    /// What is said.
    public struct Answer: Sendable {
        /// The status code.
        public var status: Int
        /// The body.
        public var body: String
        /// The header fields; the length of the body is added.
        public var headers: HTTPHeaders
        /// How long the answer waits.
        public var delay: TimeAmount

        /// Makes an answer.
        public init(
            status: Int = 200, body: String = "", headers: HTTPHeaders = [:], delay: TimeAmount = .zero
        ) {
            self.status = status
            self.body = body
            self.headers = headers
            self.delay = delay
        }
    }

    private let channel: any Channel
    private let log: Log

    /// Starts a server; it stops with its last reference.
    public init(_ answer: @escaping @Sendable (Request) -> Answer) async throws {
        let log = Log()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(Handler(log, answer))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    deinit {
        channel.close(promise: nil)
    }

    /// `http://127.0.0.1:port`.
    public var url: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    /// What was asked so far, in order.
    public var requests: [Request] { log.requests.withLock { $0 } }

    private final class Log: Sendable {
        let requests = Mutex<[Request]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let log: Log
        private let answer: @Sendable (Request) -> Answer
        private var request: Request?

        init(_ log: Log, _ answer: @escaping @Sendable (Request) -> Answer) {
            self.log = log
            self.answer = answer
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .head(let head):
                request = Request(method: head.method.rawValue, target: head.uri, headers: head.headers, body: "")
            case .body(let bytes): request?.body += String(buffer: bytes)
            case .end:
                guard let request else { return }
                log.requests.withLock { $0.append(request) }
                let answer = answer(request)
                context.eventLoop.assumeIsolated().scheduleTask(in: answer.delay) { self.send(answer, context) }
            }
        }

        private func send(_ answer: Answer, _ context: ChannelHandlerContext) {
            var headers = answer.headers
            headers.replaceOrAdd(name: "Content-Length", value: String(answer.body.utf8.count))
            let status = HTTPResponseStatus(statusCode: answer.status)
            context.write(
                wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))), promise: nil)
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(string: answer.body)))), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }
}
