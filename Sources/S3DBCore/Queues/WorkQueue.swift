/// A queue that hands each message to one worker at a time, and again where that worker does not finish: SQS, or a
/// directory.
///
/// Delivery is at least once and in no order. A received message is invisible to others until its visibility timeout
/// ends; who works longer extends it, who is done deletes it, who cannot do it returns it. A message that was received
/// ``maximumReceiveCount`` times goes to the dead-letter queue when its timeout ends once more.
public protocol WorkQueue: Sendable {
    /// The queue's name for people, without anything secret.
    var description: String { get }

    /// The largest body of a message, in bytes of UTF-8.
    var maximumBodyByteCount: Int { get }

    /// How often a message is received before it goes to the dead-letter queue; nil where the queue has none.
    func maximumReceiveCount() async throws(S3DBError) -> Int?

    /// Adds messages, in batches of any number.
    ///
    /// - Throws: ``S3DBError/Code/limitExceeded`` for a body that is too large, before anything is sent. After any
    ///   other failure some may have been added.
    func send(_ bodies: [String]) async throws(S3DBError)

    /// Takes up to `limit` (1 to 10) messages, and waits up to `wait` (20 s at most) for the first.
    ///
    /// - Parameter visibility: How long they are hidden from others.
    func receive(limit: Int, wait: Duration, visibility: Duration) async throws(S3DBError) -> [QueueMessage]

    /// Removes a message that was received. One whose visibility ended may come again in spite of it.
    func delete(_ message: QueueMessage) async throws(S3DBError)

    /// Hides a message for `visibility` from now on; zero returns it at once.
    ///
    /// - Throws: ``S3DBError/Code/notFound`` when the message is no longer this receiver's.
    func setVisibility(of message: QueueMessage, to visibility: Duration) async throws(S3DBError)

    /// Moves a message that was received to the dead-letter queue, with the reason.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` where the queue has no dead-letter queue.
    func bury(_ message: QueueMessage, reason: QueueMessage.Reason) async throws(S3DBError)

    /// The messages of the dead-letter queue, in no order; they stay there. At most `limit`.
    func buried(limit: Int) async throws(S3DBError) -> [BuriedMessage]

    /// Moves the dead-letter queue's messages back; returns how many.
    func redrive() async throws(S3DBError) -> Int

    /// How many messages wait and are in hand (both may be approximate), and the age of the oldest that waits, where
    /// the queue can tell.
    func depth() async throws(S3DBError) -> QueueDepth
}

/// A message as it was received.
public struct QueueMessage: Hashable, Sendable {
    /// The queue's name for the message; the same at each delivery.
    public var id: String
    /// What this delivery is known by.
    public var receipt: String
    /// The content.
    public var body: String
    /// How often it was received, this time included.
    public var receiveCount: Int
    /// When it was sent, in milliseconds since 1970; nil where the queue does not say.
    public var sentMilliseconds: Int64?

    /// Makes a message.
    public init(id: String, receipt: String, body: String, receiveCount: Int, sentMilliseconds: Int64? = nil) {
        self.id = id
        self.receipt = receipt
        self.body = body
        self.receiveCount = receiveCount
        self.sentMilliseconds = sentMilliseconds
    }

    /// Why a message was buried.
    public struct Reason: Hashable, Sendable {
        /// The error's code.
        public var code: String
        /// The error in words, without anything secret.
        public var message: String

        /// Makes a reason.
        public init(code: String, message: String) {
            self.code = code
            self.message = message
        }
    }
}

/// A message of the dead-letter queue.
public struct BuriedMessage: Hashable, Sendable {
    /// The content.
    public var body: String
    /// Why it is there; nil where the queue moved it after too many deliveries.
    public var reason: QueueMessage.Reason?
    /// How often it was received before.
    public var attemptCount: Int

    /// Makes a message.
    public init(body: String, reason: QueueMessage.Reason?, attemptCount: Int) {
        self.body = body
        self.reason = reason
        self.attemptCount = attemptCount
    }
}

/// How much is in a queue.
public struct QueueDepth: Hashable, Sendable {
    /// Messages that can be received.
    public var waitingCount: Int
    /// Messages that someone works on.
    public var inHandCount: Int
    /// The age of the oldest that waits, in seconds.
    public var oldestSeconds: Double?

    /// Makes a depth.
    public init(waitingCount: Int, inHandCount: Int, oldestSeconds: Double? = nil) {
        self.waitingCount = waitingCount
        self.inHandCount = inHandCount
        self.oldestSeconds = oldestSeconds
    }
}
