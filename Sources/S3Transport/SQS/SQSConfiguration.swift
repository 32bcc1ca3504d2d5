import Logging
import S3DBCore

/// How SQS is reached.
public struct SQSConfiguration: Sendable {
    /// The region; nil for the one that the queue's URL names.
    public var region: String?
    /// The server, where it is not AWS's own or the one of the queue's URL.
    public var endpoint: HTTPEndpoint?
    /// What requests are signed with.
    public var credentials: any CredentialsProvider
    /// How often and when requests are tried again.
    public var retries = RetryPolicy()
    /// The way to the network.
    public var exchange: any HTTPExchange
    /// Told about requests, without anything secret.
    public var logger: Logger

    /// Makes a configuration for AWS or, with an endpoint, for another server.
    public init(
        region: String? = nil, endpoint: HTTPEndpoint? = nil, credentials: any CredentialsProvider = CredentialsChain(),
        exchange: any HTTPExchange = HTTPClientExchange.shared, logger: Logger = Logger(label: "s3db.sqs")
    ) {
        self.region = region
        self.endpoint = endpoint
        self.credentials = credentials
        self.exchange = exchange
        self.logger = logger
    }
}
