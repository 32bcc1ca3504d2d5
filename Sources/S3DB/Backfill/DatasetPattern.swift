import S3DBCore

/// A dataset's name in which `*` stands for any characters and `?` for one, neither for a slash.
public struct DatasetPattern: Hashable, Sendable, CustomStringConvertible {
    /// The pattern's text, such as `miso/*_price`.
    public let description: String

    /// Makes a pattern; any text is one, though it may match nothing.
    public init(_ text: String) {
        description = text
    }

    /// Whether the pattern stands for a dataset.
    public func matches(_ dataset: DatasetID) -> Bool {
        let parts = description.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2 else { return false }
        return matchesGlob(dataset.collection, parts[0]) && matchesGlob(dataset.name, parts[1])
    }

    /// The error for a pattern that matches none of `datasets`.
    func unknown(among datasets: [DatasetID]) -> S3DBError {
        let nearest = datasets.map(\.description).nearest(to: description)
        return S3DBError(
            .unknownName, "there is no dataset \(S3DBError.quoted(description))",
            remedy: nearest.map { "The nearest is \($0)" })
    }
}

/// Whether `pattern` covers all of `text`. O(text × pattern) at worst, without recursion.
private func matchesGlob(_ text: some StringProtocol, _ pattern: some StringProtocol) -> Bool {
    let text = Array(text.unicodeScalars)
    let pattern = Array(pattern.unicodeScalars)
    var at = 0
    var wanted = 0
    /// Where to go on when the latest star has to take one character more.
    var retry: (pattern: Int, text: Int)?
    while at < text.count {
        if wanted < pattern.count, pattern[wanted] == "*" {
            retry = (wanted + 1, at)
            wanted += 1
        } else if wanted < pattern.count, pattern[wanted] == "?" || pattern[wanted] == text[at] {
            at += 1
            wanted += 1
        } else if let last = retry {
            retry = (last.pattern, last.text + 1)
            wanted = last.pattern
            at = last.text + 1
        } else {
            return false
        }
    }
    return pattern[wanted...].allSatisfy { $0 == "*" }
}
