import Foundation
import NIOHTTP1
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// Signature Version 4 against AWS's own cases and documented examples.
@Suite struct RequestSignerTests {
    private struct Case {
        let directory: URL
        var name: String { directory.lastPathComponent }

        func text(_ file: String) throws -> String {
            try String(contentsOf: directory.appending(path: file), encoding: .utf8)
        }

        var context: JSONValue {
            get throws {
                try JSONValue.parse(Array(try Data(contentsOf: directory.appending(path: "context.json"))).span.bytes)
            }
        }

        /// Method, target, headers (a line that begins with a blank goes on from the one before) and body.
        func request() throws -> HTTPRequest {
            let text = try text("request.txt")
            let halves = text.components(separatedBy: "\n\n")
            var lines = halves[0].components(separatedBy: "\n")
            let words = lines.removeFirst().components(separatedBy: " ")
            var fields: [(String, String)] = []
            for line in lines where !line.isEmpty {
                if line.first == " ", let last = fields.popLast() {
                    fields.append((last.0, last.1 + "\n" + line))
                } else {
                    let colon = try #require(line.firstIndex(of: ":"))
                    fields.append((String(line[..<colon]), String(line[line.index(after: colon)...])))
                }
            }
            let host = try #require(fields.first { $0.0.lowercased() == "host" }).1
            let target = words[1..<words.count - 1].joined(separator: " ")
            let parts = target.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            var query: [(name: String, value: String)] = []
            for pair in parts.dropFirst().first?.components(separatedBy: "&") ?? [] {
                let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
                query.append((sides[0].percentDecoded() ?? "", sides.dropFirst().first?.percentDecoded() ?? ""))
            }
            let body = halves.dropFirst().joined(separator: "\n\n")
            return HTTPRequest(
                HTTPMethod(rawValue: words[0]), HTTPEndpoint(host: host), path: parts[0], query: query,
                headers: HTTPHeaders(fields.filter { $0.0.lowercased() != "host" }),
                body: body.isEmpty ? [] : [Buffer(body.utf8)])
        }
    }

    private static func cases() throws -> [Case] {
        let root = Requirement.conformance("sigv4").appending(path: "tests/aws-signing-test-suite/v4")
        return try FileManager.default.contentsOfDirectory(at: root, includingPropertiesForKeys: nil)
            .map(Case.init).sorted { $0.name < $1.name }
    }

    @Test(.needsConformance("sigv4")) func everyCaseAtAllLevels() throws {
        let cases = try Self.cases()
        #expect(cases.count == 23)
        for one in cases {
            let context = try one.context
            let credentials = Credentials(
                accessKeyID: try #require(context["credentials"]?["access_key_id"]?.stringValue),
                secretAccessKey: try #require(context["credentials"]?["secret_access_key"]?.stringValue),
                sessionToken: context["credentials"]?["token"]?.stringValue)
            let signer = RequestSigner(
                service: try #require(context["service"]?.stringValue),
                region: try #require(context["region"]?.stringValue),
                sendsPayloadHash: context["sign_body"]?.boolValue == true,
                normalizesPath: context["normalize"]?.boolValue == true)
            let stamp = try #require(context["timestamp"]?.stringValue)
            let date = try Date(stamp, strategy: .iso8601)
            let time = SigningTime(seconds: Int64(date.timeIntervalSince1970))
            let request = try one.request()

            let header = signer.signAndKeep(request, with: credentials, at: time)
            #expect(try header.levels.canonicalRequest == one.text("header-canonical-request.txt"), "\(one.name)")
            #expect(try header.levels.stringToSign == one.text("header-string-to-sign.txt"), "\(one.name)")
            #expect(try header.levels.signature == one.text("header-signature.txt"), "\(one.name)")
            let authorization = try #require(header.request.headers.first(name: "Authorization"))
            #expect(try one.text("header-signed-request.txt").contains("Authorization:\(authorization)"), "\(one.name)")

            let seconds = try #require(context["expiration_in_seconds"]?.intValue)
            let query = signer.presignAndKeep(
                request, with: credentials, at: time, seconds: seconds, payload: .hashed)
            #expect(try query.levels.canonicalRequest == one.text("query-canonical-request.txt"), "\(one.name)")
            #expect(try query.levels.stringToSign == one.text("query-string-to-sign.txt"), "\(one.name)")
            #expect(try query.levels.signature == one.text("query-signature.txt"), "\(one.name)")
            let sent = "X-Amz-Signature=\(query.levels.signature)"
            #expect(query.request.target.hasSuffix(sent))
            #expect(try one.text("query-signed-request.txt").contains(sent), "\(one.name)")
        }
    }

