import ServiceLifecycle
import Synchronization

/// Whether a service was asked to stop: it takes nothing new then.
final class StopFlag: Sendable {
    private let isRaised = Atomic(false)

    var isSet: Bool { isRaised.load(ordering: .acquiring) }

    func set() {
        isRaised.store(true, ordering: .releasing)
    }
}

/// Does `body`. When the service is asked to stop gracefully, calls `stop` at once, and cancels the body when it is not
/// done after `grace`.
func withGracefulStop<Failure: Error>(
    within grace: Duration, stop: @escaping @Sendable () -> Void,
    _ body: @escaping @Sendable () async -> Result<Void, Failure>
) async throws(Failure) {
    let work = Task { await body() }
    let timer = Mutex<Task<Void, Never>?>(nil)
    let outcome = await withTaskCancellationHandler {
        await withGracefulShutdownHandler {
            await work.value
        } onGracefulShutdown: {
            stop()
            timer.withLock { timer in
                timer = Task {
                    do {
                        try await Task.sleep(for: grace)
                        work.cancel()
                    } catch {
                        // The work ended before its time was over.
                    }
                }
            }
        }
    } onCancel: {
        stop()
        work.cancel()
    }
    timer.withLock { $0?.cancel() }
    try outcome.get()
}

/// Does `body` to its end also when the task is cancelled: for the few requests that say how things were left.
func shielded<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
    await Task { await body() }.value
}
