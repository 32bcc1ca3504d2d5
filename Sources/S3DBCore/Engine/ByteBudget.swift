/// A number of bytes that tasks share: who needs more than is free waits, first come first served.
final class ByteBudget: Sendable {
    /// The bytes in all.
    let total: Int
    private let permits: Permits

    init(total: Int) {
        self.total = total
        permits = Permits(total)
    }

    /// How many tasks wait.
    var waiterCount: Int { permits.waiterCount }

    /// Takes `byteCount` if they are free and nobody waits.
    func tryAcquire(_ byteCount: Int) -> Bool { permits.tryAcquire(byteCount) }

    /// Takes `byteCount`, waiting until they are free.
    ///
    /// - Throws: ``S3DBError/Code/memoryBudget`` when the budget is smaller, ``S3DBError/Code/cancelled``.
    func acquire(_ byteCount: Int) async throws(S3DBError) {
        guard byteCount <= total else {
            throw S3DBError(
                .memoryBudget, "\(byteCount) bytes of memory are needed where the budget has \(total)",
                remedy: "Raise --memory, or lower the spec's section limits")
        }
        guard await permits.acquire(byteCount) else {
            throw S3DBError(.cancelled, "cancelled while waiting for memory")
        }
    }

    /// Gives `byteCount` back.
    func release(_ byteCount: Int) { permits.release(byteCount) }
}
