import Synchronization

/// The files that land in a directory and go from it, as a bucket's notifications would tell them.
///
/// A file counts when it is closed after writing, moved in or linked in, and when it is removed or moved away, in the
/// directory and those in it, also in ones that are made later. Files that stand when the watch begins are no events:
/// list them after that, as with a bucket.
///
/// Changes of one file that are not handed out yet are one event. Events that the system could not keep are made up
/// for by a scan for files that changed since; what was removed meanwhile is not told then, nor are the files of a
/// directory that is moved out of the tree.
///
/// Left out are symbolic links, which are not followed, and `.s3db-uploads` at any depth; files and directories
/// whose names are no parts of an ``ObjectKey`` are counted in ``skippedNameCount``.
///
/// Events are in memory: one that is not acknowledged when the process ends is found by the next listing.
public final class DirectoryWatcher: EventSource {
    /// How changes are noticed.
    public enum Method: Hashable, Sendable {
        /// The system tells them (inotify): at once, at the price of one watch a directory. Network file systems tell
        /// only what this machine changes.
        case notifications
        /// The directory is read again and again: everywhere, at the price of a look at each file and of memory for
        /// it. A file counts when two readings find it the same.
        case polling(every: Duration)

        /// Notifications where the system has them, otherwise polling each second.
        public static var standard: Method {
            #if os(Linux)
            .notifications
            #else
            .polling(every: .seconds(1))
            #endif
        }
    }

    /// The directory's absolute path.
    public let root: String

    /// How many deliveries one call gives at most.
    public static let deliveryLimit = 100
    /// How many rejected deliveries are kept, the latest.
    public static let rejectedLimit = 1000

    private let state: Mutex<State>

    private struct State {
        var changes: any DirectoryChanges
        var pending: PendingEvents
        var inHand: [String: (event: ObjectEvent, receiveCount: Int)] = [:]
        var rejected: [BuriedMessage] = []
        var lastNumber = 0
    }

    /// Begins to watch a directory, which must be there. Blocks the thread while the directories in it are read.
    ///
    /// - Throws: ``S3DBError/Code/notFound`` where there is no directory, ``S3DBError/Code/limitExceeded`` where the
    ///   system has no watches left, ``S3DBError/Code/unsupported`` for notifications where it has none.
    public init(root: String, method: Method = .standard) throws(S3DBError) {
        let root = try FileTree.absolute(root)
        self.root = root
        var pending = PendingEvents(root: root)
        let changes: any DirectoryChanges
        switch method {
        case .polling(let interval): changes = try PolledChanges(root: root, interval: interval, &pending)
        case .notifications:
            #if os(Linux)
            changes = try NotifiedChanges(root: root, &pending)
            #else
            throw S3DBError(
                .unsupported, "this system does not tell the changes of a directory", remedy: "Watch it by polling",
                at: .init(key: root))
            #endif
        }
        state = Mutex(State(changes: changes, pending: pending))
    }

    /// The directory's path with a slash at its end.
    public var description: String { root == "/" ? root : root + "/" }

    /// How many names were left out that no key can have.
    public var skippedNameCount: Int { state.withLock { $0.pending.skippedNameCount } }

    /// What was rejected, the latest ``rejectedLimit``, the oldest first.
    public var rejected: [BuriedMessage] { state.withLock { $0.rejected } }

    /// The next events, each in a delivery of its own.
    ///
    /// - Throws: ``S3DBError/Code/notFound`` once the directory is gone, ``S3DBError/Code/limitExceeded`` when a new
    ///   directory cannot be watched, which is tried again by the next call. Events that are there come first.
    public func next(wait: Duration) async throws(S3DBError) -> [EventDelivery] {
        try await LongPoll.elements(within: wait) { () throws(S3DBError) in
            try state.withLock { (state) throws(S3DBError) in try Self.next(&state) }
        }
    }

    private static func next(_ state: inout State) throws(S3DBError) -> [EventDelivery] {
        var failure: S3DBError?
        do throws(S3DBError) {
            try state.changes.collect(into: &state.pending)
            try state.pending.settle()
        } catch {
            failure = error
        }
        var deliveries: [EventDelivery] = []
        while deliveries.count < deliveryLimit, let (event, attemptCount) = state.pending.popFirst() {
            state.lastNumber += 1
            let id = String(state.lastNumber)
            state.inHand[id] = (event, attemptCount + 1)
            let message = QueueMessage(
                id: id, receipt: id, body: body(of: event), receiveCount: attemptCount + 1,
                sentMilliseconds: event.milliseconds)
            deliveries.append(EventDelivery(message: message, events: .success([event])))
        }
        if deliveries.isEmpty, let failure { throw failure }
        return deliveries
    }

    /// `{"event":"written","key":"a/b"}`.
    private static func body(of event: ObjectEvent) -> String {
        let kind: JSONValue = event.kind == .written ? "written" : "removed"
        return (["event": kind, "key": .string(event.key.text)] as JSONValue).serialized()
    }

    /// Forgets a delivery.
    public func acknowledge(_ delivery: EventDelivery) async throws(S3DBError) {
        state.withLock { $0.inHand[delivery.message.receipt] = nil }
    }

    /// Does nothing for a delivery in hand: nobody else gets it.
    ///
    /// - Throws: ``S3DBError/Code/notFound`` for one that is not in hand.
    public func keepAlive(_ delivery: EventDelivery) async throws(S3DBError) {
        let isInHand = state.withLock { $0.inHand[delivery.message.receipt] != nil }
        if !isInHand { throw QueueRules.notInHand(delivery.message) }
    }

    /// Gives a delivery back, unless its file has changed again meanwhile.
    public func release(_ delivery: EventDelivery) async throws(S3DBError) {
        try state.withLock { (state) throws(S3DBError) in
            let (event, receiveCount) = try Self.take(delivery, from: &state)
            state.pending.putBack(event, attemptCount: receiveCount)
        }
    }

    /// Moves a delivery to ``rejected``.
    public func reject(_ delivery: EventDelivery, reason: QueueMessage.Reason) async throws(S3DBError) {
        try state.withLock { (state) throws(S3DBError) in
            let (event, receiveCount) = try Self.take(delivery, from: &state)
            if state.rejected.count == Self.rejectedLimit { state.rejected.removeFirst() }
            state.rejected.append(
                BuriedMessage(body: Self.body(of: event), reason: reason, attemptCount: receiveCount))
        }
    }

    private static func take(
        _ delivery: EventDelivery, from state: inout State
    ) throws(S3DBError) -> (event: ObjectEvent, receiveCount: Int) {
        guard let held = state.inHand.removeValue(forKey: delivery.message.receipt) else {
            throw QueueRules.notInHand(delivery.message)
        }
        return held
    }
}

/// What notices changes in a directory.
protocol DirectoryChanges {
    /// Adds what has changed since the last call, as far as there is room.
    ///
    /// - Throws: What stands in the way; the next call goes on where this one stopped.
    mutating func collect(into pending: inout PendingEvents) throws(S3DBError)
}
