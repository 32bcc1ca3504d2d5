import Foundation
import S3DBCore
import S3Transport
import TestSupport
import Testing

@Suite struct StoreURLTests {
    @Test(
        "URLs and paths",
        arguments: [
            ("s3://my-bucket", "s3://my-bucket/"), ("s3://my-bucket/", "s3://my-bucket/"),
            ("S3://my.bucket/a/b", "s3://my.bucket/a/b/"),
            ("s3://my-bucket/a b%20c=d:e/", "s3://my-bucket/a b%20c=d:e/"),
            ("/a/b", "/a/b/"), ("/a/b//", "/a/b/"), ("/", "/"), ("file:///a/b%20c%25/", "/a/b c%/"),
            ("file://localhost/a", "/a/"), ("/a b%20", "/a b%20/"), ("/é/日本", "/é/日本/"),
        ])
    func read(text: String, description: String) throws {
        let url = try StoreURL(text)
        #expect(url.description == description)
        #expect(try StoreURL(url.description) == url)
    }

    @Test("a relative path starts at the current directory")
    func relative() throws {
        let current = FileManager.default.currentDirectoryPath
        #expect(try StoreURL("data/lake").description == "\(current)/data/lake/")
        #expect(try StoreURL(".").resolve().description == "\(current)/")
    }

    @Test(
        "what is no URL of a store is refused",
        arguments: [
            "", "s3://", "s3:///prefix", "s3://B/x", "s3://ab/x", "s3://-abc/x", "s3://a..b/x", "s3://bucket//x",
            "s3://bucket//", "s3://bucket/a//b", "s3://bucket/../x", "s3://bucket/./x", "s3://\u{0}abc/x",
            "https://bucket.s3.amazonaws.com/x", "file://host/a", "file://", "file:///a%2", "file:///a%zz",
            "file:///%ff", "file:///%00", "/a\u{0}b",
        ])
    func refused(text: String) {
        #expect { try StoreURL(text) } throws: { ($0 as? S3DBError)?.code == .invalidKey }
    }

    @Test("credentials in a URL are refused and not repeated")
    func credentials() {
        #expect { try StoreURL("s3://AKIAEXAMPLE:secret@bucket/x") } throws: { error in
            !"\(error)".contains("secret") && !"\(error)".contains("AKIA")
        }
    }

    @Test(
        "stores overlap where one lies within the other",
        arguments: [
            ("s3://bucket/a/", "s3://bucket/a/b/", true), ("s3://bucket/a", "s3://bucket/a/", true),
            ("s3://bucket/", "s3://bucket/x", true), ("s3://bucket/a", "s3://bucket/ab", false),
            ("s3://bucket/a", "s3://other/a", false), ("s3://bucket/a/b", "s3://bucket/a/c", false),
            ("/no/such", "/no/such/x", true), ("/no/such", "/no/such2", false), ("/", "/anything", true),
            ("/no/such/../other", "/no/other/./x", true), ("/no/such", "/no/such/x/../..", true),
            ("/bucket/a", "s3://bucket/a", false),
        ])
    func overlap(a: String, b: String, expected: Bool) throws {
        #expect(try StoreURL(a).overlaps(StoreURL(b)) == expected)
        #expect(try StoreURL(b).overlaps(StoreURL(a)) == expected)
    }

    @Test("directories overlap behind symbolic links")
    func symbolicLinks() throws {
        let directory = try TemporaryDirectory()
        let root = directory.url.path
        let manager = FileManager.default
        try manager.createDirectory(atPath: "\(root)/source/inner", withIntermediateDirectories: true)
        try manager.createSymbolicLink(atPath: "\(root)/link", withDestinationPath: "source/inner")
        let source = try StoreURL("\(root)/source")
        #expect(try StoreURL("\(root)/link/out").overlaps(source))
        #expect(try StoreURL("\(root)/link/../../out").overlaps(source) == false)
        #expect(try StoreURL("\(root)/link/..").overlaps(source))
        #expect(try StoreURL("\(root)/out").overlaps(source) == false)
    }

    @Test("a directory resolves to its store, S3 to one with access alone")
    func resolve() async throws {
        let directory = try TemporaryDirectory()
        let store = try StoreURL(directory.url.path).resolve()
        _ = try await store.put(ObjectKey("a/b"), [Buffer("x".utf8)], if: .absent)
        #expect(FileManager.default.fileExists(atPath: directory.url.path + "/a/b"))
        #expect { try StoreURL("s3://bucket/x").resolve() } throws: { ($0 as? S3DBError)?.code == .invalidArgument }
        let access = S3Access(credentials: StaticCredentials(nil))
        #expect(try StoreURL("s3://bucket/x").resolve(access).description == "s3://bucket/x/")
    }
}
