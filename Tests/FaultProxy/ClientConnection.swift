import Foundation
import NIOCore
import NIOHTTP1

/// A client's connection, whose requests are answered one after another. Used by one task.
final class ClientConnection {
    typealias Channel = NIOAsyncChannel<HTTPServerRequestPart, HTTPServerResponsePart>

    private let channel: any NIOCore.Channel
    private var parts: NIOAsyncChannelInboundStream<HTTPServerRequestPart>.AsyncIterator
    private let answers: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    /// Whether the client waits with its body until it is asked for it.
    private var mustAskForBody = false
    /// The trailers behind the last body.
    private(set) var trailers: HTTPHeaders?
    /// Whether the whole request has been read.
    private(set) var isRead = true

    /// The largest body that is kept, in bytes.
    static let keptByteLimit = 64 << 20

    private init(
        _ channel: any NIOCore.Channel, _ requests: NIOAsyncChannelInboundStream<HTTPServerRequestPart>,
        _ answers: NIOAsyncChannelOutboundWriter<HTTPServerResponsePart>
    ) {
        self.channel = channel
        parts = requests.makeAsyncIterator()
        self.answers = answers
    }

    /// The parts of requests and answers on an accepted channel.
    static func channel(on channel: any NIOCore.Channel) throws -> Channel {
        var encoding = HTTPResponseEncoder.Configuration()
        encoding.automaticallySetFramingHeaders = false
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withPipeliningAssistance: false, withOutboundHeaderValidation: false, withEncoderConfiguration: encoding)
        return try Channel(wrappingChannelSynchronously: channel)
    }

    /// Answers the requests of a connection until one side closes it.
    static func serve(_ accepted: Channel, of proxy: FaultProxy) async {
        // A connection that is lost, on either side, has an entry in the log; there is nobody to throw to.
        try? await accepted.executeThenClose { requests, answers in
            let connection = ClientConnection(accepted.channel, requests, answers)
            while let head = try await connection.nextHead() {
                let isKept = try await RequestHandler(proxy: proxy, client: connection).handle(head)
                guard isKept, head.isKeepAlive, connection.isRead else { break }
            }
        }
    }

    // MARK: Requests

    private func nextHead() async throws -> HTTPRequestHead? {
        guard case .head(let head)? = try await parts.next() else { return nil }
        mustAskForBody = head.headers.first(name: "Expect")?.lowercased() == "100-continue"
        trailers = nil
        isRead = false
        return head
    }

    /// The next bytes of the request's body; nil at its end.
    func nextBytes() async throws -> ByteBuffer? {
        guard !isRead else { return nil }
        if mustAskForBody {
            mustAskForBody = false
            try await answers.write(.head(HTTPResponseHead(version: .http1_1, status: .continue)))
        }
        switch try await parts.next() {
        case .body(let bytes): return bytes
        case .end(let trailers):
            self.trailers = trailers
            isRead = true
            return nil
        case .head, nil: throw ProxyFailure("the client ended within a request")
        }
    }

    /// The request's whole body.
    func wholeBody() async throws -> ByteBuffer {
        var body = ByteBuffer()
        while var bytes = try await nextBytes() {
            guard body.readableBytes + bytes.readableBytes <= Self.keptByteLimit else {
                throw ProxyFailure("a body of more than \(Self.keptByteLimit) bytes cannot be kept")
            }
            body.writeBuffer(&bytes)
        }
        return body
    }

    /// Reads what is left of the request, so that the client can go on to its answer; unless it waits to be asked for
    /// its body, and then never will be.
    func drain() async throws -> Int {
        var byteCount = 0
        while !mustAskForBody, let bytes = try await nextBytes() { byteCount += bytes.readableBytes }
        return byteCount
    }

    // MARK: Answers

    /// Sends the head of an answer.
    func send(_ head: HTTPResponseHead) async throws { try await answers.write(.head(head)) }

    /// Sends bytes of an answer's body.
    func send(_ bytes: ByteBuffer) async throws { try await answers.write(.body(.byteBuffer(bytes))) }

    /// Ends an answer.
    func end(_ trailers: HTTPHeaders? = nil) async throws { try await answers.write(.end(trailers)) }

    /// Waits until the client closes the connection, or for `limit`; then it is closed.
    func waitForClose(limit: Duration) async {
        let timer = channel.eventLoop.scheduleTask(in: TimeAmount(limit)) { [channel] in channel.close(promise: nil) }
        try? await channel.closeFuture.get()
        timer.cancel()
    }

    /// Ends the connection after what has been sent.
    func close() async { try? await channel.close() }

    /// Ends the connection with a reset in place of whatever was to come.
    func reset() async {
        if let socket = channel as? any SocketOptionProvider {
            try? await socket.setSoLinger(linger(l_onoff: 1, l_linger: 0)).get()
        }
        try? await channel.close()
    }
}
