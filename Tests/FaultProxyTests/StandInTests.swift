import S3DB
import TestSupport
import Testing

@Suite("Servers that stand in for AWS", .needsServers)
struct StandInTests {
    @Test("Each server keeps objects, in buckets apart", arguments: StandIn.Kind.allCases)
    func objects(_ kind: StandIn.Kind) async throws {
        let server = try await StandIn.shared(kind)
        let (bucket, other) = try await (server.makeBucket(), server.makeBucket())
        try await server.call(
            "s3", "put_object", ["Bucket": .string(bucket), "Key": "a key/1+1=2.txt", "Body": "hello"])

        let read = try await server.call("s3", "get_object", ["Bucket": .string(bucket), "Key": "a key/1+1=2.txt"])
        #expect(read["Body"]?.stringValue == "aGVsbG8=")
        let error = await #expect(throws: StandIn.Refusal.self) {
            try await server.call("s3", "get_object", ["Bucket": .string(other), "Key": "a key/1+1=2.txt"])
        }
        #expect(error?.code == "NoSuchKey")
        #expect(error?.status == 404)
    }

    @Test("rclone refuses a signature by another key")
    func signatures() async throws {
        let rclone = try await StandIn.rclone()
        var wrong = rclone.credentials
        wrong.secretAccessKey += "x"
        let code = try await Boto3.run(
            """
            try:
                client("s3").list_buckets()
            except ClientError as error:
                print(error.response["Error"]["Code"])
            """, endpoint: rclone.endpoint, credentials: wrong, region: rclone.region)
        #expect(code == "SignatureDoesNotMatch\n")
    }

    @Test("moto sends the events of a bucket to a queue")
    func events() async throws {
        let moto = try await StandIn.moto()
        let (bucket, queue) = try await (moto.makeBucket(), moto.makeQueue(["VisibilityTimeout": "3"]))
        let printed = try await moto.boto3(
            """
            bucket, queue = sys.argv[1:]
            sqs, s3 = client("sqs"), client("s3")
            arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
            s3.put_bucket_notification_configuration(Bucket=bucket, NotificationConfiguration={
                "QueueConfigurations": [{"QueueArn": arn, "Events": ["s3:ObjectCreated:*"]}]})
            s3.put_object(Bucket=bucket, Key="k", Body=b"1")
            messages = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
            records = [record for message in messages for record in json.loads(message["Body"]).get("Records", [])]
            print([record["s3"]["object"]["key"] for record in records])
            """, [bucket, queue])
        #expect(printed == "['k']\n")
    }

    @Test("A server ends with its last reference", arguments: StandIn.Kind.allCases)
    func end(_ kind: StandIn.Kind) async throws {
        var server: StandIn? = try await onOwnThread { try StandIn(kind) }
        let endpoint = try #require(server?.endpoint)
        server = nil
        let printed = try await onOwnThread {
            try Python.run(
                """
                import socket, sys, time
                for attempt in range(200):
                    try:
                        socket.create_connection((sys.argv[1], int(sys.argv[2]))).close()
                        time.sleep(0.05)
                    except ConnectionRefusedError:
                        print("refused")
                        break
                """, [endpoint.host, "\(endpoint.port ?? 0)"])
        }
        #expect(printed == "refused\n")
    }
}
