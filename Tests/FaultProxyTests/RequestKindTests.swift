import FaultProxy
import NIOHTTP1
import Testing

@Suite("Kinds of requests")
struct RequestKindTests {
    private static let copy: HTTPHeaders = ["x-amz-copy-source": "b/k"]

    @Test(
        "S3's operations are told by method, path, query and copy source",
        arguments: [
            ("GET", "/", [:], "ListBuckets"),
            ("PUT", "/b", [:], "CreateBucket"),
            ("PUT", "/b/?versioning", [:], "Other"),
            ("DELETE", "/b", [:], "DeleteBucket"),
            ("HEAD", "/b", [:], "HeadBucket"),
            ("GET", "/b?list-type=2&prefix=a%2Fb", [:], "ListObjectsV2"),
            ("GET", "/b/?delimiter=%2F", [:], "ListObjects"),
            ("GET", "/b?uploads", [:], "ListMultipartUploads"),
            ("GET", "/b?uploads=&prefix=x", [:], "ListMultipartUploads"),
            ("GET", "/b?location", [:], "Other"),
            ("POST", "/b?delete", [:], "DeleteObjects"),
            ("PUT", "/b/k", [:], "PutObject"),
            ("PUT", "/b/k/", [:], "PutObject"),
            ("PUT", "/b/k?x-id=PutObject", [:], "PutObject"),
            ("PUT", "/b/k", copy, "CopyObject"),
            ("PUT", "/b/k?tagging", [:], "Other"),
            ("GET", "/b/k", [:], "GetObject"),
            ("GET", "/b/k?versionId=7", [:], "GetObject"),
            ("GET", "/b/k?acl", [:], "Other"),
            ("HEAD", "/b/k", [:], "HeadObject"),
            ("DELETE", "/b/k", [:], "DeleteObject"),
            ("POST", "/b/k?uploads", [:], "CreateMultipartUpload"),
            ("PUT", "/b/k?partNumber=1&uploadId=u", [:], "UploadPart"),
            ("PUT", "/b/k?partNumber=1&uploadId=u", copy, "UploadPartCopy"),
            ("POST", "/b/k?uploadId=u", [:], "CompleteMultipartUpload"),
            ("DELETE", "/b/k?uploadId=u", [:], "AbortMultipartUpload"),
            ("GET", "/b/k?uploadId=u", [:], "ListParts"),
        ] as [(String, String, HTTPHeaders, RequestKind)])
    func s3(_ method: String, _ target: String, _ headers: HTTPHeaders, _ kind: RequestKind) {
        #expect(
            RequestKind(method: HTTPMethod(rawValue: method), target: RequestTarget(target), headers: headers) == kind)
    }

    @Test("The JSON protocol names the operation in a header, the query protocol in a form")
    func services() {
        let target = RequestTarget("/")
        let json = RequestKind(
            method: .POST, target: target, headers: ["X-Amz-Target": "AmazonSQS.ChangeMessageVisibilityBatch"])
        #expect(json == "ChangeMessageVisibilityBatch")
        let form = RequestKind(method: .POST, target: target, headers: [:], form: ["Action": "AssumeRole"])
        #expect(form == "AssumeRole")
        #expect(RequestKind(method: .POST, target: target, headers: [:]) == .other)
    }

    @Test(
        "A target is decoded once",
        arguments: [
            ("/b/a%20b%2Bc%2525/%C3%BC~=:", "b", "a b+c%25/ü~=:"),
            ("/b/a+b", "b", "a+b"),
            ("/b//k?x=1?2", "b", "/k"),
            ("/b", "b", ""),
            ("/", "", ""),
        ])
    func target(_ text: String, _ bucket: String, _ key: String) {
        let target = RequestTarget(text)
        #expect(target.bucket == bucket)
        #expect(target.key == key)
    }

    @Test("A query is decoded, with and without values")
    func query() {
        let target = RequestTarget("/b?uploads&prefix=a%2Fb+c&uploadId=x%3D%3D&empty=")
        #expect(target.query == ["uploads": "", "prefix": "a/b c", "uploadId": "x==", "empty": ""])
    }
}
