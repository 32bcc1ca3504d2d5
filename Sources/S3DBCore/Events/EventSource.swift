/// Where events come from: a queue that a bucket's notifications go to, or a watched directory.
public protocol EventSource: Sendable {
    /// The source's name for people, without anything secret.
    var description: String { get }

    /// The next deliveries; waits up to `wait` for the first. Empty where none came.
    func next(wait: Duration) async throws(S3DBError) -> [EventDelivery]

    /// Says that a delivery is done with: what followed from it is durable.
    func acknowledge(_ delivery: EventDelivery) async throws(S3DBError)

    /// Keeps a delivery from others for some time more. To be called again and again while its work goes on.
    func keepAlive(_ delivery: EventDelivery) async throws(S3DBError)

    /// Gives a delivery back undone, so that it comes again soon.
    func release(_ delivery: EventDelivery) async throws(S3DBError)

    /// Puts a delivery that nobody can use where a person can look at it.
    func reject(_ delivery: EventDelivery, reason: QueueMessage.Reason) async throws(S3DBError)
}

/// What arrived at once: the events of one message, or why they cannot be read.
public struct EventDelivery: Sendable {
    /// The message that they came in.
    public var message: QueueMessage
    /// The events, none for a message that carries none, such as `s3:TestEvent`; or what is wrong with the message.
    public var events: Result<[ObjectEvent], S3DBError>

    /// Makes a delivery.
    public init(message: QueueMessage, events: Result<[ObjectEvent], S3DBError>) {
        self.message = message
        self.events = events
    }
}
