import S3DBCore

/// What a listener may use, and how often it looks at what.
public struct LiveListenerConfiguration: Sendable {
    /// What the work may use; as many partitions are converted at a time as there are workers in it.
    public var limits: EngineLimits
    /// How long one call waits for events.
    public var eventWait: Duration
    /// How often the document of jobs is looked at.
    public var jobsInterval: Duration
    /// How often everything is compared, to find what events did not tell.
    public var reconcileInterval: Duration
    /// How often deliveries in hand are kept from others; well below the queue's visibility timeout.
    public var keepAliveInterval: Duration
    /// The most deliveries in hand at a time; when they are reached, partitions that wait for further events are not
    /// waited with any longer.
    public var deliveryLimit: Int
    /// The most partitions that wait before no further events are taken.
    public var pendingLimit: Int
    /// How often a conversion that may succeed later is tried before its deliveries are given back.
    public var attemptLimit: Int
    /// After how many deliveries events that keep failing are rejected.
    public var receiveLimit: Int
    /// How long work in hand may go on once the listener is asked to stop; what is not done by then is given back.
    ///
    /// Together with ``eventWait`` it stays below the 30 s that hosts usually give.
    public var gracePeriod: Duration
    /// Whether the listener ends when everything was compared once and no event is left.
    public var drains: Bool

    /// Makes a configuration.
    public init(
        limits: EngineLimits = EngineLimits(), eventWait: Duration = .seconds(5),
        jobsInterval: Duration = .seconds(2), reconcileInterval: Duration = .seconds(3600),
        keepAliveInterval: Duration = .seconds(10), deliveryLimit: Int = 1000,
        pendingLimit: Int = 10_000, attemptLimit: Int = 5, receiveLimit: Int = 5,
        gracePeriod: Duration = .seconds(20), drains: Bool = false
    ) {
        self.limits = limits
        self.eventWait = eventWait
        self.jobsInterval = jobsInterval
        self.reconcileInterval = reconcileInterval
        self.keepAliveInterval = keepAliveInterval
        self.deliveryLimit = deliveryLimit
        self.pendingLimit = pendingLimit
        self.attemptLimit = attemptLimit
        self.receiveLimit = receiveLimit
        self.gracePeriod = gracePeriod
        self.drains = drains
    }
}
