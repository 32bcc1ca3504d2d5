import Metrics
import S3DB
import Synchronization
import TestSupport
import Testing

/// The endpoint as Python's HTTP client and plain sockets see it.
@Suite(.needsPython) struct HealthEndpointTests {
    private static func withEndpoint(
        _ health: ServiceHealth, _ metrics: PrometheusExposition, _ body: (Int) async throws -> Void
    ) async throws {
        let port = Mutex<Int?>(nil)
        let service = RunningService(
            HealthEndpoint(try ListenAddress("127.0.0.1:0"), health: health, metrics: metrics) { bound in
                port.withLock { $0 = bound }
            })
        try await eventually("it listens") { port.withLock { $0 != nil } }
        try await body(try #require(port.withLock { $0 }))
        try await service.stop()
    }

    private static let request = """
        import sys, urllib.request, urllib.error
        def ask(path, **more):
            request = urllib.request.Request(f"http://127.0.0.1:{sys.argv[1]}{path}", **more)
            try:
                with urllib.request.urlopen(request, timeout=20) as answer:
                    return answer.status, answer.headers["content-type"], answer.read().decode()
            except urllib.error.HTTPError as error:
                return error.code, error.headers["content-type"], error.read().decode()

        """

    @Test func pathsAnswer() async throws {
        let (health, metrics) = (ServiceHealth(), PrometheusExposition())
        Metrics.Counter(label: "made_total", dimensions: [("x", "y")], factory: metrics).increment(by: 41)
        try await Self.withEndpoint(health, metrics) { port in
            let printed = try Python.run(
                Self.request + """
                    for path in ["/metrics?x=1", "/health/live", "/health/ready", "/", "/health/live/../../etc/passwd"]:
                        status, kind, body = ask(path)
                        print(path, status, kind, "made_total{x=\\"y\\"} 41" in body)
                    print("POST", ask("/metrics", data=b"x" * 100000, method="POST")[0])
                    print("HEAD", ask("/health/live", method="HEAD"))
                    """, ["\(port)"])
            #expect(
                printed == """
                    /metrics?x=1 200 text/plain; version=0.0.4; charset=utf-8 True
                    /health/live 200 text/plain; charset=utf-8 False
                    /health/ready 503 text/plain; charset=utf-8 False
                    / 404 text/plain; charset=utf-8 False
                    /health/live/../../etc/passwd 404 text/plain; charset=utf-8 False
                    POST 405
                    HEAD (200, 'text/plain; charset=utf-8', '')

                    """)
        }
    }

    @Test func hostileConnectionsNeitherCrashNorStayNorBlock() async throws {
        try await Self.withEndpoint(ServiceHealth(), PrometheusExposition()) { port in
            let printed = try Python.run(
                Self.request + """
                    import os, random, socket
                    def send(*parts):
                        with socket.create_connection(("127.0.0.1", int(sys.argv[1])), timeout=20) as end:
                            try:
                                for part in parts: end.sendall(part)
                                end.shutdown(socket.SHUT_WR)
                                while end.recv(65536): pass
                            except OSError: pass
                    random.seed(7)
                    for _ in range(50): send(random.randbytes(random.randrange(1, 2000)))
                    send(b"GET /metrics HTTP/1.1\\r\\n" + b"x: " + b"y" * (1 << 20) + b"\\r\\n\\r\\n")
                    send(b"GET " + b"/" * (1 << 20) + b" HTTP/1.1\\r\\n\\r\\n")
                    send(b"POST / HTTP/1.1\\r\\ncontent-length: 99999999999999999999\\r\\n\\r\\n")
                    send(b"POST / HTTP/1.1\\r\\ntransfer-encoding: chunked\\r\\n\\r\\nffffffffffffffff\\r\\n")
                    send(b"GET /health/live HTTP/1.1\\r\\nhost: a\\r\\n\\r\\n" * 1000)
                    # More connections than are let in, none of which says anything.
                    idle = [socket.create_connection(("127.0.0.1", int(sys.argv[1]))) for _ in range(200)]
                    for end in idle[64:]:
                        end.settimeout(20)
                        try: end.recv(1)
                        except ConnectionResetError: pass
                    for end in idle: end.close()
                    import time
                    for _ in range(100):
                        try:
                            print(ask("/health/live")[0])
                            break
                        except OSError: time.sleep(0.1)
                    """, ["\(port)"])
            #expect(printed == "200\n")
        }
    }

    @Test func anAddressThatIsTakenIsSaidSo() async throws {
        let taken = Mutex<Int?>(nil)
        let first = RunningService(
            HealthEndpoint(try ListenAddress(":0"), health: ServiceHealth(), metrics: nil) { port in
                taken.withLock { $0 = port }
            })
        try await eventually("it listens") { taken.withLock { $0 != nil } }
        let port = try #require(taken.withLock { $0 })
        let second = HealthEndpoint(try ListenAddress("0.0.0.0:\(port)"), health: ServiceHealth(), metrics: nil)
        let error = await #expect(throws: S3DBError.self) { try await second.run() }
        #expect(error?.code == .ioFailure)
        #expect(error?.message.contains("0.0.0.0:\(port)") == true)
        try await first.stop()
    }

    @Test(arguments: ["", "9090", "host:", "host:x", "host:70000", "host:+1", "host:-1"])
    func whatIsNoAddressIsRefused(text: String) {
        #expect(throws: S3DBError.self) { try ListenAddress(text) }
    }

    @Test(arguments: [(":9090", "0.0.0.0", 9090), ("[::1]:1", "::1", 1), ("a.b:0", "a.b", 0)])
    func addressesAreRead(text: String, host: String, port: Int) throws {
        let address = try ListenAddress(text)
        #expect(address.host == host && address.port == port)
    }
}
