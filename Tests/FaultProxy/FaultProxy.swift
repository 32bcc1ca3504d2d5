import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import S3DB
import Synchronization

/// An HTTP/1.1 reverse proxy before a server that stands in for AWS.
///
/// What comes goes on as it came, streaming in both directions, so that signatures hold. On top of what the server does:
///
/// * Requests that change an object are applied one after another, and `If-None-Match`, `If-Match` and
///   `x-amz-copy-source-if-match` hold as S3's do: 412, or 409 for a request that lost a race. Parts that are too small
///   are refused at completion.
/// * Every request is in ``log``, with what has become of it.
/// * Faults befall the requests that rules name; see ``arm(_:)``.
public final class FaultProxy: Sendable {
    /// Where it listens.
    public let endpoint: HTTPEndpoint
    /// What became of every request.
    public let log: RequestLog

    let backend: Backend
    let schedule: FaultSchedule
    let locks = KeyLocks()
    let parts = PartSizes()
    private let port: Int
    private let listener: Mutex<(channel: any Channel, outage: Duration)>
    private let laterWork = AsyncStream.makeStream(of: (@Sendable () async -> Void).self)

    typealias Listener = NIOAsyncChannel<ClientConnection.Channel, Never>

    /// Runs a proxy on a free port of this machine for as long as `body` takes.
    ///
    /// - Parameters:
    ///   - logFile: Where the log is also written, as lines of JSON.
    ///   - random: Where rules with a probability take their numbers from.
    public static func with<Result>(
        _ backend: Backend, logFile: FileHandle? = nil,
        random: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        _ body: (FaultProxy) async throws -> Result
    ) async throws -> Result {
        let listener = try await bind(port: 0)
        let proxy = try FaultProxy(backend, listener, RequestLog(file: logFile), FaultSchedule(random: random))
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await proxy.run(listener) }
            defer { group.cancelAll() }
            return try await body(proxy)
        }
    }

    private init(_ backend: Backend, _ listener: Listener, _ log: RequestLog, _ schedule: FaultSchedule) throws {
        guard let port = listener.channel.localAddress?.port else { throw ProxyFailure("the listener has no port") }
        self.backend = backend
        self.port = port
        self.log = log
        self.schedule = schedule
        self.listener = Mutex((listener.channel, .zero))
        endpoint = HTTPEndpoint(isSecure: false, host: Self.host, port: port)
    }

    /// Lets a fault befall requests from now on. Where several rules fit a request, it is that of the first.
    @discardableResult
    public func arm(_ rule: FaultRule) -> ArmedFault { schedule.arm(rule) }

    /// Ends all rules.
    public func disarm() { schedule.disarm() }

    // MARK: Running

    private static let host = "127.0.0.1"

    private static func bind(port: Int) async throws -> Listener {
        try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.tcp_nodelay), value: 1)
            .bind(host: host, port: port) { channel in
                channel.eventLoop.makeCompletedFuture { try ClientConnection.channel(on: channel) }
            }
    }

    private func run(_ first: Listener) async {
        await withDiscardingTaskGroup { group in
            group.addTask { await self.runLaterWork() }
            var listener: Listener? = first
            while let open = listener {
                try? await open.executeThenClose { connections in
                    for try await connection in connections {
                        group.addTask { await ClientConnection.serve(connection, of: self) }
                    }
                }
                listener = await reopen()
            }
            group.cancelAll()
        }
    }

    /// Listens again once the outage is over; nil where the proxy has ended meanwhile.
    private func reopen() async -> Listener? {
        try? await Task.sleep(for: listener.withLock { $0.outage })
        while !Task.isCancelled {
            // Somebody else may have been given the port; it comes back.
            if let open = try? await Self.bind(port: port) {
                listener.withLock { $0.channel = open.channel }
                return open
            }
            try? await Task.sleep(for: .milliseconds(10))
        }
        return nil
    }

    private func runLaterWork() async {
        await withDiscardingTaskGroup { group in
            for await work in laterWork.stream { group.addTask { await work() } }
        }
    }

    // MARK: For connections

    /// Refuses new connections for a while; open ones stay.
    func refuseConnections(for outage: Duration) async {
        let channel = listener.withLock { listener in
            listener.outage = outage
            return listener.channel
        }
        try? await channel.close()
    }

    /// Does something a while later, unless the proxy has ended by then.
    func later(after delay: Duration, _ work: @escaping @Sendable () async -> Void) {
        laterWork.continuation.yield {
            guard (try? await Task.sleep(for: delay)) != nil else { return }
            await work()
        }
    }
}
