import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import S3DB

/// The server behind a proxy.
public struct Backend: Sendable {
    /// Where it listens.
    public var endpoint: HTTPEndpoint
    /// What the proxy signs its own questions with; nil for a server that needs no signature.
    public var credentials: Credentials?
    /// The region of the signatures.
    public var region: String

    /// Names a server.
    public init(_ endpoint: HTTPEndpoint, credentials: Credentials? = nil, region: String = "us-east-1") {
        self.endpoint = endpoint
        self.credentials = credentials
        self.region = region
    }

    typealias Connection = NIOAsyncChannel<HTTPClientResponsePart, HTTPClientRequestPart>

    /// Opens a connection for one request.
    func connect() async throws -> Connection {
        try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelOption(.socketOption(.tcp_nodelay), value: 1)
            .connect(host: endpoint.host, port: endpoint.port ?? 80) { channel in
                channel.eventLoop.makeCompletedFuture {
                    // What came is sent as it came: the client has signed it.
                    var encoding = HTTPRequestEncoder.Configuration()
                    encoding.automaticallySetFramingHeaders = false
                    try channel.pipeline.syncOperations.addHTTPClientHandlers(
                        enableOutboundHeaderValidation: false, encoderConfiguration: encoding)
                    return try Connection(wrappingChannelSynchronously: channel)
                }
            }
    }

    /// An object as it stands.
    struct Standing: Sendable {
        var etag: String
        var byteCount: Int
    }

    /// Asks for the object at a path, which is sent as it is; nil where there is none.
    func head(_ path: String) async throws -> Standing? {
        var request = HTTPRequest(.HEAD, endpoint, path: path, headers: ["Connection": "close"])
        if let credentials {
            request = RequestSigner(service: "s3", region: region)
                .sign(request, with: credentials, at: SigningTime(seconds: Int64(Date().timeIntervalSince1970)))
        }
        request.headers.replaceOrAdd(name: "Host", value: endpoint.hostHeader)
        let head = HTTPRequestHead(version: .http1_1, method: .HEAD, uri: path, headers: request.headers)
        return try await connect().executeThenClose { inbound, outbound in
            try await outbound.write(.head(head))
            try await outbound.write(.end(nil))
            for try await case .head(let answer) in inbound {
                if answer.status == .notFound { return nil }
                guard answer.status == .ok, let etag = answer.headers.first(name: "ETag") else {
                    throw ProxyFailure("the server answers \(answer.status.code) to HEAD \(path)")
                }
                let byteCount = answer.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
                return Standing(etag: etag, byteCount: byteCount)
            }
            throw ProxyFailure("the server does not answer HEAD \(path)")
        }
    }
}

/// What the proxy itself cannot do.
struct ProxyFailure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}
