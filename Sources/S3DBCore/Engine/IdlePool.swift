import Synchronization

/// Encoders and compressors that wait for their next use, with the memory that they have grown to.
///
/// Unchecked: who takes an element is its only owner until it is given back.
final class IdlePool<Element>: @unchecked Sendable {
    private let lock = Mutex(())
    private var idle: [Element] = []

    /// One that nobody uses; nil where all are in use.
    func take() -> Element? {
        lock.withLock { _ in idle.popLast() }
    }

    /// Takes back one that is ready for its next use.
    func giveBack(_ element: Element) {
        lock.withLock { _ in idle.append(element) }
    }
}
