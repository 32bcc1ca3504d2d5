import Logging
import S3DBCore

/// How stores of S3 are reached: what a URL does not say.
///
/// One value may open any number of stores, which then share connections and credentials.
public struct S3Access: Sendable {
    /// Region, endpoint, write options, retries.
    public var configuration: S3Configuration
    /// What requests are signed with.
    public var credentials: any CredentialsProvider
    /// The way to the network; a host that has an exchange of its own passes it and shuts it down itself.
    public var exchange: any HTTPExchange
    /// Where each attempt is logged, at level debug.
    public var logger: Logger

    /// Makes a value; without an exchange the process's shared one is used.
    public init(
        configuration: S3Configuration = S3Configuration(), credentials: any CredentialsProvider,
        exchange: any HTTPExchange = HTTPClientExchange.shared,
        logger: Logger = Logger(label: "s3db.s3") { _ in SwiftLogNoOpLogHandler() }
    ) {
        self.configuration = configuration
        self.credentials = credentials
        self.exchange = exchange
        self.logger = logger
    }

    /// The requests of one bucket.
    public func client(bucket: String) -> S3Client {
        S3Client(
            bucket: bucket, configuration: configuration, credentials: credentials, exchange: exchange, logger: logger)
    }
}
