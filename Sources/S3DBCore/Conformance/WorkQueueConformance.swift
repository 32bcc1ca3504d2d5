/// Checks that a queue keeps the contract of ``WorkQueue``, whatever it is built on.
///
///     try await WorkQueueConformance { try DirectoryQueue(root: "queues/\(UInt64.random(in: 0...UInt64.max))") }.run()
///
/// Every check gets a queue of its own, so `makeQueue` must give an empty one each time, with one and the same
/// ``WorkQueue/maximumReceiveCount()``: 3 at least, and few, which keeps the checks quick. A queue without dead-letter
/// queue is checked to refuse what needs one.
///
/// Nothing is expected sooner than ``Timing/patience`` allows, so that a busy machine fails no check.
public struct WorkQueueConformance: Sendable {
    /// How long the checks hide and wait.
    public struct Timing: Sendable {
        /// The shortest visibility timeout that the queue knows, which checks let end; SQS's is a second.
        public var shortestVisibility: Duration
        /// How long a check waits for what must come, before it fails.
        public var patience: Duration
        /// The largest number of messages that a check sends.
        public var messageCount: Int

        /// Makes a timing. The default is for queues without a network.
        public init(
            shortestVisibility: Duration = .milliseconds(200), patience: Duration = .seconds(60),
            messageCount: Int = 300
        ) {
            self.shortestVisibility = shortestVisibility
            self.patience = patience
            self.messageCount = messageCount
        }
    }

    private let timing: Timing
    private let makeQueue: @Sendable () async throws(S3DBError) -> any WorkQueue

    /// Takes what makes empty queues.
    public init(
        timing: Timing = Timing(), _ makeQueue: @escaping @Sendable () async throws(S3DBError) -> any WorkQueue
    ) {
        self.timing = timing
        self.makeQueue = makeQueue
    }

    /// Runs all checks, one after the other.
    ///
    /// - Throws: ``S3DBError/Code/queueContractBroken`` that names every check that failed, and
    ///   ``S3DBError/Code/invalidArgument`` for a queue that buries after fewer than 3 deliveries.
    public func run() async throws(S3DBError) {
        if let most = try await makeQueue().maximumReceiveCount(), most < 3 {
            throw S3DBError(
                .invalidArgument, "the queue buries messages after \(most) deliveries",
                remedy: "Check it with a maximum receive count of 3 or more")
        }
        try await ContractCheck.run(Self.checks) { () throws(S3DBError) in
            QueueUnderTest(queue: try await makeQueue(), timing: timing)
        }
    }

    typealias Check = ContractCheck<QueueUnderTest>

    static var checks: [Check] { deliveryChecks + visibilityChecks + deadLetterChecks + concurrencyChecks }
}

extension S3DBError.Code {
    /// A queue does not keep the contract of ``WorkQueue``.
    public static let queueContractBroken = Self(rawValue: "queue-contract-broken")
}
