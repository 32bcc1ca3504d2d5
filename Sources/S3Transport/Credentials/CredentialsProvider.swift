import S3DBCore

/// Where credentials come from.
public protocol CredentialsProvider: Sendable {
    /// Credentials that are good now; nil for requests without a signature.
    func credentials() async throws(S3DBError) -> Credentials?

    /// Says that a server calls these expired, so that the next ones are fresh.
    func refuse(_ credentials: Credentials) async
}

/// Credentials that never change.
public struct StaticCredentials: CredentialsProvider {
    private let fixed: Credentials?

    /// Always gives these; nil signs nothing, for public buckets.
    public init(_ credentials: Credentials?) {
        fixed = credentials
    }

    /// The fixed ones.
    public func credentials() async throws(S3DBError) -> Credentials? { fixed }

    /// Changes nothing.
    public func refuse(_ credentials: Credentials) async {}
}
