import FaultProxy
import Foundation
import S3DB
import TestSupport
import Testing

@Suite("The program fault-proxy", .needsServers)
struct FaultProxyCommandTests {
    @Test("It stands before a server until its input ends, and writes what it sees")
    func run() async throws {
        let moto = try await StandIn.moto()
        let bucket = try await moto.makeBucket()
        let directory = try TemporaryDirectory()
        let log = directory.url.appending(path: "log")
        let (program, line) = try await onOwnThread {
            var program = try Supervisor(
                try Executable.url(of: "fault-proxy"),
                [
                    "--server", "\(moto.endpoint)", "--log", log.path,
                    "--rule", #"{"fault": "slowDown", "kinds": ["PutObject"]}"#,
                ])
            return (program, try program.readLine())
        }
        defer { program.end() }
        let url = try #require(URL(string: line))
        let endpoint = HTTPEndpoint(isSecure: false, host: try #require(url.host()), port: url.port)
        let printed = try await moto.boto3(
            """
            s3 = client("s3", retries={"total_max_attempts": 1})
            for attempt in range(2):
                try:
                    s3.put_object(Bucket=sys.argv[1], Key="k", Body=b"1")
                    print("done")
                except ClientError as error:
                    print(error.response["Error"]["Code"])
            """, [bucket], through: endpoint)
        #expect(printed == "SlowDown\ndone\n")

        let entries = try String(contentsOf: log, encoding: .utf8).split(separator: "\n").map { line in
            try JSONDecoder().decode(RequestLog.Entry.self, from: Data(line.utf8))
        }
        #expect(entries.map(\.state).last == .answered)
        #expect(entries.last { $0.id == 0 }?.status == 503)
        #expect(entries.filter { $0.id == 1 }.map(\.state).suffix(3) == [.forwarded, .applied, .answered])
        #expect(entries.allSatisfy { $0.resource == "\(bucket)/k" && $0.kind == "PutObject" })
    }

    @Test(
        "What makes no sense is refused before anything runs",
        arguments: [
            ["--server", "ftp://x"], ["--server", "http://127.0.0.1:1", "--rule", #"{"fault": "gremlins"}"#], [],
        ])
    func usage(_ arguments: [String]) throws {
        #expect(try Executable.outcome(of: "fault-proxy", arguments).status == 64)
    }
}
