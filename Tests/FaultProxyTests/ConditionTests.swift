import FaultProxy
import Foundation
import S3DB
import TestSupport
import Testing

@Suite("Conditions that the proxy enforces", .needsServers)
struct ConditionTests {
    @Test("Writes, copies and deletions hold to their conditions", arguments: StandIn.Kind.allCases)
    func conditions(_ kind: StandIn.Kind) async throws {
        let server = try await StandIn.shared(kind)
        let bucket = try await server.makeBucket()
        let printed = try await server.behindProxy { proxy in
            try await server.boto3(
                """
                bucket = sys.argv[1]
                s3 = client("s3", retries={"total_max_attempts": 1})

                def attempt(name, call, **parameters):
                    try:
                        answer = call(Bucket=bucket, **parameters)
                        print(name, "done")
                        return answer
                    except ClientError as error:
                        status = error.response["ResponseMetadata"]["HTTPStatusCode"]
                        print(name, status, error.response["Error"]["Code"])

                first = attempt("absent", s3.put_object, Key="a", Body=b"1", IfNoneMatch="*")["ETag"]
                attempt("absent again", s3.put_object, Key="a", Body=b"2", IfNoneMatch="*")
                second = attempt("right version", s3.put_object, Key="a", Body=b"3", IfMatch=first)["ETag"]
                attempt("old version", s3.put_object, Key="a", Body=b"4", IfMatch=first)
                attempt("version of nothing", s3.put_object, Key="none", Body=b"4", IfMatch=first)

                def upload(key, sizes, **conditions):
                    upload = s3.create_multipart_upload(Bucket=bucket, Key=key)["UploadId"]
                    parts = [
                        {"PartNumber": n, "ETag": s3.upload_part(
                            Bucket=bucket, Key=key, UploadId=upload, PartNumber=n, Body=bytes(size))["ETag"]}
                        for n, size in enumerate(sizes, 1)]
                    return dict(Key=key, UploadId=upload, MultipartUpload={"Parts": parts}, **conditions)

                complete = s3.complete_multipart_upload
                attempt("complete, absent", complete, **upload("b", [7], IfNoneMatch="*"))
                attempt("complete, absent again", complete, **upload("b", [8], IfNoneMatch="*"))
                standing = s3.head_object(Bucket=bucket, Key="b")["ETag"]
                attempt("complete, old version", complete, **upload("b", [9], IfMatch=first))
                attempt("complete, right version", complete, **upload("b", [10], IfMatch=standing))
                print(s3.head_object(Bucket=bucket, Key="b")["ContentLength"])
                attempt("small part", complete, **upload("c", [5 << 20, (5 << 20) - 1, 1]))
                attempt("small last part", complete, **upload("c", [5 << 20, 5 << 20, 1]))

                source = {"Bucket": bucket, "Key": "a"}
                attempt("copy of old version", s3.copy_object, Key="d", CopySource=source, CopySourceIfMatch=first)
                attempt("copy of right version", s3.copy_object, Key="d", CopySource=source, CopySourceIfMatch=second)
                upload = s3.create_multipart_upload(Bucket=bucket, Key="e")["UploadId"]
                part = dict(Key="e", UploadId=upload, PartNumber=1, CopySource=source)
                attempt("part of old version", s3.upload_part_copy, CopySourceIfMatch=first, **part)
                if sys.argv[2] == "moto":
                    attempt("part of right version", s3.upload_part_copy, CopySourceIfMatch=second, **part)

                attempt("delete old version", s3.delete_object, Key="a", IfMatch=first)
                attempt("delete right version", s3.delete_object, Key="a", IfMatch=second)
                attempt("delete what is gone", s3.delete_object, Key="a", IfMatch=second)
                """, [bucket, kind.rawValue], through: proxy.endpoint)
        }
        let copied = kind == .moto ? ["part of right version done"] : []
        #expect(
            printed.split(separator: "\n").map(String.init) == [
                "absent done", "absent again 412 PreconditionFailed", "right version done",
                "old version 412 PreconditionFailed", "version of nothing 404 NoSuchKey",
                "complete, absent done", "complete, absent again 412 PreconditionFailed",
                "complete, old version 412 PreconditionFailed", "complete, right version done", "10",
                "small part 400 EntityTooSmall", "small last part done",
                "copy of old version 412 PreconditionFailed", "copy of right version done",
                "part of old version 412 PreconditionFailed",
            ] + copied + [
                "delete old version 412 PreconditionFailed", "delete right version done",
                "delete what is gone 404 NoSuchKey",
            ])
    }

    @Test("Of many that want to be the first, one is", arguments: StandIn.Kind.allCases)
    func onlyOne(_ kind: StandIn.Kind) async throws {
        let server = try await StandIn.shared(kind)
        let bucket = try await server.makeBucket()
        let printed = try await server.behindProxy { proxy in
            try await server.boto3(
                """
                from concurrent.futures import ThreadPoolExecutor
                s3 = client("s3", retries={"total_max_attempts": 1}, max_pool_connections=8)

                def write(number):
                    try:
                        s3.put_object(Bucket=sys.argv[1], Key="k", Body=b"%d" % number, IfNoneMatch="*")
                        return number
                    except ClientError as error:
                        assert error.response["ResponseMetadata"]["HTTPStatusCode"] in (409, 412), error

                with ThreadPoolExecutor(8) as pool:
                    winners = [number for number in pool.map(write, range(24)) if number is not None]
                body = s3.get_object(Bucket=sys.argv[1], Key="k")["Body"].read()
                print(len(winners), body == b"%d" % winners[0])
                """, [bucket], through: proxy.endpoint)
        }
        #expect(printed == "1 True\n")
    }

    @Test("A request that waited for another's write has lost a race: 409")
    func race() async throws {
        let moto = try await StandIn.moto()
        let bucket = try await moto.makeBucket()
        let directory = try TemporaryDirectory()
        let log = try directory.write([], to: "log")
        let backend = Backend(moto.endpoint, credentials: moto.credentials, region: moto.region)
        let printed = try await FaultProxy.with(backend, logFile: try FileHandle(forWritingTo: log)) { proxy in
            try await moto.boto3(
                """
                import socket, threading, time
                bucket, host, port, log = sys.argv[1:]
                s3 = client("s3", retries={"total_max_attempts": 1})

                def wait_for(text, count):
                    while open(log).read().count(text) < count:
                        time.sleep(0.01)

                # One is in the middle of its body.
                first = socket.create_connection((host, int(port)))
                first.sendall(b"PUT /%s/k HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 4\\r\\n\\r\\non" % bucket.encode())
                wait_for('"forwarded"', 1)

                def second():
                    try:
                        s3.put_object(Bucket=bucket, Key="k", Body=b"two", IfNoneMatch="*")
                    except ClientError as error:
                        print(error.response["ResponseMetadata"]["HTTPStatusCode"], error.response["Error"]["Code"])

                thread = threading.Thread(target=second)
                thread.start()
                wait_for('"id":1', 1)
                time.sleep(0.1)
                first.sendall(b"e!")
                assert first.recv(15) == b"HTTP/1.1 200 OK"
                thread.join()
                print(s3.get_object(Bucket=bucket, Key="k")["Body"].read().decode())
                """, [bucket, proxy.endpoint.host, "\(proxy.endpoint.port ?? 0)", log.path], through: proxy.endpoint)
        }
        #expect(printed == "409 ConditionalRequestConflict\none!\n")
    }
}
