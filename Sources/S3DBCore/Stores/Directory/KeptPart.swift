/// What a part of an upload to a directory is made of, as its token says.
///
/// A part that was sent is a file. One that was copied is a second name of the file that it is copied from, and a range
/// of that: its bytes are copied once, when the parts are joined. Objects are replaced by other files and never written
/// to, so that the name keeps the bytes.
struct KeptPart: Hashable {
    /// The version of the file that has the part's name.
    let version: VersionToken
    /// The part's bytes in that file; nil for all of them.
    let range: Range<Int>?

    init(version: VersionToken, range: Range<Int>?) {
        self.version = version
        self.range = range
    }

    /// Reads a token; nil for what is none.
    init?(token: String) {
        let words = token.split(separator: " ", omittingEmptySubsequences: false)
        guard let first = words.first, words.count <= 2 else { return nil }
        version = VersionToken(String(first))
        guard words.count == 2 else {
            range = nil
            return
        }
        let ends = words[1].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let start = ends[0], let end = ends[1], 0 <= start, start < end else { return nil }
        range = start..<end
    }

    /// The part's token.
    var token: String { range.map { "\(version) \($0.lowerBound)-\($0.upperBound)" } ?? version.text }
}
