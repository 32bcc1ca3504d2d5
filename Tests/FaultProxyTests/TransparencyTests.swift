import FaultProxy
import S3DB
import TestSupport
import Testing

@Suite("The proxy without rules", .needsServers)
struct TransparencyTests {
    /// Does everything that S3 clients do, and prints all that came of it, but for what each run has of its own.
    private static let script = #"""
        import hashlib, threading
        bucket = sys.argv[1]
        # rclone gives the whole object's checksum with a range of it.
        s3 = client("s3", retries={"total_max_attempts": 1}, response_checksum_validation="when_required")

        def show(name, call, **parameters):
            try:
                answer = call(Bucket=bucket, **parameters)
                if "Body" in answer:
                    body = answer.pop("Body").read()
                    answer["Body"] = [len(body), hashlib.sha256(body).hexdigest()]
            except ClientError as error:
                answer = error.response
            for hidden in ("ResponseMetadata", "LastModified", "UploadId", "Location", "Date", "Owner", "Initiator"):
                answer.pop(hidden, None)
            for item in answer.get("Contents", []):
                for hidden in ("LastModified", "Owner"):
                    item.pop(hidden, None)
            # rclone's time of a copy.
            answer["Metadata"] = {k: v for k, v in answer.get("Metadata", {}).items() if k.lower() != "mtime"}
            answer.get("CopyObjectResult", {}).pop("LastModified", None)
            answer.get("CopyPartResult", {}).pop("LastModified", None)
            for error in (answer.get("Error", {}),):
                for hidden in ("RequestID", "HostId", "RequestId"):
                    error.pop(hidden, None)
            print(name, json.dumps(answer, sort_keys=True, default=str).replace(bucket, "BUCKET"))
            return answer

        keys = ["plain.txt", "a b+c%25/1=2&3", "hour_partition=2021-06-15 20:00:00/1.parquet", "\u00fc~\u4e16/'(x)!*",
                "empty", "dots../..x"]
        for key in keys:
            body = b"" if key == "empty" else key.encode() * 1000
            show("put", s3.put_object, Key=key, Body=body, ContentType="text/x-test", Metadata={"origin": "a b"})
            show("head", s3.head_object, Key=key)
            show("get", s3.get_object, Key=key)
        show("range", s3.get_object, Key="plain.txt", Range="bytes=5-99")
        show("bad range", s3.get_object, Key="empty", Range="bytes=5-99")
        show("missing", s3.get_object, Key="no such key")
        show("missing head", s3.head_object, Key="no such key")
        show("list", s3.list_objects_v2, EncodingType="url")
        show("page", s3.list_objects_v2, MaxKeys=2, StartAfter="a")
        show("folders", s3.list_objects_v2, Delimiter="/")

        large = bytes(range(256)) * 4096 * 12
        show("large", s3.put_object, Key="large", Body=large)
        show("get large", s3.get_object, Key="large")
        upload = s3.create_multipart_upload(Bucket=bucket, Key="in parts")["UploadId"]
        parts = []
        for number, part in enumerate([large[:5 << 20], large[5 << 20:]], 1):
            part = show("part", s3.upload_part, Key="in parts", UploadId=upload, PartNumber=number, Body=part)
            parts.append({"PartNumber": number, "ETag": part["ETag"]})
        show("complete", s3.complete_multipart_upload, Key="in parts", UploadId=upload,
             MultipartUpload={"Parts": parts})
        show("get in parts", s3.get_object, Key="in parts")
        upload = s3.create_multipart_upload(Bucket=bucket, Key="given up")["UploadId"]
        show("abort", s3.abort_multipart_upload, Key="given up", UploadId=upload)
        show("copy", s3.copy_object, Key="copied", CopySource={"Bucket": bucket, "Key": keys[1]})
        show("get copy", s3.get_object, Key="copied")
        show("delete", s3.delete_object, Key="copied")
        show("delete several", s3.delete_objects, Delete={"Objects": [{"Key": key} for key in keys[:3]]})
        show("list what is left", s3.list_objects_v2)

