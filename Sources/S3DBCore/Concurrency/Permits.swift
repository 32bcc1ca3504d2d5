import Synchronization

/// A number of permits that tasks share: who needs more than are free waits, first come first served.
package final class Permits: Sendable {
    private struct State {
        /// Negative after ``add(_:)`` took permits away that are in use.
        var free: Int
        var waiters: [Waiter] = []
        var nextID = 0

        mutating func admitted() -> [Waiter] {
            var admitted: [Waiter] = []
            while let first = waiters.first, first.count <= free {
                free -= first.count
                admitted.append(waiters.removeFirst())
            }
            return admitted
        }
    }

    private struct Waiter {
        let id: Int
        let count: Int
        let continuation: CheckedContinuation<Bool, Never>
    }

    private let state: Mutex<State>

    package init(_ count: Int) {
        state = Mutex(State(free: count))
    }

    /// How many tasks wait.
    package var waiterCount: Int { state.withLock { $0.waiters.count } }

    /// Takes `count` if they are free and nobody waits.
    package func tryAcquire(_ count: Int) -> Bool {
        state.withLock { state in
            guard state.waiters.isEmpty, state.free >= count else { return false }
            state.free -= count
            return true
        }
    }

    /// Takes `count`, waiting until they are free; false, with nothing taken, for a task that is cancelled.
    package func acquire(_ count: Int) async -> Bool {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let answer: Bool? = state.withLock { state in
                    if Task.isCancelled { return false }
                    if state.waiters.isEmpty && state.free >= count {
                        state.free -= count
                        return true
                    }
                    state.waiters.append(Waiter(id: id, count: count, continuation: continuation))
                    return nil
                }
                if let answer { continuation.resume(returning: answer) }
            }
        } onCancel: {
            let (cancelled, admitted) = state.withLock { state in
                let cancelled = state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
                return (cancelled, state.admitted())
            }
            cancelled?.continuation.resume(returning: false)
            for waiter in admitted { waiter.continuation.resume(returning: true) }
        }
    }

    /// Gives `count` back.
    package func release(_ count: Int) {
        add(count)
    }

    /// Makes `count` more of them, or fewer where it is negative: those in use go as they come back.
    package func add(_ count: Int) {
        let admitted = state.withLock { state in
            state.free += count
            return state.admitted()
        }
        for waiter in admitted { waiter.continuation.resume(returning: true) }
    }
}
