import Foundation
import S3DBCore
import TestSupport
import Testing

@testable import S3Transport

/// Configuration files, judged by botocore's reader.
@Suite struct INIFileTests {
    private static func parse(_ text: String) throws(S3DBError) -> [String: [String: String]] {
        let file = try INIFile(Buffer(text.utf8), path: "config")
        return Dictionary(uniqueKeysWithValues: file.sections.map { ($0.name, $0.properties) })
    }

    @Test func sectionsAndProperties() throws {
        let text = """
            # comment
            [default]
            Region = eu-west-1
            empty =
            ; another
            [profile production:admin]
            region=us-east-1 # not a comment
            s3 =
              addressing_style = path

              # a comment within
              max_concurrent_requests=20
            role: arn:aws:iam::1:role/x

            [other] behind
            """
        #expect(
            try Self.parse(text) == [
                "default": ["region": "eu-west-1", "empty": ""],
                "profile production:admin": [
                    "region": "us-east-1 # not a comment",
                    "s3": "\naddressing_style = path\n\nmax_concurrent_requests=20",
                    "role": "arn:aws:iam::1:role/x",
                ], "other": [:],
            ])
    }

    @Test func nestedProperties() {
        #expect(INIFile.nested("\nA = b=c\n\nnone\n d= ") == ["a": "b=c", "d": ""])
        #expect(INIFile.nested(nil).isEmpty)
    }

    @Test(arguments: [
        ("a = b", 1), ("[x]\nhush", 2), ("[x]\n[x]", 2), ("[x]\na=hush\nA=hush", 3), ("[x]\n= hush", 2), ("[]", 1),
    ])
    func whatIsRefused(text: String, line: Int) {
        #expect {
            try Self.parse(text)
        } throws: { error in
            let error = error as? S3DBError
            return error?.code == .invalidConfiguration && error?.location == .init(key: "config", line: line)
                && !"\(error as Any)".contains("hush")
        }
    }

    @Test func otherEncodingsAreRefused() {
        #expect { try INIFile(Buffer([0x5B, 0xFF]), path: "config") } throws: {
            ($0 as? S3DBError)?.code == .invalidConfiguration
        }
    }

    /// Files that are put together at random read as botocore reads them, also where it refuses them.
    @Test(.needsPython) func readsWhatBotocoreReads() throws {
        var random = SeededGenerator.fresh()
        let pieces = [
            "[default]", "[a]", "[profile b]", " [c]", "[d", "[]", "[e] x", "k = v", "k=", "K2 = v", " k3 = v",
            "k4 : v",
            "k5 = a = b", "  more", "\tmore = x", "", "   ", "# c", "  # c", "; c", "s =", "word", "= v", "k6 = v # c",
            "k7 = \"q\"", "[f]]",
        ]
        let texts = (0..<400).map { _ in
            let count = Int.random(in: 1...9, using: &random)
            let lines = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }
            let ending = ["\n", "\r\n"].randomElement(using: &random) ?? "\n"
            return (["[first]"] + lines).joined(separator: ending)
        }
        let script = """
            import sys, json, tempfile, os
            from botocore.configloader import raw_config_parse
            from botocore.exceptions import ConfigParseError
            out = []
            for text in json.load(open(sys.argv[1])):
                with tempfile.NamedTemporaryFile("w", newline="", delete=False) as f: f.write(text)
                try: out.append(raw_config_parse(f.name, parse_subsections=False))
                except ConfigParseError: out.append(None)
                os.unlink(f.name)
            print(json.dumps(out))
            """
        let directory = try TemporaryDirectory()
        let file = try directory.write(JSONEncoder().encode(texts), to: "texts.json")
        let printed = try Python.run(script, [file.path])
        let expected = try JSONDecoder().decode([[String: [String: String]]?].self, from: Data(printed.utf8))
        #expect(expected.contains(nil) && expected.contains { $0 != nil })
        for (text, expected) in zip(texts, expected) {
            #expect((try? Self.parse(text)) == expected, "\(text.debugDescription) (S3DB_SEED=\(random.seed))")
        }
    }
}
