import Foundation
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// Queues of moto, with boto3 at the other end.
@Suite(.needsServers) struct SQSQueueServerTests {
    private static func configuration(_ moto: StandIn) -> SQSConfiguration {
        SQSConfiguration(
            region: moto.region, endpoint: moto.endpoint, credentials: StaticCredentials(moto.credentials))
    }

    /// A queue with a dead-letter queue, and the URLs of both.
    private static func makeQueue(
        _ moto: StandIn, maximumReceiveCount: Int = 3
    ) async throws -> (queue: SQSQueue, url: String, dead: String) {
        let dead = try await moto.makeQueue()
        let attributes = try await moto.call(
            "sqs", "get_queue_attributes", ["QueueUrl": .string(dead), "AttributeNames": ["QueueArn"]])
        let arn = try #require(attributes["Attributes"]?["QueueArn"])
        let policy: JSONValue = ["deadLetterTargetArn": arn, "maxReceiveCount": .number(maximumReceiveCount)]
        let url = try await moto.makeQueue(["RedrivePolicy": policy.serialized()])
        let queue = try await SQSQueue(try SQSAddress(url), configuration(moto))
        return (queue, url, dead)
    }

    /// What moto does otherwise than SQS: a receipt of an earlier delivery stays good there.
    private static let faultsOfMoto: Set<String> = [
        "a receipt ends when another receiver has the message", "a message that another has is not buried",
    ]

    @Test(.timeLimit(.minutes(5))) func theContractOfQueues() async throws {
        let moto = try await StandIn.moto()
        let timing = WorkQueueConformance.Timing(shortestVisibility: .seconds(1), messageCount: 40)
        let kit = WorkQueueConformance(timing: timing) { () throws(S3DBError) in
            do {
                return try await Self.makeQueue(moto).queue
            } catch {
                throw error as? S3DBError ?? S3DBError(.ioFailure, "no queue: \(error)")
            }
        }
        var failures: [S3DBError] = []
        do {
            try await kit.run()
        } catch {
            failures = [error] + error.related
        }
        for failure in failures {
            let check = failure.message.split(separator: ":").first.map(String.init) ?? ""
            #expect(failure.code == .queueContractBroken && Self.faultsOfMoto.contains(check), "\(failure)")
        }
    }

    @Test func boto3ReadsWhatIsSentAndBuried() async throws {
        let moto = try await StandIn.moto()
        // boto3 receives each message as often as it takes to see all.
        let (queue, url, dead) = try await Self.makeQueue(moto, maximumReceiveCount: 1000)
        let bodies = ["{\"a\": \"é\\n\"}", "<x> & 'y' 😀", "1+1=2%20"]
        try await queue.send(bodies)
        let printed = try await moto.boto3(
            """
            sqs, bodies = client("sqs"), []
            while len(bodies) < 3:
                for message in sqs.receive_message(
                    QueueUrl=sys.argv[1], VisibilityTimeout=0, MaxNumberOfMessages=10)["Messages"]:
                    if message["Body"] not in bodies: bodies.append(message["Body"])
            print(json.dumps(sorted(bodies)))
            """, [url])
        #expect(try JSONDecoder().decode([String].self, from: Data(printed.utf8)) == bodies.sorted())

        let message = try #require(
            try await queue.receive(limit: 1, wait: .seconds(5), visibility: .seconds(60)).first)
        try await queue.bury(message, reason: .init(code: "value-misfit", message: "column \"lmp\", line 3: é"))
        let buried = try await moto.boto3(
            """
            found = client("sqs").receive_message(QueueUrl=sys.argv[1], MessageAttributeNames=["All"])["Messages"][0]
            attributes = {name: [a["DataType"], a["StringValue"]] for name, a in found["MessageAttributes"].items()}
            print(json.dumps([found["Body"], sorted(attributes.items())]))
            """, [dead])
        let attributes = try JSONValue.parse(Array(buried.utf8).span.bytes)
        #expect(attributes[0]?.stringValue == message.body)
        #expect(
            attributes[1] == [
                ["s3db.attempts", ["Number", .string("\(message.receiveCount)")]],
                ["s3db.error.code", ["String", "value-misfit"]],
                ["s3db.error.message", ["String", "column \"lmp\", line 3: é"]],
            ])
    }

    @Test func whatBoto3SendsIsReceived() async throws {
        let moto = try await StandIn.moto()
        let (queue, url, _) = try await Self.makeQueue(moto)
        let before = Int64(Date().timeIntervalSince1970 * 1000)
        let id = try await moto.boto3(
            #"print(client("sqs").send_message(QueueUrl=sys.argv[1], MessageBody="é < \"x\"\n")["MessageId"])"#, [url])
        let depth = try await queue.depth()
        #expect(depth.waitingCount == 1 && depth.inHandCount == 0)
        let message = try #require(
            try await queue.receive(limit: 10, wait: .seconds(5), visibility: .seconds(60)).first)
        #expect("\(message.id)\n" == id)
        #expect(message.body == "é < \"x\"\n")
        #expect(message.receiveCount == 1)
        #expect(abs((message.sentMilliseconds ?? 0) - before) < 60_000)
        #expect(try await queue.depth().inHandCount == 1)
        try await queue.delete(message)
        #expect(try await queue.depth() == QueueDepth(waitingCount: 0, inHandCount: 0))
    }

    @Test func aQueueIsFoundByItsName() async throws {
        let moto = try await StandIn.moto()
        let (_, url, _) = try await Self.makeQueue(moto)
        let name = try #require(url.split(separator: "/").last)
        let queue = try await QueueURL("sqs:\(name)").resolve(Self.configuration(moto))
        #expect(queue.description == url)
        await #expect { try await QueueURL("sqs:\(name)x").resolve(Self.configuration(moto)) } throws: { error in
            (error as? S3DBError)?.code == .noSuchQueue
        }
    }
}

extension JSONValue {
    /// The element of an array.
    fileprivate subscript(index: Int) -> JSONValue? {
        arrayValue.flatMap { $0.indices.contains(index) ? $0[index] : nil }
    }
}
