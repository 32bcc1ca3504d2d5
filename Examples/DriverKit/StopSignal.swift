import Dispatch
import Synchronization

#if canImport(Darwin)
import Darwin
#elseif canImport(Musl)
import Musl
#else
import Glibc
#endif

/// A signal that asks the program to stop.
package enum StopSignal: String, CaseIterable {
    case interrupt = "SIGINT"
    case terminate = "SIGTERM"

    /// The signal's number.
    package var number: Int32 { self == .interrupt ? SIGINT : SIGTERM }

    /// The status that shells give to a program that the signal ended.
    package var exitStatus: Int32 { 128 + number }

    /// Does `work`, and cancels it at the first SIGINT or SIGTERM; a second one ends the program at once.
    ///
    /// - Returns: What the work gave, once it has come to its end, and the signal that came.
    package static func cancelling<Value: Sendable>(
        _ work: @escaping @Sendable () async -> Value
    ) async -> (value: Value, stop: StopSignal?) {
        let received = Mutex<StopSignal?>(nil)
        let task = Task { await work() }
        let sources = allCases.map { stop in
            signal(stop.number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: stop.number, queue: .global())
            source.setEventHandler { [number = stop.number] in
                received.withLock { $0 = $0 ?? stop }
                signal(number, SIG_DFL)
                task.cancel()
            }
            source.resume()
            return source
        }
        let value = await task.value
        for source in sources { source.cancel() }
        for stop in allCases { signal(stop.number, SIG_DFL) }
        return (value, received.withLock { $0 })
    }

    /// Makes writes to a reader that has gone, and beyond a file size limit, fail instead of ending the program.
    package static func ignoreWriteSignals() {
        signal(SIGPIPE, SIG_IGN)
        signal(SIGXFSZ, SIG_IGN)
    }
}
