import Foundation
import Synchronization

/// What became of every request that a proxy has seen, in the order in which they came.
///
/// Nothing secret is in it: neither header fields nor queries.
public final class RequestLog: Sendable {
    /// A request.
    public struct Entry: Hashable, Sendable, Codable {
        /// Its number, from 0.
        public let id: Int
        /// What it asks for.
        public let kind: RequestKind
        /// What it is about: `bucket/key`, or the name of a queue, topic or role.
        public let resource: String
        /// How far it has come.
        public internal(set) var state = State.received
        /// The status that the client was sent; nil before, and where there was none.
        public internal(set) var status: Int?
        /// What befell it.
        public internal(set) var fault: Fault?
        /// Whether the proxy, not the client, has sent it once more.
        public internal(set) var isDuplicate = false
        /// Whether the server has done what was asked.
        public internal(set) var isApplied = false
        /// Why it was dropped, where no fault is the reason.
        public internal(set) var problem: String?
        /// The bytes of its body that came from the client.
        public internal(set) var requestByteCount = 0
        /// The bytes of its answer's body that went to the client.
        public internal(set) var answerByteCount = 0
    }

    /// How far a request has come.
    public enum State: String, Sendable, Codable {
        /// Its head is here.
        case received
        /// Its head went to the server.
        case forwarded
        /// The server has begun a good answer: what was asked is done.
        case applied
        /// The client has its whole answer, of whatever status.
        case answered
        /// The client will get no whole answer.
        case dropped

        /// Whether nothing more will become of it.
        public var isFinal: Bool { self == .answered || self == .dropped }
    }

    /// How many requests there were, and the bytes of their bodies.
    public struct Totals: Hashable, Sendable {
        /// The number of requests.
        public var requestCount = 0
        /// Bytes from the client.
        public var requestByteCount = 0
        /// Bytes to the client.
        public var answerByteCount = 0
    }

    private struct Content {
        var entries: [Entry] = []
        var followers: [Int: AsyncStream<Entry>.Continuation] = [:]
        var lastFollower = 0
    }

    private let content = Mutex(Content())
    private let file: FileHandle?

    /// Makes an empty log.
    ///
    /// - Parameter file: Where every change of an entry is also written, as a line of JSON.
    init(file: FileHandle?) {
        self.file = file
    }

    /// All requests so far.
    public var entries: [Entry] { content.withLock { $0.entries } }

    /// The requests that clients sent, by kind; what the proxy sent by itself is not counted.
    public var totals: [RequestKind: Totals] {
        entries.filter { !$0.isDuplicate }.reduce(into: [:]) { totals, entry in
            totals[entry.kind, default: Totals()].requestCount += 1
            totals[entry.kind, default: Totals()].requestByteCount += entry.requestByteCount
            totals[entry.kind, default: Totals()].answerByteCount += entry.answerByteCount
        }
    }

    /// Every entry as it is now, and then again at each change.
    public func changes() -> AsyncStream<Entry> {
        AsyncStream { continuation in
            let follower = content.withLock { content in
                for entry in content.entries { continuation.yield(entry) }
                content.lastFollower += 1
                content.followers[content.lastFollower] = continuation
                return content.lastFollower
            }
            continuation.onTermination = { _ in self.content.withLock { $0.followers[follower] = nil } }
        }
    }

    /// Waits until an entry is as wanted, and returns it; nil where the task is cancelled first.
    public func first(where isWanted: @Sendable (Entry) -> Bool) async -> Entry? {
        for await entry in changes() where isWanted(entry) { return entry }
        return nil
    }

    /// Waits until nothing more will become of any request, and the proxy has sent as many again as it should.
    public func settled(duplicateCount: Int = 0) async {
        for await _ in changes() {
            let entries = entries
            if entries.allSatisfy(\.state.isFinal), entries.count(where: \.isDuplicate) >= duplicateCount { return }
        }
    }

    /// Enters a request.
    func enter(_ request: ProxiedRequest, isDuplicate: Bool) -> Int {
        content.withLock { content in
            var entry = Entry(id: content.entries.count, kind: request.kind, resource: request.resource)
            entry.isDuplicate = isDuplicate
            content.entries.append(entry)
            publish(entry, content)
            return entry.id
        }
    }

    /// Changes an entry.
    func change(_ id: Int, _ body: @Sendable (inout Entry) -> Void) {
        content.withLock { content in
            guard content.entries.indices.contains(id) else { return }
            body(&content.entries[id])
            publish(content.entries[id], content)
        }
    }

    /// Says that a request's client will get no whole answer, unless it has it already.
    func drop(_ id: Int, because error: any Error) {
        let problem = "\(error)"
        change(id) { entry in
            guard !entry.state.isFinal else { return }
            entry.state = .dropped
            entry.problem = problem
        }
    }

    /// Tells followers and file, under the lock, so that they see changes in order.
    private func publish(_ entry: Entry, _ content: Content) {
        for follower in content.followers.values { follower.yield(entry) }
        guard let file, var line = try? JSONEncoder().encode(entry) else { return }
        line.append(UInt8(ascii: "\n"))
        try? file.write(contentsOf: line)
    }
}
