import Synchronization

/// What passed between a process and its stores.
public struct TransferCost: Hashable, Sendable {
    /// Bytes read.
    public var readByteCount = 0
    /// Bytes that were copied inside a store.
    public var copiedByteCount = 0
    /// Bytes sent.
    public var sentByteCount = 0
    /// Requests, each call of a store as one.
    public var requestCount = 0

    /// Starts with nothing.
    public init() {}

    /// Adds another cost.
    public static func += (a: inout TransferCost, b: TransferCost) {
        a.readByteCount += b.readByteCount
        a.copiedByteCount += b.copiedByteCount
        a.sentByteCount += b.sentByteCount
        a.requestCount += b.requestCount
    }
}

/// Adds up what any number of ``MeteredStore``s let pass.
public final class TransferMeter: Sendable {
    private let state = Mutex(TransferCost())

    /// Makes a meter at zero.
    public init() {}

    /// What passed so far.
    public var total: TransferCost { state.withLock { $0 } }

    func add(requests: Int = 0, read: Int = 0, copied: Int = 0, sent: Int = 0) {
        state.withLock {
            $0.requestCount += requests
            $0.readByteCount += read
            $0.copiedByteCount += copied
            $0.sentByteCount += sent
        }
    }
}
