import S3DBCore

/// What an `http` or `https` URL names: an endpoint, and the path and query there.
struct HTTPLocation: Sendable {
    var endpoint: HTTPEndpoint
    /// As it is sent: percent-encoded, with a slash at its start.
    var path: String
    /// Names and values, decoded.
    var query: [(name: String, value: String)]

    /// Reads a URL; nil for one of another scheme, with user or password, with a fragment, without a host, or with what
    /// no URL has, such as spaces.
    ///
    /// Source: RFC 3986, sections 3.1 to 3.4.
    init?(_ text: String) {
        guard text.utf8.allSatisfy({ (0x21...0x7E).contains($0) }), !text.contains("#") else { return nil }
        let isSecure: Bool
        let rest: Substring
        switch text.prefix(while: { $0 != ":" }).lowercased() {
        case "https": (isSecure, rest) = (true, text.dropFirst(5))
        case "http": (isSecure, rest) = (false, text.dropFirst(4))
        default: return nil
        }
        guard rest.hasPrefix("://") else { return nil }
        let behind = rest.dropFirst(3)
        let authority = behind.prefix { $0 != "/" && $0 != "?" }
        guard let endpoint = HTTPEndpoint(isSecure: isSecure, authority: authority) else { return nil }
        self.endpoint = endpoint
        let target = behind.dropFirst(authority.count)
        let path = target.prefix { $0 != "?" }
        self.path = path.isEmpty ? "/" : String(path)
        query = []
        for pair in target.dropFirst(path.count).dropFirst().split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let name = parts[0].percentDecoded(), let value = (parts.count == 2 ? parts[1] : "").percentDecoded()
            else { return nil }
            query.append((name, value))
        }
    }
}

extension HTTPEndpoint {
    /// Reads `https://host:port`, with nothing behind it but a slash; nil for anything else.
    public init?(_ url: String) {
        guard let location = HTTPLocation(url), location.path == "/", location.query.isEmpty else { return nil }
        self = location.endpoint
    }

    /// `host`, `host:port` or `[address]:port`.
    fileprivate init?(isSecure: Bool, authority: Substring) {
        var rest = authority
        let host: Substring
        if rest.first == "[" {
            host = rest.dropFirst().prefix { $0 != "]" }
            rest = rest.dropFirst(host.count + 1)
            guard rest.popFirst() == "]", host.allSatisfy({ $0.isHexDigit || $0 == ":" || $0 == "." }) else {
                return nil
            }
        } else {
            host = rest.prefix { $0 != ":" }
            rest = rest.dropFirst(host.count)
            guard host.utf8.allSatisfy(Self.isHostByte) else { return nil }
        }
        guard !host.isEmpty else { return nil }
        var port: Int?
        if let colon = rest.popFirst() {
            guard colon == ":" else { return nil }
            if !rest.isEmpty {
                guard let number = UInt16(rest), number > 0 else { return nil }
                port = Int(number)
            }
        }
        self.init(isSecure: isSecure, host: host.lowercased(), port: port)
    }

    private static func isHostByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"):
            true
        default: false
        }
    }

    /// AWS's own server of a service in a region.
    static func aws(_ service: String, region: String) -> HTTPEndpoint {
        HTTPEndpoint(host: "\(service).\(region).\(region.hasPrefix("cn-") ? "amazonaws.com.cn" : "amazonaws.com")")
    }
}
