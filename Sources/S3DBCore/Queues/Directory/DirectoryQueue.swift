#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif
import Synchronization

/// A durable queue in a directory, safe for any number of processes at once and for their sudden end.
///
///     <root>/unsent/<id>                      a message that is being written
///     <root>/waiting/<folder>/<id>.<count>    one that can be received, and how often it was
///     <root>/in-hand/<deadline>/<id>.<count>  one that someone works on, by when it comes back
///     <root>/dead/<folder>/<id>.<count>       one that was buried
///
/// A message is one file, and everything that happens to it is one rename: a process that is killed has done it or
/// not. A message was sent once its bytes and its name are on the device. There is no lock, and nothing to repair:
/// what was in the hand of a killed process comes back at its deadline, what it was writing is removed an hour later.
///
/// Folders hold a 4,096th of the messages each, so that a receiver reads few names however long the queue is; deadlines
/// are rounded up to tenths of a second. Deadlines follow the system's clock, which all processes must share. The
/// directory must lie in one file system with atomic renames. System calls block the calling thread, a message at a
/// time.
public final class DirectoryQueue: WorkQueue {
    /// The directory's absolute path.
    public let root: String

    /// The largest body of a message, in bytes of UTF-8.
    public let maximumBodyByteCount: Int

    let receiveCountLimit: Int?
    let waiting: MessageFolders
    let inHand: MessageFolders
    let dead: MessageFolders
    let candidates = Mutex(Candidates())
    let upkeep = Mutex(Upkeep())

    /// How many messages share a folder and its synchronisation when they are sent together.
    private static let sendBatchCount = 256

    /// Takes a directory, which is made by the first message.
    ///
    /// - Parameters:
    ///   - root: A path; a relative one starts at the directory that is current now.
    ///   - maximumReceiveCount: How often a message is received before it is buried; nil where it never is. All
    ///     processes should agree on it.
    ///   - maximumBodyByteCount: SQS's is 1 MiB.
    /// - Throws: ``S3DBError/Code/invalidKey`` for a path that is empty or has a zero byte.
    public init(
        root: String, maximumReceiveCount: Int? = 5, maximumBodyByteCount: Int = 1 << 20
    ) throws(S3DBError) {
        self.root = try FileTree.absolute(root)
        receiveCountLimit = maximumReceiveCount
        self.maximumBodyByteCount = maximumBodyByteCount
        waiting = MessageFolders(path: "\(self.root)/waiting")
        inHand = MessageFolders(path: "\(self.root)/in-hand")
        dead = MessageFolders(path: "\(self.root)/dead")
    }

    /// The directory's path with a slash at its end.
    public var description: String { "\(root)/" }

    /// How often a message is received before it is buried; nil where it never is.
    public func maximumReceiveCount() async throws(S3DBError) -> Int? { receiveCountLimit }

    /// Adds messages, each durable by itself; all are when the call returns.
    public func send(_ bodies: [String]) async throws(S3DBError) {
        try QueueRules.check(bodies, maximumByteCount: maximumBodyByteCount)
        for start in stride(from: 0, to: bodies.count, by: Self.sendBatchCount) {
            var written: [TimedName] = []
            do throws(S3DBError) {
                for body in bodies[start..<min(start + Self.sendBatchCount, bodies.count)] {
                    if Task.isCancelled { throw S3DBError(.cancelled, "sending was cancelled") }
                    let id = TimedName.fresh()
                    written.append(id)
                    try explained("write a message") { () throws(Errno) in try write(body, to: unsentPath(of: id)) }
                    await Task.yield()
                }
                try explained("send a message") { () throws(Errno) in try publish(written) }
            } catch {
                for id in written { try? FileTree.remove(unsentPath(of: id)) }
                throw error
            }
        }
    }

    private func write(_ body: String, to path: String) throws(Errno) {
        let file = try create(path)
        try MessageFile.content(body).withUnsafeBytes { (bytes) throws(Errno) in try file.write(bytes) }
        try file.synchronize()
    }

