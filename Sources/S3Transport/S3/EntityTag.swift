import NIOHTTP1
import S3DBCore

/// ETags as versions: without the quotes that headers have round them and some listings lack.
///
/// They are opaque: nothing is read from one. Source: RFC 9110, section 8.8.3.
enum EntityTag {
    /// The version that a header or a listing names.
    static func version(_ text: String) -> VersionToken {
        let bytes = text.utf8
        guard bytes.count >= 2, bytes.first == UInt8(ascii: "\""), bytes.last == UInt8(ascii: "\"") else {
            return VersionToken(text)
        }
        return VersionToken(String(text.dropFirst().dropLast()))
    }

    /// The version that an answer's head names; nil where it names none.
    static func version(in headers: HTTPHeaders) -> VersionToken? {
        headers.first(name: "ETag").map(version)
    }

    /// A version as conditions name it.
    static func header(_ version: VersionToken) -> String {
        version.text.hasPrefix("W/") ? version.text : "\"\(version.text)\""
    }
}

extension WriteCondition {
    /// The header fields that ask for it.
    var headers: [(String, String)] {
        switch self {
        case .none: []
        case .absent: [("If-None-Match", "*")]
        case .version(let version): [("If-Match", EntityTag.header(version))]
        }
    }
}
