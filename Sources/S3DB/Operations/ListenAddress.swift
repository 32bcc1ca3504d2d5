import S3DBCore

/// Where a server listens: `127.0.0.1:9090`, `[::1]:9090`, or `:9090` for all addresses.
public struct ListenAddress: Hashable, Sendable, CustomStringConvertible {
    /// The host's name or address.
    public let host: String
    /// The port; 0 for one that the system chooses.
    public let port: Int

    /// Reads an address.
    ///
    /// - Throws: ``S3DBError/Code/invalidArgument``.
    public init(_ text: String) throws(S3DBError) {
        let colon = text.lastIndex(of: ":")
        let digits = colon.map { text[text.index(after: $0)...] } ?? ""
        guard let colon, let port = UInt16(digits), digits.utf8.allSatisfy({ $0 != UInt8(ascii: "+") }) else {
            throw S3DBError(
                .invalidArgument, "\(S3DBError.quoted(text)) is no address to listen at",
                remedy: "Write HOST:PORT, such as 127.0.0.1:9090")
        }
        var host = text[..<colon]
        if host.hasPrefix("["), host.hasSuffix("]") { host = host.dropFirst().dropLast() }
        self.host = host.isEmpty ? "0.0.0.0" : String(host)
        self.port = Int(port)
    }

    /// The address as it is written.
    public var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
