import S3DBCore

/// How often a live job updates a partition for which events keep coming.
///
///     event    1   2 3            4       5 6 7 8 9 ...
///     update          |--settle--|A        |--interval--|B
///
/// An update begins once no event has come for ``settle``, ``interval`` after the update before it at the earliest, and
/// ``staleness`` after the first event that it is for at the latest. What comes meanwhile is one update. It holds within
/// one listener: several keep a pace each.
public struct LivePacing: Hashable, Sendable {
    /// How long a partition waits for further events, in whole seconds.
    public var settle: Duration
    /// How far apart two updates of a partition begin at least, in whole seconds.
    public var interval: Duration
    /// The longest that an event waits for its update to begin, in whole seconds; no less than ``settle`` and
    /// ``interval``.
    public var staleness: Duration

    /// The largest ``staleness``.
    ///
    /// Events are not acknowledged while they wait, and SQS gives nobody a message for more than 12 hours.
    public static let stalenessLimit: Duration = .seconds(6 * 3600)

    /// Every event is followed at once; an update that is under way is followed by one for all that came meanwhile.
    public static let atOnce = LivePacing(settle: .zero, interval: .zero, staleness: .zero)

    /// Makes a pace, which a job checks.
    public init(settle: Duration, interval: Duration, staleness: Duration) {
        self.settle = settle
        self.interval = interval
        self.staleness = staleness
    }

    /// Makes the pace of a job for partitions of a size, with what is named.
    ///
    /// Unless named, months and years settle for 30 s and are updated once a minute at most; hours and days, which have
    /// one source, follow at once. Nothing waits for more than 5 minutes, unless what is named is longer.
    public init(of size: PartitionSize, settle: Duration? = nil, interval: Duration? = nil, staleness: Duration? = nil)
    {
        let hasManySources = size == .month || size == .year
        self.settle = settle ?? (hasManySources ? .seconds(30) : .zero)
        self.interval = interval ?? (hasManySources ? .seconds(60) : .zero)
        self.staleness = staleness ?? max(hasManySources ? .seconds(300) : .zero, self.settle, self.interval)
    }

    /// Refuses a pace that cannot be kept.
    ///
    /// - Throws: ``S3DBError/Code/invalidSpec``.
    func check() throws(S3DBError) {
        guard settle >= .zero, interval >= .zero, staleness <= Self.stalenessLimit else {
            throw S3DBError(
                .invalidSpec, "settle, interval and staleness are no times from 0 to \(Self.stalenessLimit)",
                remedy: "Give seconds up to \(Self.stalenessLimit.components.seconds)")
        }
        guard staleness >= max(settle, interval) else {
            throw S3DBError(
                .invalidSpec,
                "events cannot be followed within \(staleness) by updates that settle for \(settle) and begin "
                    + "\(interval) apart",
                remedy: "Make staleness at least as long as settle and interval")
        }
    }

    /// When the update that an event joins may begin.
    ///
    /// - Parameters:
    ///   - time: When the event came.
    ///   - first: When the first event that the update is for came.
    ///   - rest: When the partition may be updated again; nil for at once.
    func start(
        forEventAt time: ContinuousClock.Instant, first: ContinuousClock.Instant, rest: ContinuousClock.Instant?
    ) -> ContinuousClock.Instant {
        min(max(time + settle, rest ?? time), first + staleness)
    }
}
