import S3DBCore

/// The events of a queue that a bucket's notifications go to.
public struct QueueEventSource: EventSource {
    /// The queue.
    public let queue: any WorkQueue
    /// How long a delivery is kept from others, from its arrival and from each time that it is kept alive.
    public let visibility: Duration

    private let decoder = EventDecoder()

    /// Names a queue.
    ///
    /// - Parameter visibility: Longer than the pauses between calls of ``keepAlive(_:)``, by far; 12 hours at most.
    public init(_ queue: any WorkQueue, visibility: Duration = .seconds(120)) {
        self.queue = queue
        self.visibility = visibility
    }

    /// The queue's name.
    public var description: String { queue.description }

    /// The events of up to ten messages; a message that cannot be read is among them with its error. One call waits
    /// 20 seconds at most.
    public func next(wait: Duration) async throws(S3DBError) -> [EventDelivery] {
        let wait = min(max(wait, QueueRules.waits.lowerBound), QueueRules.waits.upperBound)
        let messages = try await queue.receive(
            limit: QueueRules.receiveLimits.upperBound, wait: wait, visibility: visibility)
        return messages.map { message in
            EventDelivery(
                message: message, events: Result { () throws(S3DBError) in try decoder.decode(message.body) })
        }
    }

    /// Deletes the message.
    public func acknowledge(_ delivery: EventDelivery) async throws(S3DBError) {
        try await queue.delete(delivery.message)
    }

    /// Hides the message from others for ``visibility`` from now on.
    public func keepAlive(_ delivery: EventDelivery) async throws(S3DBError) {
        try await queue.setVisibility(of: delivery.message, to: visibility)
    }

    /// Returns the message at once.
    public func release(_ delivery: EventDelivery) async throws(S3DBError) {
        try await queue.setVisibility(of: delivery.message, to: .zero)
    }

    /// Moves the message to the queue's dead-letter queue.
    ///
    /// - Throws: ``S3DBError/Code/unsupported`` where the queue has none.
    public func reject(_ delivery: EventDelivery, reason: QueueMessage.Reason) async throws(S3DBError) {
        try await queue.bury(delivery.message, reason: reason)
    }
}
