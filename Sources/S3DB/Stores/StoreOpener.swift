import S3DBCore
import S3Transport

/// How a service opens the stores that configurations and live jobs name by URL.
///
/// The caller passes it, so that credentials, regions and endpoints stay with the caller, and so that tests can give
/// stores in memory.
public struct StoreOpener: Sendable {
    private let body: @Sendable (StoreURL) async throws(S3DBError) -> any ObjectStore

    /// Makes an opener.
    public init(_ body: @escaping @Sendable (StoreURL) async throws(S3DBError) -> any ObjectStore) {
        self.body = body
    }

    /// Opens each store as ``StoreURL/resolve()`` does.
    public static let standard = StoreOpener { (url) throws(S3DBError) in try url.resolve() }

    /// The store at a URL.
    public func open(_ url: StoreURL) async throws(S3DBError) -> any ObjectStore {
        try await body(url)
    }
}
