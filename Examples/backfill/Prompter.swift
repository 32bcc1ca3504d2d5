import DriverKit
import S3DB

/// Asks questions on the terminal, each until it has an answer that holds.
struct Prompter {
    /// The user closed the input: Ctrl-D.
    struct EndOfInput: Error {}

    /// Asks for a text; an empty answer takes the default.
    ///
    /// - Parameter read: Reads the answer; what it throws is shown, and the question asked again.
    func ask<Answer>(
        _ question: String, default standard: String? = nil,
        _ read: (String) async throws(S3DBError) -> Answer
    ) async throws -> Answer {
        while true {
            Output.write("\(question)\(standard.map { " [\($0)]" } ?? ""): ")
            guard let line = readLine() else { throw EndOfInput() }
            let given = line.trimmed
            guard let text = given.isEmpty ? standard : given else { continue }
            do throws(S3DBError) {
                return try await read(text)
            } catch {
                Output.write("  \(error.message)\(error.remedy.map { ". \($0)" } ?? "")\n")
            }
        }
    }

    /// Asks for one of some names, by name or number.
    func choose(_ question: String, from names: [String], default standard: String? = nil) async throws -> String {
        show(names)
        return try await ask(question, default: standard ?? names.first) { (text) throws(S3DBError) in
            try Self.name(text, among: names)
        }
    }

    /// Asks for any of some names, by names or numbers separated by commas or spaces, or `all`.
    func chooseSeveral(_ question: String, from names: [String]) async throws -> [String] {
        show(names)
        return try await ask("\(question), several or all", default: "all") { (text) throws(S3DBError) in
            if text == "all" { return names }
            var chosen: Set<String> = []
            for part in text.split(whereSeparator: { $0 == "," || $0 == " " }) {
                chosen.insert(try Self.name(String(part), among: names))
            }
            return names.filter(chosen.contains)
        }
    }

    /// Asks for yes or no.
    func confirm(_ question: String) async throws -> Bool {
        try await ask("\(question) (yes/no)", default: "yes") { (text) throws(S3DBError) in
            switch text.lowercased() {
            case "y", "yes": true
            case "n", "no": false
            default: throw S3DBError(.invalidArgument, "answer yes or no")
            }
        }
    }

    private func show(_ names: [String]) {
        for (index, name) in names.enumerated() { Output.write("  \(index + 1)) \(name)\n") }
    }

    private static func name(_ text: String, among names: [String]) throws(S3DBError) -> String {
        if names.contains(text) { return text }
        if let number = Int(text), names.indices.contains(number - 1) { return names[number - 1] }
        throw S3DBError(
            .unknownName, "there is no \(S3DBError.quoted(text))",
            remedy: names.nearest(to: text).map { "The nearest is \($0)" })
    }
}

extension String {
    /// The text without spaces and tabs at its ends.
    fileprivate var trimmed: String {
        let isSpace = { (character: Character) in character == " " || character == "\t" || character == "\r" }
        return String(drop(while: isSpace).reversed().drop(while: isSpace).reversed())
    }
}
