import Foundation
import TestSupport
import Testing

@testable import S3Transport

/// Words as a shell splits them, judged by Python's `shlex`.
@Suite struct ShellWordsTests {
    @Test(arguments: [
        ("", []), ("a  b\tc", ["a", "b", "c"]), ("'a b' \"c d\"", ["a b", "c d"]), ("a\\ b", ["a b"]), ("''", [""]),
        ("\"a\\\"b\\x\"", ["a\"b\\x"]), ("'a\\'", ["a\\"]), ("$HOME;`id` #x", ["$HOME;`id`", "#x"]),
    ])
    func words(text: String, words: [String]) {
        #expect(ShellWords.split(text) == words)
    }

    @Test(arguments: ["'a", "\"a", "a\\"])
    func whatHasNoEnd(text: String) {
        #expect(ShellWords.split(text) == nil)
    }

    @Test(.needsPython) func splitsAsPythonDoes() throws {
        var random = SeededGenerator.fresh()
        let pieces = ["a", "é", " ", "\t", "'", "\"", "\\", "#", "$x", "\n", "=", "''"]
        let texts = (0..<500).map { _ in
            (0..<Int.random(in: 0...8, using: &random)).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
        }
        let script = """
            import sys, json, shlex
            def words(text):
                try: return shlex.split(text)
                except ValueError: return None
            print(json.dumps([words(text) for text in json.load(open(sys.argv[1]))]))
            """
        let directory = try TemporaryDirectory()
        let file = try directory.write(JSONEncoder().encode(texts), to: "texts.json")
        let printed = try Python.run(script, [file.path])
        let expected = try JSONDecoder().decode([[String]?].self, from: Data(printed.utf8))
        for (text, expected) in zip(texts, expected) {
            #expect(ShellWords.split(text) == expected, "\(text.debugDescription) (S3DB_SEED=\(random.seed))")
        }
    }
}
