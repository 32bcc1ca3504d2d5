import S3DBCore
import S3Transport

/// What a worker may touch and use, and how it treats its queue.
public struct WorkerConfiguration: Sendable {
    /// Where sources are read. A message that names another place is refused, but for one within this.
    public var source: StoreURL
    /// What stands there; nil for what messages say. A message that says otherwise is refused.
    public var sourceFormat: SourceFormat?
    /// Where outputs are written. A message that names another place is refused, but for one within this.
    public var destination: StoreURL
    /// What the work may use; as many messages are in hand at a time as there are workers in it.
    public var limits: EngineLimits
    /// How long a message is hidden from others at a time; extended at thirds of it for as long as the work goes on.
    public var visibility: Duration
    /// How long one call waits for messages.
    public var receiveWait: Duration
    /// After how many deliveries a message that keeps failing is buried.
    public var attemptLimit: Int
    /// How long work in hand may go on once the worker is asked to stop; what is not done by then is returned.
    ///
    /// Together with ``receiveWait`` it stays below the 30 s that hosts usually give.
    public var gracePeriod: Duration
    /// Whether the worker ends when the queue is empty: nothing waits and nobody has anything in hand.
    public var drains: Bool

    /// Makes a configuration.
    public init(
        source: StoreURL, sourceFormat: SourceFormat? = nil, destination: StoreURL,
        limits: EngineLimits = EngineLimits(), visibility: Duration = .seconds(60),
        receiveWait: Duration = .seconds(10), attemptLimit: Int = 5,
        gracePeriod: Duration = .seconds(15), drains: Bool = false
    ) {
        self.source = source
        self.sourceFormat = sourceFormat
        self.destination = destination
        self.limits = limits
        self.visibility = visibility
        self.receiveWait = receiveWait
        self.attemptLimit = attemptLimit
        self.gracePeriod = gracePeriod
        self.drains = drains
    }
}
