import Synchronization

/// A number of bytes that tasks share: who needs more than is free waits, first come first served.
final class ByteBudget: Sendable {
    /// The bytes in all.
    let total: Int

    private struct State {
        var free: Int
        var waiters: [Waiter] = []
        var nextID = 0
    }

    private struct Waiter {
        let id: Int
        let byteCount: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let state: Mutex<State>

    init(total: Int) {
        self.total = total
        state = Mutex(State(free: total))
    }

    /// How many tasks wait.
    var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Takes `byteCount` if they are free and nobody waits.
    func tryAcquire(_ byteCount: Int) -> Bool {
        state.withLock { state in
            guard state.waiters.isEmpty, state.free >= byteCount else { return false }
            state.free -= byteCount
            return true
        }
    }

    /// Takes `byteCount`, waiting until they are free.
    ///
    /// - Throws: ``S3DBError/Code/memoryBudget`` when the budget is smaller, ``S3DBError/Code/cancelled``.
    func acquire(_ byteCount: Int) async throws(S3DBError) {
        guard byteCount <= total else {
            throw S3DBError(
                .memoryBudget, "\(byteCount) bytes of memory are needed where the budget has \(total)",
                remedy: "Raise --memory, or lower the spec's section limits")
        }
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        let isAcquired = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.waiters.isEmpty && state.free >= byteCount {
                        state.free -= byteCount
                        return true
                    }
                    state.waiters.append(Waiter(id: id, byteCount: byteCount, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let waiter = state.withLock { state in
                state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
            }
            waiter?.continuation.resume(returning: false)
        }
        if !isAcquired { throw S3DBError(.cancelled, "cancelled while waiting for memory") }
    }

    /// Gives `byteCount` back.
    func release(_ byteCount: Int) {
        let ready = state.withLock { state in
            state.free += byteCount
            var ready: [Waiter] = []
            while let first = state.waiters.first, first.byteCount <= state.free {
                state.free -= first.byteCount
                ready.append(state.waiters.removeFirst())
            }
            return ready
        }
        for waiter in ready { waiter.continuation.resume(returning: true) }
    }
}