    /// The example of the S3 API Reference: 66,560 times the letter a, in chunks of 64 KiB.
    @Test func signedChunks() {
        let credentials = Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        let time = SigningTime(seconds: 1_369_353_600)
        #expect(time.stamp == "20130524T000000Z")
        let signer = RequestSigner(service: "s3", region: "us-east-1")
        let request = HTTPRequest(
            .PUT, HTTPEndpoint(host: "s3.amazonaws.com"), path: "/examplebucket/chunkObject.txt",
            headers: [
                "x-amz-storage-class": "REDUCED_REDUNDANCY", "Content-Encoding": "aws-chunked",
                "x-amz-decoded-content-length": "66560", "Content-Length": "66824",
            ])
        let (_, levels) = signer.signAndKeep(request, with: credentials, at: time, payload: .chunks)
        #expect(levels.signature == "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9")
        var chunks = ChunkSigner(signer, with: credentials, at: time, seed: levels)
        var byteCount = 0
        for (count, signature) in [
            (65_536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
            (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
            (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
        ] {
            let framed = chunks.frame(Buffer(repeatElement(UInt8(ascii: "a"), count: count)))
            byteCount += framed.reduce(0) { $0 + $1.count }
            #expect(chunks.signature == signature)
            #expect(
                String(decoding: framed[0], as: UTF8.self).hasPrefix("\(String(count, radix: 16));chunk-signature="))
        }
        #expect(byteCount == 66_824)
        #expect(ChunkSigner.framedByteCount(66_560, chunkByteCount: 65_536) == 66_824)
    }

    /// Examples of the S3 API Reference, "Authenticating Requests: Using the Authorization Header" and "… Query
    /// Parameters".
    @Test func documentedRequests() {
        let credentials = Credentials(
            accessKeyID: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY")
        let time = SigningTime(seconds: 1_369_353_600)
        let signer = RequestSigner(service: "s3", region: "us-east-1")
        let endpoint = HTTPEndpoint(host: "examplebucket.s3.amazonaws.com")
        let get = HTTPRequest(.GET, endpoint, path: "/test.txt", headers: ["Range": "bytes=0-9"])
        #expect(
            signer.signAndKeep(get, with: credentials, at: time).levels.signature
                == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41")
        let list = HTTPRequest(.GET, endpoint, query: [("max-keys", "2"), ("prefix", "J")])
        #expect(
            signer.signAndKeep(list, with: credentials, at: time).levels.signature
                == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7")
        let link = HTTPRequest(.GET, endpoint, path: "/test.txt")
        #expect(
            signer.presignAndKeep(link, with: credentials, at: time, seconds: 86_400).levels.signature
                == "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404")
    }

    @Test func secretsStayHidden() {
        let credentials = Credentials(accessKeyID: "AKIDABCD", secretAccessKey: "hush", sessionToken: "token!")
        var dumped = ""
        dump(credentials, to: &dumped)
        for text in ["\(credentials)", String(reflecting: credentials), dumped] {
            #expect(!text.contains("hush") && !text.contains("token!") && !text.contains("AKIDABCD"))
            #expect(text.contains("ABCD"))
        }
    }
}
