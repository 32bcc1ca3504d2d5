import Foundation
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

@Suite struct QueueURLTests {
    private static let url = "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs"

    @Test(arguments: [
        ("sqs:jobs", "sqs:jobs"), ("SQS:Jobs_1-x", "sqs:Jobs_1-x"), (url, url), ("sqs:\(url)", url),
        ("HTTP://LocalHost:4566/000000000000/jobs", "http://localhost:4566/000000000000/jobs"),
        ("/var/queue//", "/var/queue/"), ("file:///var/a%20b", "/var/a b/"),
    ])
    func read(text: String, description: String) throws {
        let url = try QueueURL(text)
        #expect(url.description == description)
        #expect(try QueueURL(url.description) == url)
    }

    @Test(arguments: [
        "", "sqs:", "sqs:a b", "sqs:é", "sqs:\(String(repeating: "x", count: 81))",
        "https://sqs.eu-west-1.amazonaws.com",
        "https://host/", "https://host/name", "https://host/1/na me", "https://user:hush@host/1/name", "s3://bucket/x",
        "https://host/1/name?x=hush", "ftp://host/1/name", "sqs:https://host/1/",
    ])
    func refused(text: String) {
        #expect { try QueueURL(text) } throws: { error in
            (error as? S3DBError)?.code == .invalidKey && !"\(error)".contains("hush")
        }
    }

    @Test(arguments: ["sqs:jobs.fifo", "https://sqs.eu-west-1.amazonaws.com/123456789012/jobs.fifo"])
    func queuesInOrderAreRefused(text: String) {
        #expect { try QueueURL(text) } throws: { ($0 as? S3DBError)?.code == .unsupported }
    }

    @Test(
        arguments: [
            (url, nil, nil, "https://sqs.eu-west-1.amazonaws.com", "eu-west-1"),
            (url, "us-east-1", nil, "https://sqs.eu-west-1.amazonaws.com", "eu-west-1"),
            (url, nil, "http://127.0.0.1:9", "http://127.0.0.1:9", "eu-west-1"),
            (
                "https://eu-west-1.queue.amazonaws.com/1/n", nil, nil, "https://eu-west-1.queue.amazonaws.com",
                "eu-west-1"
            ),
            (
                "https://sqs.cn-north-1.amazonaws.com.cn/1/n", nil, nil, "https://sqs.cn-north-1.amazonaws.com.cn",
                "cn-north-1"
            ),
            ("http://localhost:1/1/n", nil, nil, "http://localhost:1", "us-east-1"),
            ("http://localhost:1/1/n", "eu-west-3", nil, "http://localhost:1", "eu-west-3"),
            ("jobs", "eu-west-3", nil, "https://sqs.eu-west-3.amazonaws.com", "eu-west-3"),
            ("jobs", nil, "http://localhost:1", "http://localhost:1", "us-east-1"),
        ] as [(String, String?, String?, String, String)])
    func whereRequestsGo(
        text: String, region: String?, endpoint: String?, server: String, signed: String
    ) throws {
        let configuration = SQSConfiguration(
            region: region, endpoint: endpoint.flatMap { HTTPEndpoint($0) }, credentials: StaticCredentials(nil))
        let client = try SQSClient(try SQSAddress(text), configuration)
        #expect(client.endpoint.description == server)
        #expect(client.region == signed)
    }

    @Test func aNameNeedsARegion() throws {
        let address = try SQSAddress("jobs")
        #expect { try SQSClient(address, SQSConfiguration(credentials: StaticCredentials(nil))) } throws: {
            ($0 as? S3DBError)?.code == .invalidArgument
        }
    }

    @Test func aDirectoryResolvesToItsQueue() async throws {
        let directory = try TemporaryDirectory()
        let queue = try await QueueURL(directory.url.path).resolve(maximumReceiveCount: 4)
        try await queue.send(["x"])
        #expect(try await queue.maximumReceiveCount() == 4)
        let messages = try await queue.receive(limit: 10, wait: .zero, visibility: .seconds(30))
        #expect(messages.map(\.body) == ["x"])
    }
}
