import Foundation
import NIOHTTP1
import S3DB
import TestSupport
import Testing

/// What a server of buckets or queues can say that a program has to refuse.
struct BadAnswer: Sendable, CustomTestStringConvertible {
    let name: String
    /// The code that it must lead to.
    let code: String
    /// What the server says to every request; nil for a server that is not there.
    let answer: LocalServer.Answer?

    var testDescription: String { name }

    private init(_ name: String, _ code: String, _ answer: LocalServer.Answer?) {
        self.name = name
        self.code = code
        self.answer = answer
    }

    private static func error(_ status: Int, _ code: String, _ headers: HTTPHeaders = [:]) -> LocalServer.Answer {
        .init(
            status: status, body: "<Error><Code>\(code)</Code><Message>said \(BadAnswer.secret)</Message></Error>",
            headers: headers)
    }

    private static func refusal(_ status: Int, _ type: String) -> LocalServer.Answer {
        .init(status: status, body: #"{"__type":"com.amazonaws.sqs#\#(type)","message":"said \#(BadAnswer.secret)"}"#)
    }

    private static let listing = """
        <?xml version="1.0"?><ListBucketResult><Name>lake</Name><IsTruncated>false</IsTruncated>\
        <Contents><Key>in/a/b/METADATA.json</Key><Size>5</Size><ETag>"x"</ETag></Contents></ListBucketResult>
        """

    /// The secret key of the programs, which servers echo.
    static let secret = "canary-secret-access-key"

    /// Of S3.
    static let ofBuckets = [
        BadAnswer("unknown bucket", "no-such-bucket", error(404, "NoSuchBucket")),
        BadAnswer("no permission", "permission-denied", error(403, "AccessDenied")),
        BadAnswer("unknown key", "permission-denied", error(403, "InvalidAccessKeyId")),
        BadAnswer("expired credentials", "expired-credentials", error(400, "ExpiredToken")),
        BadAnswer("another region", "wrong-region", error(301, "PermanentRedirect")),
        BadAnswer(
            "another region that is none", "wrong-region",
            error(301, "PermanentRedirect", ["x-amz-bucket-region": "evil.example/"])),
        BadAnswer("nothing listens", "unreachable", nil),
        BadAnswer("text in place of XML", "malformed-answer", .init(body: "hello")),
        BadAnswer("another document", "malformed-answer", .init(body: #"{"Contents": []}"#)),
        BadAnswer("XML that is cut off", "malformed-answer", .init(body: String(listing.dropLast(40)))),
        BadAnswer("an entry without a key", "malformed-answer", .init(body: listing.replacing("Key>", with: "Kex>"))),
    ]

    /// Of S3, the first that leads to each code.
    static var oneOfEachCode: [BadAnswer] {
        ofBuckets.enumerated().filter { index, bad in
            ofBuckets.firstIndex { $0.code == bad.code } == index
        }.map(\.element)
    }

    /// Of SQS.
    static let ofQueues = [
        BadAnswer("queue missing", "no-such-queue", refusal(400, "QueueDoesNotExist")),
        BadAnswer("no permission", "permission-denied", refusal(403, "AccessDeniedException")),
        BadAnswer("expired credentials", "expired-credentials", refusal(403, "ExpiredTokenException")),
        BadAnswer("nothing listens", "unreachable", nil),
        BadAnswer("text in place of JSON", "malformed-answer", .init(body: "hello")),
        BadAnswer("JSON that is cut off", "malformed-answer", .init(body: #"{"Messages":[{"MessageId":"1","#)),
    ]

    /// Runs `body` with the server's URL.
    func serve(_ body: (_ url: String) async throws -> Void) async throws {
        guard let answer else { return try await body("http://127.0.0.1:9") }
        let server = try await LocalServer { _ in answer }
        try await body(server.url)
    }
}

/// The programs before servers that refuse, say nonsense or are not there.
@Suite struct ServerBadInputTests {
    private static func environment(_ url: String) -> [String: String] {
        BackfillTool.environment([
            "AWS_ACCESS_KEY_ID": "AKIDCANARY", "AWS_SECRET_ACCESS_KEY": BadAnswer.secret,
            "AWS_SESSION_TOKEN": "canary-session-token", "AWS_REGION": "eu-west-1", "AWS_ENDPOINT_URL": url,
            "AWS_CONFIG_FILE": "/dev/null", "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        ])
    }

    private static let spec = [
        "--all", "--format", "parquet", "--codec", "sz", "--layout", "athena", "--partition", "day",
    ]

    private static func run(
        _ program: String, _ arguments: [String], _ url: String
    ) async throws -> Executable.Outcome {
        let environment = environment(url)
        return try await onOwnThread {
            try Executable.outcome(of: program, arguments, environment: environment)
        }
    }

    private static func expectSilence(_ texts: String...) {
        for text in texts {
            #expect(!text.contains(BadAnswer.secret) && !text.contains("canary-session-token"), "\(text)")
        }
    }

    @Test("a source or destination that cannot be had is an error of its own", arguments: BadAnswer.ofBuckets)
    func bucket(bad: BadAnswer) async throws {
        let lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [Days.first])
        try await bad.serve { url in
            for sides in [
                ["--source", "s3://lake/in/", "--dest", lake.destination.path],
                ["--source", lake.source.path, "--dest", "s3://lake/out/"],
            ] {
                let outcome = try await Self.run(
                    "backfill", ["run", "--json", "--log-level", "trace"] + sides + Self.spec, url)
                #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
                let lines = try outcome.output.split(separator: "\n").map {
                    try JSONValue.parse(Array(String($0).utf8).span.bytes)
                }
                #expect(lines.last?["error"]?["code"]?.stringValue == bad.code, "\(outcome.output)")
                #expect(lines.last?["error"]?["message"]?.stringValue?.isEmpty == false)
                Self.expectSilence(outcome.output, outcome.errors)
            }
            let files = try SmallLake.files(under: lake.destination)
            #expect(files.isEmpty)
        }
    }

    @Test("a listener whose source cannot be had says so and stays", arguments: BadAnswer.oneOfEachCode)
    func listener(bad: BadAnswer) async throws {
        let lake = try SmallLake()
        let jobs = lake.root.appending(path: "jobs.json")
        let text = """
            {"version": 1, "jobs": [{"name": "a", "datasets": ["*/*"], "destination": "\(lake.destination.path)/",
             "format": "parquet", "codec": "sz", "layout": "athena", "partition": "day"}]}
            """
        try Data(text.utf8).write(to: jobs)
        try await bad.serve { url in
            let listener = try RunningTool(
                "live-listener",
                [
                    "run", "--source", "s3://lake/in/", "--live-jobs", jobs.path, "--queue",
                    lake.root.appending(path: "queue").path,
                ], environment: Self.environment(url))
            try await waitUntil("it says \(bad.code): \(listener.said)") { listener.said.contains("(\(bad.code))") }
            #expect(listener.isRunning)
            #expect(try await onOwnThread { listener.end(with: SIGTERM) } == 0, "\(listener.said)")
            Self.expectSilence(listener.printed, listener.said)
        }
    }

    @Test("a queue that cannot be had is an error of its own when a program begins", arguments: BadAnswer.ofQueues)
    func queue(bad: BadAnswer) async throws {
        let lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [Days.first])
        try await bad.serve { url in
            let places = [
                "--queue", "\(url)/123456789012/jobs", "--source", lake.source.path, "--dest", lake.destination.path,
            ]
            for arguments in [["enqueue"] + places + Self.spec, ["work"] + places] {
                let outcome = try await Self.run("backfill", arguments + ["--json"], url)
                #expect(outcome.status == 1, "\(outcome.output)\(outcome.errors)")
                #expect(outcome.errors.contains("(\(bad.code))"), "\(outcome.errors)")
                Self.expectSilence(outcome.output, outcome.errors)
            }
        }
    }

    @Test("services whose queue fails while they run say so and stay", arguments: BadAnswer.ofQueues)
    func runningQueue(bad: BadAnswer) async throws {
        guard let answer = bad.answer else { return }
        let lake = try SmallLake()
        try lake.fill("miso/realtime_price", days: [Days.first])
        // What is asked when a queue is opened is answered well.
        let server = try await LocalServer { request in
            let target = request.headers.first(name: "X-Amz-Target") ?? ""
            return target.hasSuffix("GetQueueAttributes") ? .init(body: #"{"Attributes":{}}"#) : answer
        }
        let queue = "\(server.url)/123456789012/jobs"
        let jobs = lake.root.appending(path: "jobs.json").path
        for (program, arguments) in [
            ("backfill", ["work", "--dest", lake.destination.path]), ("live-listener", ["run", "--live-jobs", jobs]),
        ] {
            let tool = try RunningTool(
                program, arguments + ["--source", lake.source.path, "--queue", queue],
                environment: Self.environment(server.url))
            try await waitUntil("it says \(bad.code): \(tool.said)") { tool.said.contains("(\(bad.code))") }
            #expect(tool.isRunning)
            #expect(try await onOwnThread { tool.end(with: SIGTERM) } == 0, "\(tool.said)")
            Self.expectSilence(tool.printed, tool.said)
        }
    }
}
