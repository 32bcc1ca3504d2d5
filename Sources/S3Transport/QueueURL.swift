import S3DBCore

/// Where a queue is, as people write it: a queue of SQS or a directory.
///
///     sqs:jobs                                                    a queue of SQS by its name
///     https://sqs.eu-west-1.amazonaws.com/123456789012/jobs       by its URL, also with sqs: before it
///     queues/jobs                                                 a directory, from the current one
///     file:///var/queues/jobs                                     a directory, percent-encoded
public enum QueueURL: Hashable, Sendable {
    /// A queue of SQS.
    case sqs(SQSAddress)
    /// A directory by its absolute path, without a slash at its end.
    case directory(path: String)

    /// Reads a URL or path.
    ///
    /// - Throws: ``S3DBError/Code/invalidKey`` that says what is wrong, ``S3DBError/Code/unsupported`` for a FIFO queue.
    public init(_ text: String) throws(S3DBError) {
        let scheme = text.prefix { $0 != ":" }
        switch scheme.count == text.count ? "" : scheme.lowercased() {
        case "sqs": self = .sqs(try SQSAddress(String(text.dropFirst(4))))
        case "http", "https": self = .sqs(try SQSAddress(text))
        default:
            guard case .directory(let path) = try StoreURL(text) else {
                throw S3DBError(
                    .invalidKey, "a bucket is no queue",
                    remedy: "Write sqs:name, the URL of a queue of SQS, or the path of a directory")
            }
            self = .directory(path: path)
        }
    }

    /// The queue that is there.
    ///
    /// - Parameters:
    ///   - configuration: How SQS is reached.
    ///   - maximumReceiveCount: How often a directory's message is received before it is buried; SQS has that in the
    ///     queue's redrive policy.
    public func resolve(
        _ configuration: SQSConfiguration = SQSConfiguration(), maximumReceiveCount: Int? = 5
    ) async throws(S3DBError) -> any WorkQueue {
        switch self {
        case .sqs(let address): return try await SQSQueue(address, configuration)
        case .directory(let path): return try DirectoryQueue(root: path, maximumReceiveCount: maximumReceiveCount)
        }
    }
}

extension QueueURL: CustomStringConvertible {
    /// The URL, `sqs:` and the name, or the directory's path with a slash at its end.
    public var description: String {
        switch self {
        case .sqs(.name(let name)): "sqs:\(name)"
        case .sqs(.url(let url)): url
        case .directory(let path): path == "/" ? path : path + "/"
        }
    }
}