    private func create(_ path: String) throws(Errno) -> FileDescriptor {
        do throws(Errno) {
            return try .creating(path)
        } catch  where error.number == ENOENT {
            for directory in try FileTree.makeDirectories(FileTree.parent(of: path)) {
                try FileTree.synchronize(directory)
            }
            return try .creating(path)
        }
    }

    /// Makes written messages visible, all in the folder of the first.
    private func publish(_ ids: [TimedName]) throws(Errno) {
        guard let folder = ids.first.map({ MessageName($0).folder }) else { return }
        for id in ids {
            guard try waiting.move(unsentPath(of: id), to: folder, as: MessageName(id)) else {
                throw Errno(number: ENOENT)
            }
        }
        try waiting.synchronize(folder)
    }

    /// Takes messages, waiting for the first.
    public func receive(
        limit: Int, wait: Duration, visibility: Duration
    ) async throws(S3DBError) -> [QueueMessage] {
        try QueueRules.check(limit: limit, wait: wait, visibility: visibility)
        return try await LongPoll.elements(within: wait) { () throws(S3DBError) in
            try explained("receive messages") { () throws(Errno) in
                try keepUp()
                return try claim(limit, visibility: visibility)
            }
        }
    }

    /// Removes a message that was received, also one that waits again.
    public func delete(_ message: QueueMessage) async throws(S3DBError) {
        let receipt = try receipt(of: message)
        try explained("delete a message") { () throws(Errno) in
            guard let deadline = try find(receipt) else {
                return try FileTree.remove(waiting.path(of: receipt.name, in: receipt.name.folder))
            }
            try FileTree.remove(inHand.path(of: receipt.name, in: deadline.description))
            inHand.removeIfEmpty(deadline.description)
        }
    }

    /// Hides a message for `visibility` from now on; zero returns it at once.
    public func setVisibility(of message: QueueMessage, to visibility: Duration) async throws(S3DBError) {
        try QueueRules.check(visibility: visibility)
        let receipt = try receipt(of: message)
        let isDone = try explained("hide a message") { () throws(Errno) in
            guard let deadline = try find(receipt), !deadline.isPast else { return false }
            let file = inHand.path(of: receipt.name, in: deadline.description)
            defer { inHand.removeIfEmpty(deadline.description) }
            if visibility == .zero { return try putBack(file, receipt.name) }
            return try inHand.move(file, to: MessageDeadline(after: visibility).description, as: receipt.name)
        }
        guard isDone else { throw QueueRules.notInHand(message) }
    }

    /// How many messages wait and are in hand, as their directories are read. O(messages).
    public func depth() async throws(S3DBError) -> QueueDepth {
        try explained("count messages") { () throws(Errno) in
            var depth = QueueDepth(waitingCount: 0, inHandCount: 0)
            var oldest = Int64.max
            func addWaiting(_ messages: [MessageName]) {
                depth.waitingCount += messages.count
                for message in messages { oldest = min(oldest, message.id.begunNanoseconds) }
            }
            for folder in try waiting.folders() { addWaiting(try waiting.messages(in: folder)) }
            for folder in try inHand.folders() {
                guard let deadline = MessageDeadline(folder) else { continue }
                let messages = try inHand.messages(in: folder)
                if deadline.isPast { addWaiting(messages) } else { depth.inHandCount += messages.count }
            }
            if depth.waitingCount > 0 { depth.oldestSeconds = max(0, Double(FileTree.now() &- oldest) / 1e9) }
            return depth
        }
    }

    func unsentPath(of id: TimedName) -> String { "\(unsentPath)/\(id)" }

    var unsentPath: String { "\(root)/unsent" }

    /// What `body` returns; its failure as an error for people.
    func explained<Value>(_ action: String, _ body: () throws(Errno) -> Value) throws(S3DBError) -> Value {
        do throws(Errno) {
            return try body()
        } catch {
            throw error.error(action, at: description)
        }
    }
}
