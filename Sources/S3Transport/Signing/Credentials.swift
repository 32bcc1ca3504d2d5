/// An access key, which never shows its secrets.
public struct Credentials: Hashable, Sendable {
    /// The key's public name.
    public var accessKeyID: String
    /// What requests are signed with.
    public var secretAccessKey: String
    /// The token of temporary credentials; nil for lasting ones.
    public var sessionToken: String?
    /// When they end, in seconds since 1970; nil for lasting ones.
    public var expirationSeconds: Int64?

    /// Makes credentials.
    public init(
        accessKeyID: String, secretAccessKey: String, sessionToken: String? = nil, expirationSeconds: Int64? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.expirationSeconds = expirationSeconds
    }
}

extension Credentials: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The last four characters of the key's name, and whether there is a token.
    public var description: String {
        "credentials …\(accessKeyID.suffix(4))\(sessionToken == nil ? "" : " with a session token")"
    }

    /// ``description``.
    public var debugDescription: String { description }

    /// Nothing to look into.
    public var customMirror: Mirror { Mirror(self, children: []) }
}