        # On several connections at once.
        def work(number):
            for turn in range(5):
                body = bytes([number, turn]) * 5000
                s3.put_object(Bucket=bucket, Key=f"at once/{number}", Body=body)
                assert s3.get_object(Bucket=bucket, Key=f"at once/{number}")["Body"].read() == body
        threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
        for thread in threads: thread.start()
        for thread in threads: thread.join()
        print(s3.list_objects_v2(Bucket=bucket, Prefix="at once/")["KeyCount"])
        """#

    @Test("boto3 sees the same through it as without it", arguments: StandIn.Kind.allCases)
    func transparent(_ kind: StandIn.Kind) async throws {
        let server = try await StandIn.shared(kind)
        let straight = try await server.boto3(Self.script, [server.makeBucket()])
        let bucket = try await server.makeBucket()
        let (through, totals, entries) = try await server.behindProxy { proxy in
            let printed = try await server.boto3(Self.script, [bucket], through: proxy.endpoint)
            return (printed, proxy.log.totals, proxy.log.entries)
        }
        let (expected, seen) = (straight.split(separator: "\n"), through.split(separator: "\n"))
        for (a, b) in zip(expected, seen) { #expect(a == b) }
        #expect(expected.count == seen.count)
        #expect(seen.last == "4")

        #expect(totals["PutObject"]?.requestCount == 27)
        #expect(totals["UploadPart"]?.requestCount == 2)
        #expect(totals["CompleteMultipartUpload"]?.requestCount == 1)
        #expect((totals["UploadPart"]?.requestByteCount ?? 0) >= 12 << 20)
        #expect((totals["GetObject"]?.answerByteCount ?? 0) >= 2 * 12 << 20)
        #expect(entries.allSatisfy { $0.state == .answered && $0.fault == nil })
        #expect(entries.contains { $0.resource == "\(bucket)/hour_partition=2021-06-15 20:00:00/1.parquet" })
        #expect(entries.allSatisfy { $0.status != 200 || $0.isApplied })
    }

    @Test("boto3's queues work through it, and their requests are told apart")
    func queues() async throws {
        let moto = try await StandIn.moto()
        let queue = try await moto.makeQueue()
        let (printed, kinds) = try await moto.behindProxy { proxy in
            let printed = try await moto.boto3(
                """
                sqs, queue = client("sqs"), sys.argv[1]
                sqs.send_message(QueueUrl=queue, MessageBody="one")
                message = sqs.receive_message(QueueUrl=queue)["Messages"][0]
                sqs.change_message_visibility(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"], VisibilityTimeout=9)
                sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
                client("sts").assume_role(RoleArn="arn:aws:iam::123456789012:role/r", RoleSessionName="session")
                print(message["Body"])
                """, [queue], through: proxy.endpoint)
            return (printed, proxy.log.entries.map { "\($0.kind) \($0.resource)" })
        }
        #expect(printed == "one\n")
        let name = queue.split(separator: "/").last ?? ""
        let onQueue = ["SendMessage", "ReceiveMessage", "ChangeMessageVisibility", "DeleteMessage"]
        #expect(kinds == onQueue.map { "\($0) \(name)" } + ["AssumeRole r"])
    }

    @Test("A client that ends within a body leaves nothing behind")
    func cutRequest() async throws {
        let moto = try await StandIn.moto()
        let bucket = try await moto.makeBucket()
        try await moto.behindProxy { proxy in
            try await moto.boto3(
                """
                import socket
                connection = socket.create_connection((sys.argv[2], int(sys.argv[3])))
                connection.sendall(b"PUT /%s/cut HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 100\\r\\n\\r\\nhalf of it"
                    % sys.argv[1].encode())
                connection.close()
                """, [bucket, proxy.endpoint.host, "\(proxy.endpoint.port ?? 0)"])
            let entry = await proxy.log.first { $0.state.isFinal }
            #expect(entry?.state == .dropped)
            #expect(entry?.isApplied == false)
            // The object is free again, and nothing stands there.
            try await moto.boto3(
                #"client("s3").put_object(Bucket=sys.argv[1], Key="cut", Body=b"whole", IfNoneMatch="*")"#, [bucket],
                through: proxy.endpoint)
        }
    }
}
