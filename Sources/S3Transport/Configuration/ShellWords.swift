/// Splits a text into words as a POSIX shell does, with quotes and backslashes but without anything that a shell would
/// replace or run.
///
/// Source: IEEE Std 1003.1-2017, Shell Command Language, section 2.2, "Quoting"; the SDKs split `credential_process` and
/// the names of sections this way.
enum ShellWords {
    /// The words; nil for an open quote or a backslash with nothing behind it.
    static func split(_ text: some StringProtocol) -> [String]? {
        var words: [String] = []
        var word: String.UnicodeScalarView?
        var quote: Unicode.Scalar?
        var isEscaped = false
        for scalar in text.unicodeScalars {
            if isEscaped {
                // Between double quotes a backslash is only special before what it would matter for.
                if quote == "\"", scalar != "\"", scalar != "\\" { word = (word ?? .init()) + ["\\"] }
                word = (word ?? .init()) + [scalar]
                isEscaped = false
                continue
            }
            switch (scalar, quote) {
            case ("\\", nil), ("\\", "\""): isEscaped = true
            case (_, let open?) where scalar == open: quote = nil
            case ("\"", nil), ("'", nil):
                quote = scalar
                word = word ?? .init()
            case (" ", nil), ("\t", nil), ("\n", nil), ("\r", nil):
                if let finished = word { words.append(String(finished)) }
                word = nil
            default: word = (word ?? .init()) + [scalar]
            }
        }
        guard quote == nil, !isEscaped else { return nil }
        if let word { words.append(String(word)) }
        return words
    }
}
