/// What a part of an upload to a directory is made of, as its token says.
///
/// A part that was sent is a file, or stands in its place in the file that the upload becomes; then the file with its name
/// is empty. One that was copied is a second name of the file that it is copied from, and a range of that: its bytes are
/// copied once, when the parts are joined. Objects are replaced by other files and never written to, so that the name
/// keeps the bytes.
struct KeptPart: Hashable {
    /// The name of the file in which parts stand in place.
    static let wholeName = "whole"

    /// The version of the file that has the part's name.
    let version: VersionToken
    /// The part's bytes in its file; nil for all of them.
    let range: Range<Int>?
    /// Whether that is the file in which parts stand in place.
    let isInPlace: Bool

    init(version: VersionToken, range: Range<Int>?, isInPlace: Bool = false) {
        self.version = version
        self.range = range
        self.isInPlace = isInPlace
    }

    /// Reads a token; nil for what is none.
    init?(token: String) {
        var words = token.split(separator: " ", omittingEmptySubsequences: false)
        guard let first = words.first, words.count <= 3 else { return nil }
        version = VersionToken(String(first))
        isInPlace = words.count == 3
        if isInPlace, words.removeLast() != Self.wholeName { return nil }
        guard words.count == 2 else {
            range = nil
            return
        }
        let ends = words[1].split(separator: "-", omittingEmptySubsequences: false).map { Int($0) }
        guard ends.count == 2, let start = ends[0], let end = ends[1], 0 <= start, start < end else { return nil }
        range = start..<end
    }

    /// The part's token.
    var token: String {
        guard let range else { return version.text }
        return "\(version) \(range.lowerBound)-\(range.upperBound)" + (isInPlace ? " \(Self.wholeName)" : "")
    }

    /// The name of the file that has the bytes of a part of this number.
    func fileName(_ number: Int) -> String { isInPlace ? Self.wholeName : "\(number)" }
}
