extension Sequence<String> {
    /// The name that takes the fewest edits to become `text`, to suggest in place of an unknown one; nil when there
    /// are no names.
    ///
    /// Names that begin with `text`, or that it begins with, go first. O(names × length²).
    public func nearest(to text: String) -> String? {
        let wanted = Array(text.lowercased().unicodeScalars)
        let ranked = map { name in
            let letters = Array(name.lowercased().unicodeScalars)
            let shared = zip(letters, wanted).prefix { $0 == $1 }.count
            let isPrefix = shared > 0 && shared == Swift.min(letters.count, wanted.count)
            return (name: name, isPrefix: isPrefix, edits: editDistance(letters, wanted))
        }
        return ranked.min { a, b in
            a.isPrefix != b.isPrefix ? a.isPrefix : a.edits < b.edits
        }?.name
    }
}

/// The insertions, deletions and replacements that make `a` into `b` (Levenshtein distance).
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
    var row = Array(0...b.count)
    for (i, letter) in a.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, other) in b.enumerated() {
            let replaced = diagonal + (letter == other ? 0 : 1)
            diagonal = row[j + 1]
            row[j + 1] = min(replaced, diagonal + 1, row[j] + 1)
        }
    }
    return row[b.count]
}
