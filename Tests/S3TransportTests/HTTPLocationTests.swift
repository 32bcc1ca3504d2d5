import Testing

@testable import S3Transport

@Suite struct HTTPLocationTests {
    @Test(arguments: [
        ("http://h", "http://h", "/", []), ("HTTPS://H.example:443/a%20b", "https://h.example", "/a%20b", []),
        ("http://[fd00::1]:8/x?a=b%2Fc&d", "http://[fd00::1]:8", "/x", ["a=b/c", "d="]),
        ("http://127.0.0.1:9?x=y=z", "http://127.0.0.1:9", "/", ["x=y=z"]), ("http://h:/", "http://h", "/", []),
    ])
    func parts(url: String, endpoint: String, path: String, query: [String]) throws {
        let location = try #require(HTTPLocation(url))
        #expect(location.endpoint.description == endpoint)
        #expect(location.path == path)
        #expect(location.query.map { "\($0.name)=\($0.value)" } == query)
    }

    @Test(arguments: [
        "", "h", "ftp://h", "http:/h", "http://", "http:///x", "http://u@h", "http://u:p@h/", "http://h:0",
        "http://h:x",
        "http://h:70000", "http://h#x", "http://h /", "http://[::1", "http://[::1]x", "http://h?a=%2", "http://h\\x",
        "http://é",
    ])
    func whatIsRefused(url: String) {
        #expect(HTTPLocation(url) == nil)
    }

    @Test func endpointsHaveNothingBehindThem() {
        #expect(HTTPEndpoint("https://h:8443/")?.description == "https://h:8443")
        #expect(HTTPEndpoint("https://h/x") == nil)
        #expect(HTTPEndpoint("https://h?x=y") == nil)
        #expect(HTTPEndpoint.aws("sqs", region: "eu-west-1").description == "https://sqs.eu-west-1.amazonaws.com")
        #expect(HTTPEndpoint.aws("sts", region: "cn-north-1").description == "https://sts.cn-north-1.amazonaws.com.cn")
    }
}
