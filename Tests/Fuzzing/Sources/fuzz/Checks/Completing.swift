import Dispatch

/// Runs asynchronous work that never waits for anybody, and returns when it is done.
func completing(_ work: @escaping @Sendable () async -> Void) {
    let done = DispatchSemaphore(value: 0)
    Task.detached {
        await work()
        done.signal()
    }
    done.wait()
}
